from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.lot_traceability_recall.tests.common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallExpiry(RecallCase):
    """A recall deals with every lot in its scope, expired ones too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        past = fields.Datetime.now() - timedelta(days=30)
        cls.product.use_expiration_date = True
        cls.lot.write(
            {"expiration_date": past, "removal_date": past, "alert_date": past}
        )
        place = cls.build.location("Rework")
        cls.env.company.lot_recall_rework_location_id = place
        cls.places = {
            "quarantine": cls.build.warehouse.lot_quarantine_location_id,
            "rework": place,
        }
        cls.recall = cls.create_approved().with_user(cls.user)

    def choose(self, disposition):
        wizard = self.recall.env["lot.recall.wizard"].browse(
            self.recall.action_open_wizard()["res_id"]
        )
        self.tick(wizard, disposition=disposition)
        wizard.action_carry_out()
        return self.recall.disposition_ids

    def test_into_quarantine_and_rework(self):
        for disposition, place in self.places.items():
            with self.subTest(disposition=disposition), self.cr.savepoint() as back:
                lines = self.choose(disposition)
                self.assertEqual(set(lines.mapped("state")), {"done"})
                self.assertEqual(self.build.on_hand(self.lot, place), 16)
                back.rollback()
                self.env.invalidate_all()

    def test_back_to_the_vendor(self):
        lines = self.choose("vendor")
        self.assertEqual(set(lines.mapped("state")), {"done"})
        # nobody was asked whether the expired lot is meant; it says why it is
        note = lines.picking_id.message_ids[0].body
        for text in ("BAD-1", self.recall.name, "Glass found"):
            self.assertIn(text, note)
        self.assertEqual(self.build.on_hand(self.lot), 0)

    def test_scrapped(self):
        self.choose("scrap")
        self.assertEqual(self.build.on_hand(self.lot), 0)

    def test_in_the_background(self):
        param = self.env["ir.config_parameter"].sudo()
        param.set_param("lot_traceability_recall.background_from", "0")
        self.choose("quarantine")
        while self.recall.job_state == "running":
            self.recall.sudo()._run_batch()
        self.assertEqual(
            (self.recall.disposed_count, self.recall.refused_count), (2, 0)
        )
