import io
from datetime import timedelta
from email import message_from_bytes
from email.utils import parsedate
from functools import partial
from unittest.mock import patch

from PIL import Image

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import hash_sign, mute_logger
from odoo.tools.pdf import PdfFileReader

from ..consignees import letters
from ..models.lot_recall_consignee import TOKEN_SCOPE
from .common import REASONS
from .recall_reply_common import ConsigneeCase

MANAGER = "lot_traceability_recall.group_recall_manager"
LOGO = b"R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

# Only a whole page is filled in: half of one may lack the button that is clicked.
FILL_IN = """(() => {
    if (document.readyState !== "complete") {
        return false;
    }
    const form = document.querySelector("#o_recall_form");
    if (form && !form.dataset.filled && !document.querySelector("#o_recall_done")) {
        form.dataset.filled = 1;
        form.querySelector("#received_yes").click();
        const account = document.querySelector(".o_recall_account");
        const before = account.textContent;
        form.querySelector("input[name=on_hand_%(line)s]").value = "\u0663";
        form.querySelector("input[name=destroyed_%(line)s]").value = "1";
        form.dispatchEvent(new Event("input", { bubbles: true }));
        if (account.textContent === before || account.textContent.includes("?")) {
            console.error("not told: " + account.textContent);
        }
        form.querySelector("#answered_by").value = "Ann of the Shop";
        form.querySelector("button[type=submit]").click();
    }
    return Boolean(document.querySelector("#o_recall_done"));
})()"""


