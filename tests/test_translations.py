from pathlib import Path

import polib

from odoo.tests import TransactionCase
from odoo.tools.translate import TranslationModuleReader

REPO = Path(__file__).parents[1]
ADDONS = sorted(path.parent.name for path in REPO.glob("*/__manifest__.py"))


class TestTranslations(TransactionCase):
    """Each addon's template holds the terms that translators have to know."""

    def test_templates_are_up_to_date(self):
        for addon in ADDONS:
            with self.subTest(addon):
                terms = {
                    row[4] for row in TranslationModuleReader(self.env.cr, [addon])
                }
                template = polib.pofile(str(REPO / addon / "i18n" / f"{addon}.pot"))
                self.assertEqual(
                    {entry.msgid for entry in template},
                    terms,
                    f"Export it again: setup/odoo i18n export {addon} -d <database>",
                )
