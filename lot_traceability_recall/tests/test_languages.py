from pathlib import Path

import polib
from markupsafe import Markup

from odoo.tests import HttpCase, tagged
from odoo.tools import format_date, html2plaintext

from .recall_reply_common import ConsigneeCase

FOLDER = Path(__file__).parents[1] / "i18n"
LANGUAGES = ("de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "pt_PT")
# shorter texts stand in other words by chance
LEAST = 9


@tagged("post_install", "-at_install")
class TestLanguages(ConsigneeCase, HttpCase):
    """What a recalled customer reads is in the customer's language, as a whole."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
        addons = cls.env["ir.module.module"].search(
            [("name", "in", ("lot_traceability", "lot_traceability_recall"))]
        )
        addons._update_translations(LANGUAGES)
        cls.build.receive(cls.lot, 2000)
        cls.build.deliver(cls.lot, 1234.5, cls.customer)
        cls.recall.action_refresh_consignees()

    def get_english(self, lang):
        """Texts that ought to have become others."""
        path = FOLDER / f"{lang[:2]}.po"
        return {
            entry.msgid
            for entry in polib.pofile(str(path))
            if entry.msgstr != entry.msgid
            and len(entry.msgid) >= LEAST
            and not {"%", "<", "{", "\n"}.intersection(entry.msgid)
        }

    def get_texts(self, lang):
        """Letter, mail and reply page of the customer, by name."""
        self.customer.lang = lang
        consignee = self.consignee()
        consignee.invalidate_recordset()
        letter, _type = self.env["ir.actions.report"]._render_qweb_html(
            "lot_traceability_recall.report_recall_notice", consignee.ids
        )
        template = self.env.ref("lot_traceability_recall.mail_template_recall_notice")
        values = template.sudo()._generate_template(
            consignee.ids, ("subject", "body_html")
        )[consignee.id]
        page = self.url_open(f"/recall/reply/{consignee._get_reply_token()}")
        return {
            "letter": letter.decode(),
            "mail": Markup("<h1>%s</h1>") % values["subject"] + values["body_html"],
            "page": page.text,
        }

    def test_nothing_is_left_in_english(self):
        for lang in LANGUAGES:
            english = self.get_english(lang)
            self.assertGreater(len(english), 50, lang)
            reader = self.env(context={"lang": lang})
            line = self.line()
            day = format_date(reader, line.date_first)
            for name, html in self.get_texts(lang).items():
                text = " ".join(html2plaintext(html).split())
                with self.subTest(lang=lang, where=name):
                    left = sorted(one for one in english if one in text)
                    self.assertFalse(left)
                    known = reader["res.lang"]._lang_get(lang)
                    number = known.format("%.1f", line.shipped, grouping=True)
                    self.assertIn(" ".join(number.split()), text)
                    self.assertIn(day, text)