@tagged("post_install", "-at_install")
class TestRecallReply(ConsigneeCase, HttpCase):
    """The reply page, as somebody without a login asks for it."""

    def setUp(self):
        super().setUp()
        self.refresh()
        self.authenticate(None, None)

    def path(self, partner=None):
        return f"/recall/reply/{self.consignee(partner)._get_reply_token()}"

    def post(self, partner=None, path=None, files=None, **form):
        data = {
            "csrf_token": http.Request.csrf_token(self),
            "received": "yes",
            "answered_by": "Ann",
        }
        return self.url_open(
            path or self.path(partner), data=data | form, files=files, timeout=30
        )

    def quantities(self, partner=None, **values):
        line = self.line(partner)
        return {f"{name}_{line.id}": str(value) for name, value in values.items()}

    # -- what is shown ----------------------------------------------------
    def test_shows_the_customers_own_goods(self):
        page = self.url_open(self.path())
        self.assertEqual(page.status_code, 200)
        for text in ("BAD-1", "URGENT", "Pieces of glass", self.delivery.name):
            self.assertIn(text, page.text)
        for text in ("Other Shop", self.delivery_2.name, "other@example.com"):
            self.assertNotIn(text, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])

    def test_token_of_another_customer(self):
        self.post(comment="Our secret", **self.quantities(on_hand=2))
        page = self.url_open(self.path(self.other))
        self.assertIn(self.delivery_2.name, page.text)
        for text in ("Our secret", self.delivery.name, "shop@example.com"):
            self.assertNotIn(text, page.text)
        # nor can it write there
        self.post(self.other, **self.quantities(self.customer, on_hand=1))
        self.assertEqual(len(self.consignee().reply_ids), 1)
        self.assertEqual(self.line().reported, 2)

    def test_texts_are_escaped(self):
        evil = "<script>alert(1)</script>"
        self.recall.notice_reason = evil
        self.product.name = f"Jam {evil}"
        self.customer.name = f"Shop {evil}"
        self.post(comment=evil, answered_by=evil)
        page = self.url_open(self.path())
        self.assertNotIn(evil, page.text)
        self.assertIn("&lt;script&gt;alert(1)", page.text)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.recall.with_context(lang="fr_FR").notice_instructions = "Ne plus vendre"
        self.assertIn("Ne plus vendre", self.url_open(self.path()).text)

    # -- links ------------------------------------------------------------
    def test_forged_links_are_refused(self):
        good = self.path()
        flipped = good[:-1] + ("A" if good[-1] != "A" else "B")
        for path in (
            flipped,
            good[:40],
            good + "AAAA",
            "/recall/reply/x",
            "/recall/reply/%F0%9F%98%80",
            f"/recall/reply/{self.consignee().id}",
        ):
            for answer in (self.url_open(path), self.post(path=path)):
                self.assertEqual(answer.status_code, 404, path)
                self.assertIn("not valid any more", answer.text)
                self.assertNotIn("BAD-1", answer.text)
        self.assertFalse(self.consignee().reply_ids)

    def test_token_for_something_else_is_refused(self):
        consignee = self.consignee().sudo()
        for scope, values in (
            ("other", [consignee.id, consignee.access_key]),
            (TOKEN_SCOPE, [consignee.id, "guess"]),
            (TOKEN_SCOPE, [consignee.id, "guess", 0]),
            (TOKEN_SCOPE, [consignee.id, consignee.access_key, 2_000_000_000]),
            (TOKEN_SCOPE, [0, None]),
            (TOKEN_SCOPE, []),
            (TOKEN_SCOPE, "text"),
            (TOKEN_SCOPE, ["1", "2"]),
            (TOKEN_SCOPE, {"a": 1}),
        ):
            token = hash_sign(self.env(su=True), scope, values, expiration_hours=1)
            page = self.url_open(f"/recall/reply/{token}")
            self.assertEqual(page.status_code, 404, values)

    def test_links_expire(self):
        consignee = self.consignee().sudo()
        token = hash_sign(
            consignee.env,
            TOKEN_SCOPE,
            [consignee.id, consignee.access_key, 0],
            expiration=timedelta(seconds=-1),
        )
        page = self.url_open(f"/recall/reply/{token}")
        self.assertEqual(page.status_code, 404)
        self.assertIn("The goods remain recalled", page.text)

    def test_links_can_be_withdrawn(self):
        old = self.path()
        self.consignee().with_user(self.user).action_renew_link()
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self.url_open(self.path()).status_code, 200)

    def test_one_link_for_each_notice(self):
        self.send()
        consignee = self.consignee()
        first = self.path()
        notice = consignee.sudo().notice_ids
        self.assertIn("/recall/reply/", notice.mail_id.body_html)
        # whoever reads the chatter does not get it, nor the letter with its code
        for message in consignee.message_ids.with_user(self.auditor):
            self.assertNotRegex(message.body, r"/recall/reply/[\w-]")
        for letter in notice.mail_id.attachment_ids:
            with self.assertRaises(AccessError):
                letter.with_user(self.auditor).read(["raw"])
        self.env["lot.recall.notice"]._log_call(consignee.sudo(), "Called", True)
        second = self.path()
        notice.with_user(self.user).action_revoke_link()
        self.assertEqual(self.url_open(first).status_code, 404)
        self.assertEqual(self.url_open(second).status_code, 200)

    def test_a_notice_names_somebody_to_ask(self):
        self.recall.sudo().company_id.write({"phone": False, "email": False})
        self.user.partner_id.write({"phone": False, "email": False})
        with self.assertRaisesRegex(UserError, "nobody who can be reached"):
            self.recall._send_notices(self.consignee())
        self.recall.notice_contact = "Quality, 0123 / 456 78"
        self.assertTrue(self.recall._send_notices(self.consignee()))

    def test_the_answer_is_acknowledged(self):
        before = self.env["mail.mail"].search([])
        self.post(**self.quantities(on_hand=2))
        mail = self.env["mail.mail"].search([]) - before
        self.assertIn("BAD-1: On hand now 2", mail.body_html)
        self.assertEqual(mail.email_to, "shop@example.com")
        self.assertNotIn("/recall/reply/", mail.body_html)

    # -- answers ----------------------------------------------------------
    def test_answer_is_kept(self):
        page = self.post(
            **self.quantities(on_hand="1,5", quarantined="1", returned=1, sold_on=1),
            customers_told="yes",
            comment="Back on Monday",
        )
        self.assertEqual(page.status_code, 200)
        self.assertIn("o_recall_done", page.text)
        self.assertRecordValues(
            self.line(),
            [{"reported": 1.5, "underway": 1, "used": 1, "unaccounted": 0.5}],
        )
        reply = self.consignee().reply_ids
        self.assertRecordValues(
            reply,
            [
                {
                    "source": "web",
                    "version": 1,
                    "received": True,
                    "customers_told": True,
                    "comment": "Back on Monday",
                    "answered_by": "Ann",
                    "user_id": False,
                    "ip_address": "127.0.0.1",
                }
            ],
        )
        self.assertEqual(self.consignee().state, "answered")
        # the page shows what was said, and a correction is a new version
        self.assertIn('value="1.5"', page.text)
        self.post(**self.quantities(on_hand=4))
        self.assertEqual(self.line().reported, 4)
        self.assertEqual(len(self.consignee().reply_ids), 2)
        self.assertEqual(reply.line_ids.on_hand, 1.5)

    def test_injury_alerts_quality(self):
        note = "A cut lip <a href='https://evil.example.com'>x</a>"
        self.post(has_injury="yes", injury_note=note)
        self.assertIn("A cut lip", self.recall.activity_ids.note)
        # what a stranger typed is text, not a link in our own screens
        self.assertNotIn("<a href=", self.recall.activity_ids.note)
        self.assertEqual(self.recall.activity_ids.user_id, self.user)

    def test_what_cannot_wait_comes_to_somebody_who_is_there(self):
        """Not to who has left, is a customer, or works for another company."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        create = self._create_user
        left, known, manager = (create(name, MANAGER) for name in ("left", "b", "c"))
        far = create("far", MANAGER, companies=other)
        customer = create("no_colleague_any_more", MANAGER)
        recall = self.recall.sudo()
        managers = self.env.ref(MANAGER).all_user_ids
        others = managers - known - manager - left - far - customer
        recall.responsible_id = False
        portal = self.env.ref("base.group_portal")
        for coordinator, became in (
            (customer, {"group_ids": [Command.set(portal.ids)]}),
            (left, {"active": False}),
            (far, {}),
        ):
            recall.user_id = coordinator
            coordinator.write(became)
            others.active = False
            self.consignee().sudo()._ask_coordinator("Call")
            told = self.consignee().activity_ids.sorted("id")[-1:].user_id
            self.assertIn(told, known + manager, coordinator.login)
        recall.responsible_id = manager
        self.consignee().sudo()._ask_coordinator("Call")
        told = self.consignee().activity_ids.sorted("id")[-1:].user_id
        self.assertEqual(told, manager)

    def test_who_did_not_get_the_goods_is_looked_into(self):
        self.post(received="no")
        self.assertIn("did not get", self.consignee().activity_ids.summary)
        self.assertEqual(self.line().unaccounted, 4)

    def test_staff_looks_but_does_not_answer(self):
        self.user.password = self.user.login
        self.authenticate(self.user.login, self.user.login)
        for page, status in ((self.url_open(self.path()), 200), (self.post(), 403)):
            self.assertEqual(page.status_code, status)
            self.assertIn("o_recall_staff", page.text)
            self.assertNotIn("Send Answer", page.text)
        self.assertFalse(self.consignee().reply_ids)

    def test_the_page_says_who_asks_and_how_to_reach_them(self):
        company = self.recall.sudo().company_id
        company.write({"phone": "+1 555 0199", "email": "firm@example.com"})
        # not the picture that Odoo has where a company has none
        self.assertNotIn("/logo.png", self.url_open(self.path()).text)
        company.logo = LOGO
        self.recall.notice_contact = "Ann <script>, 555-0123-9, ann@example.com"
        page = self.url_open(self.path()).text
        for text in (
            f'src="/logo.png?company={company.id}"',
            'href="tel:+15550199"',
            'href="mailto:firm@example.com"',
            'href="tel:55501239"',
            'href="mailto:ann@example.com"',
            "relabelled, repaired or refilled",
        ):
            self.assertIn(text, page)
        self.assertNotIn("Ann <script>", page)

    def test_what_cannot_be_read_is_said_and_nothing_kept(self):
        for form, text in (
            (self.quantities(on_hand="many"), "On hand now: please give a number"),
            (self.quantities(used="-1"), "Used: please give a number"),
            (self.quantities(used="1e3"), "Used: please give a number"),
            (self.quantities(used="1.000"), "can be read in two ways"),
            (self.quantities(used="1,000"), "you account for 1,000 Units, and 4 Units"),
            ({"answered_by": " "}, "Please fill in: Your name"),
            ({"received": "maybe"}, "Please fill in"),
        ):
            page = self.post(**form)
            self.assertEqual(page.status_code, 422, form)
            self.assertIn(text, page.text)
        self.assertFalse(self.consignee().reply_ids)
        # more than was delivered is asked back once
        more = self.quantities(on_hand=5)
        self.assertIn("it is right", self.post(**more).text)
        page = self.post(**more, **self.quantities(more="yes"))
        self.assertIn("o_recall_done", page.text)
        self.assertEqual(self.line().reported, 5)
        # what was typed is still there
        page = self.post(comment="Kept text", **self.quantities(on_hand="many"))
        self.assertIn("Kept text", page.text)

    def test_without_the_secret_of_the_form_nothing_is_kept(self):
        with mute_logger("odoo.http"):
            page = self.url_open(
                self.path(), data={"received": "yes", "answered_by": "Eve"}
            )
        self.assertEqual(page.status_code, 400)
        self.assertFalse(self.consignee().reply_ids)

    def test_proofs(self):
        # larger than Odoo keeps pictures
        photo = io.BytesIO()
        Image.new("L", (2500, 2)).save(photo, "PNG")
        files = [
            ("proofs", ("record.pdf", PDF, "application/pdf")),
            ("proofs", ("photo.png", photo.getvalue(), "image/png")),
        ]
        page = self.post(files=files)
        self.assertEqual(page.status_code, 200)
        proofs = self.consignee().reply_ids.attachment_ids
        proof = proofs.filtered(lambda one: one.name == "record.pdf")
        self.assertEqual((proofs - proof).raw, photo.getvalue())
        self.assertRecordValues(
            proof, [{"name": "record.pdf", "mimetype": "application/pdf"}]
        )
        self.assertEqual(proof.raw, PDF)
        self.assertFalse(proof.public)
        self.assertIn("record.pdf", proof.with_user(self.auditor).name)

    def test_proofs_that_are_none(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_recall.proof_megabytes", 0.001
        )
        for name, content, text in (
            ("page.pdf", b"<html><script>x</script></html>", "PDF, JPEG or PNG"),
            ("evil.exe", b"MZ" + b"0" * 100, "PDF, JPEG or PNG"),
            ("empty.pdf", b"", "too large, or empty"),
            ("large.pdf", PDF + b" " * 2000, "too large, or empty"),
        ):
            page = self.post(files={"proofs": (name, content, "application/pdf")})
            self.assertEqual(page.status_code, 422, name)
            self.assertIn(text, page.text)
        files = [("proofs", (f"{n}.pdf", PDF, "application/pdf")) for n in range(6)]
        self.assertIn("Too many files", self.post(files=files).text)
        self.assertFalse(self.consignee().reply_ids)

    def test_the_evidence_has_mails_and_proofs_but_no_key(self):
        self.send()
        self.post(files={"proofs": ("burnt.pdf", PDF, "application/pdf")})
        files = self.recall.with_user(self.auditor)._get_evidence_files()
        mails = [
            message_from_bytes(content)
            for name, content in files.items()
            if name.startswith("mails/")
        ]
        self.assertEqual(
            {mail["To"] for mail in mails}, {"shop@example.com", "other@example.com"}
        )
        for mail in mails:
            self.assertTrue(parsedate(mail["Date"]))
            text = mail.get_payload(decode=True).decode()
            self.assertIn("BAD-1", text)
            self.assertRegex(text, "/recall/reply/[.]{3}")
            self.assertNotRegex(text, r"/recall/reply/[\w-]")
        proofs = [text for name, text in files.items() if name.endswith("burnt.pdf")]
        self.assertEqual(proofs, [PDF])
        self.assertIn("replies.xlsx", files)
        self.assertIn("notices.xlsx", files)

    def test_proofs_get_a_safe_name(self):
        for name, kept in (
            ("page.html", "page.pdf"),
            ("../../etc/x.svg", "x.pdf"),
            ("C:\\\\a\\\\b.html.exe", "b_html.pdf"),
            ("Zerstört <1>.PDF", "Zerstört _1_.pdf"),
            (".html", "_html.pdf"),
        ):
            self.post(files={"proofs": (name, PDF, "text/html")})
            proof = self.consignee().reply_ids[0].attachment_ids
            self.assertRecordValues(
                proof, [{"name": kept, "mimetype": "application/pdf"}]
            )

    def test_closed_recall_thanks(self):
        self.recall.consignee_line_ids.reason = "Asked in the shops"
        self.recall.with_user(self.manager)._advance("closed", REASONS)
        self.assertEqual(self.recall.state, "closed")
        for page in (self.url_open(self.path()), self.post()):
            self.assertIn("o_recall_closed", page.text)
            self.assertNotIn("o_recall_form", page.text)
        self.assertFalse(self.consignee().reply_ids)

    # -- portal -----------------------------------------------------------
    def test_portal_users_see_and_answer_their_own(self):
        portal = self._create_user("portal_shop", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        portal.password = "portal_shop"
        self.authenticate("portal_shop", "portal_shop")
        asked = ["recall_count", "recall_to_answer_count"]
        count = partial(self.make_jsonrpc_request, "/my/counters", {"counters": asked})
        self.assertEqual(count(), dict.fromkeys(asked, 0))
        self.assertNotIn(self.recall.name, self.url_open("/my/recalls").text)
        # a second address of the customer, which has goods of its own
        branch = self.build.partner("Branch", parent_id=self.customer.id)
        self.build.deliver(self.lot, 2, branch)
        self.refresh()
        notices = self.env["lot.recall.notice"]
        for partner in (self.customer, branch, self.other):
            notices._log_call(self.consignee(partner).sudo(), "Told", True)
        self.assertEqual(count(), dict.fromkeys(asked, 2))
        self.assertIn("recall_to_answer_count", self.url_open("/my").text)
        page = self.url_open("/my/recalls")
        self.assertEqual(page.text.count("Please answer"), 2)
        for text in (self.recall.name, "Branch", "o_portal_submenu"):
            self.assertIn(text, page.text)
        for text in ("Other Shop", "/recall/reply/"):
            self.assertNotIn(text, page.text)
        # the form needs no link; the answer says who was logged in
        path = f"/my/recalls/{self.consignee(branch).id}"
        page = self.url_open(path)
        self.assertIn("BAD-1", page.text)
        self.assertIn("o_portal_submenu", page.text)
        page = self.post(path=path, **self.quantities(branch, on_hand="x"))
        self.assertEqual(page.status_code, 422)
        page = self.post(path=path, **self.quantities(branch, on_hand=2))
        self.assertIn("o_recall_done", page.text)
        self.assertEqual(self.consignee(branch).reply_ids.user_id, portal)
        self.assertEqual(self.line(branch).reported, 2)
        self.assertEqual(count(), {asked[0]: 2, asked[1]: 1})
        # nobody else's
        path = f"/my/recalls/{self.consignee(self.other).id}"
        for page in (self.url_open(path), self.post(path=path)):
            self.assertNotIn(self.delivery_2.name, page.text)
        self.assertFalse(self.consignee(self.other).reply_ids)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/recalls").url)

    # -- companies --------------------------------------------------------
    def tell_of_other_company(self):
        """A consignee of a recall of a company that no visitor belongs to."""
        company = self.env["res.company"].create({"name": "Second Company"})
        build = type(self.build)(self.env, company)
        lot = build.lot(self.product, "SECOND-1")
        build.receive(lot, 9)
        build.deliver(lot, 4, self.customer)
        recall = self.env["lot.recall"].create(
            {
                "reason": "Metal",
                "recall_class": "2",
                "company_id": company.id,
                "seed_lot_ids": [(6, 0, lot.ids)],
            }
        )
        recall._advance("approved")
        self.env["lot.recall.notice"]._log_call(recall.consignee_ids, "Told", True)
        return recall.consignee_ids

    def test_recalls_of_every_company_are_answered(self):
        consignee = self.tell_of_other_company()
        path = f"/recall/reply/{consignee._get_reply_token()}"
        portal = self._create_user("portal_shop", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        portal.password = "portal_shop"
        for login in (None, "portal_shop"):
            self.authenticate(login, login)
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200)
            self.assertIn("Second Company", page.text)
            self.assertIn("SECOND-1", page.text)
            page = self.post(path=path, **{f"on_hand_{consignee.line_ids.id}": "3"})
            self.assertEqual(page.status_code, 200)
            self.assertIn("o_recall_done", page.text)
            page = self.post(path=path, received="maybe")
            self.assertEqual(page.status_code, 422)
        self.assertEqual(len(consignee.reply_ids), 2)
        self.assertEqual(consignee.line_ids.reported, 3)
        page = self.url_open("/my/recalls")
        self.assertEqual(page.status_code, 200)
        self.authenticate("portal_shop", "portal_shop")
        page = self.url_open("/my/recalls")
        self.assertIn(consignee.recall_id.name, page.text)

    def test_staff_of_another_company_looks(self):
        path = f"/recall/reply/{self.tell_of_other_company()._get_reply_token()}"
        self.user.password = self.user.login
        self.authenticate(self.user.login, self.user.login)
        self.assertIn("o_recall_staff", self.url_open(path).text)

    # -- rate limits ------------------------------------------------------
    def test_too_many_visits(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_recall.page_limit_per_minute", 3
        )
        visits = self.env["lot.recall.visit"].sudo()
        # a minute may be too short on a busy machine
        is_over = type(visits)._is_over
        self.patch(
            type(visits),
            "_is_over",
            lambda self, key, limit, seconds: is_over(self, key, limit, seconds * 60),
        )
        path = self.path()
        for _visit in range(3):
            self.assertEqual(self.url_open(path).status_code, 200)
        self.assertEqual(self.url_open(path).status_code, 429)
        self.assertEqual(self.url_open("/recall/reply/guess").status_code, 429)
        # what counts is in the database, where all workers see it, and not for ever
        self.assertFalse(visits.search([("key", "like", "127.0.0.1")]))
        self.env.cr.execute(
            "UPDATE lot_recall_visit SET create_date = create_date - interval '1 day'"
        )
        self.assertEqual(self.url_open(path).status_code, 200)
        for _visit in range(2):
            self.assertFalse(visits._is_over("ip 127.0.0.1", 3, 60))
        self.assertEqual(self.url_open(path).status_code, 429)

    def test_too_many_answers(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_recall.replies_per_hour", 2
        )
        for _answer in range(2):
            self.assertEqual(self.post().status_code, 200)
        page = self.post()
        self.assertEqual(page.status_code, 422)
        self.assertIn("answered many times", page.text)
        self.assertEqual(len(self.consignee().reply_ids), 2)

    # -- documents --------------------------------------------------------
    def test_notice_as_pdf(self):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        ids = self.consignee().ids
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = report._render_qweb_pdf(
                "lot_traceability_recall.action_report_recall_notice", ids
            )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
        html, _kind = report._render_qweb_html(
            "lot_traceability_recall.report_recall_notice", ids
        )
        for text in ("BAD-1", "data:image/png;base64", "/recall/reply/"):
            self.assertIn(text, html.decode())
        self.assertNotIn(self.delivery_2.name, html.decode())

    def test_many_notices_are_printed_at_once(self):
        """And each customer gets its own pages only, counted by themselves."""
        lots = self.build.lot(self.product, "BAD-1")
        for number in range(60):
            lot = self.build.lot(self.product, f"LONG-{number}")
            self.build.receive(lot, 1)
            lots |= lot
            self.build.deliver(lot, 1, self.other)
        recall = self.create_recall(lots - self.lot, depth="retail")
        recall.notice_reason = "Pieces of glass"
        recall._advance("approved")
        both = recall._get_consignees_to_notify() | self.consignee()
        self.assertEqual(both.partner_id, self.other | self.customer)
        printer = both.with_context(force_report_rendering=True)
        calls = []
        run = type(self.env["ir.actions.report"])._run_wkhtmltopdf

        def count(report, *args, **kwargs):
            calls.append(report)
            return run(report, *args, **kwargs)

        with (
            mute_logger("odoo.addons.base.models.ir_actions_report"),
            patch.object(
                type(self.env["ir.actions.report"]), "_run_wkhtmltopdf", count
            ),
        ):
            found = letters.prepare(printer)
        self.assertEqual((len(calls), set(found)), (1, set(both.ids)))
        for consignee in both:
            pages = PdfFileReader(io.BytesIO(found[consignee.id])).pages
            texts = [" ".join(page.extract_text().split()) for page in pages]
            [other] = both - consignee
            self.assertIn(consignee.partner_id.name, texts[0])
            self.assertIn(f"1 / {len(pages)}", texts[0])
            self.assertNotIn(other.partner_id.name, "".join(texts))
            key = other.reply_url.rpartition("/")[2].encode()
            self.assertNotIn(key, found[consignee.id])
        self.assertEqual(
            [len(PdfFileReader(io.BytesIO(found[one.id])).pages) > 1 for one in both],
            [one.partner_id == self.other for one in both],
        )

    def test_who_only_reads_gets_no_key(self):
        consignee = self.consignee().with_user(self.auditor)
        with self.assertRaises(AccessError):
            consignee._get_reply_token()
        report = consignee.env["ir.actions.report"]
        with self.assertRaises(AccessError):
            report._render_qweb_html(
                "lot_traceability_recall.report_recall_notice", consignee.ids
            )

    # -- by hand ----------------------------------------------------------
    def test_in_a_browser_without_login(self):
        # the page works without scripts: fill in the form, click, see the next page
        self.browser_js(
            self.path(),
            "console.log('test successful')",
            FILL_IN % {"line": self.line().id},
        )
        self.assertRecordValues(
            self.line(), [{"reported": 3, "destroyed": 1, "unaccounted": 0}]
        )
        self.assertEqual(self.consignee().reply_ids.answered_by, "Ann of the Shop")
