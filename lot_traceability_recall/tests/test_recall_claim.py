from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.lot_traceability.imports.table_file import read_table

from .common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallClaim(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.standard_price = 2
        cls.other_vendor = cls.build.partner("Other Vendor")
        cls.other_lot = cls.build.lot(cls.product, "BAD-2")
        cls.build.receive(cls.other_lot, 10, cls.other_vendor)
        cls.recall = cls.create_approved(cls.lot | cls.other_lot).with_user(cls.user)
        wizard = cls.recall.env["lot.recall.wizard"].browse(
            cls.recall.action_open_wizard()["res_id"]
        )
        wizard.stock_ids.disposition = "scrap"
        wizard.action_carry_out()

    def open_claim(self, recall=None):
        context = (recall or self.recall).action_claim()["context"]
        claims = self.env["lot.recall.claim"].with_user(self.user)
        return Form(claims.with_context(**context))

    def test_each_vendor_its_own_lots(self):
        form = self.open_claim()
        self.assertEqual(set(form.vendor_ids), {self.vendor, self.other_vendor})
        self.assertEqual(form.partner_id, self.vendor, "one is there already")
        self.assertEqual((form.lot_ids[:], form.amount), (self.lot, 32))
        form.partner_id = self.other_vendor
        self.assertEqual(form.lot_ids[:], self.other_lot)
        self.assertEqual(form.amount, 20)
        form.partner_id = self.vendor
        self.assertEqual(form.lot_ids[:], self.lot)
        self.assertEqual(form.amount, 32, "16 were scrapped, 4 are with a customer")

    def test_the_mail_has_the_evidence_and_no_customer(self):
        form = self.open_claim()
        form.partner_id = self.vendor
        form.amount = 50
        action = form.save().action_write_mail()
        context = action["context"]
        self.assertEqual(context["default_partner_ids"], self.vendor.ids)
        body = str(context["default_body"])
        for text in ("BAD-1", "16", "50.00", "Glass found"):
            self.assertIn(text, body)
        for text in (self.customer.name + "<", "BAD-2"):
            self.assertNotIn(text, body)
        files = self.env["ir.attachment"].browse(context["default_attachment_ids"])
        self.assertEqual(len(files), 2)
        scope = files.filtered(lambda one: "scope" in one.name)
        rows = read_table(scope.raw).rows
        self.assertEqual([cells[1] for _number, cells in rows], ["BAD-1"])
        composer = self.env["mail.compose.message"].with_user(self.user)
        composer.with_context(**context).create({})._action_send_mail()
        message = self.recall.message_ids[0]
        self.assertEqual(message.partner_ids, self.vendor)
        self.assertEqual(len(message.attachment_ids), 2)

    def test_who_may_not_and_exercises(self):
        with self.assertRaises(AccessError):
            self.recall.with_user(self._create_role("sales")).action_claim()
        mock = self.create_approved(is_mock=True)
        with self.assertRaisesRegex(UserError, "exercise"):
            mock.with_user(self.user).action_claim()
