from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RecallCase


@tagged("post_install", "-at_install")
class TestLotRecall(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recall = cls.env["lot.recall"].create(
            {"reason": "Glass found", "seed_lot_ids": [(6, 0, cls.lot.ids)]}
        )

    def test_number(self):
        self.assertRegex(self.recall.name, r"^RECALL/\d{4}/\d{4}$")
        other = self.recall.copy()
        self.assertNotEqual(other.name, self.recall.name)
        self.assertEqual(other.state, "draft")

    def test_opening_freezes_the_scope(self):
        self.recall.action_open()
        self.assertEqual(self.recall.state, "in_progress")
        self.assertTrue(self.recall.date_opened)
        self.assertRecordValues(
            self.recall.line_ids,
            [
                {
                    "lot_id": self.lot.id,
                    "product_id": self.product.id,
                    "certainty": "material",
                    "quantity_on_hand": 16,
                }
            ],
        )
        self.assertEqual((self.recall.line_count, self.recall.customer_count), (1, 1))
        self.assertEqual(self.lot.recall_count, 1)

    def test_opening_needs_a_suspect_lot(self):
        self.recall.seed_lot_ids = False
        with self.assertRaisesRegex(UserError, "suspect lots"):
            self.recall.action_open()

    def test_closed_is_read_only(self):
        self.recall.action_open()
        self.recall.action_close()
        self.assertTrue(self.recall.date_closed)
        for vals in (
            {"reason": "Never mind"},
            {"seed_lot_ids": [(5, 0, 0)]},
            {"line_ids": [(5, 0, 0)]},
        ):
            with self.assertRaisesRegex(UserError, "is over"):
                self.recall.write(vals)
        self.recall.message_post(body="A note is still possible")
        with self.assertRaisesRegex(UserError, "Only a recall that is In Progress"):
            self.recall.action_open_wizard()

    def test_only_drafts_are_cancelled_or_deleted(self):
        self.recall.action_open()
        with self.assertRaises(UserError):
            self.recall.action_cancel()
        with self.assertRaisesRegex(UserError, "Only a draft can be deleted"):
            self.recall.unlink()
        draft = self.env["lot.recall"].create({"reason": "Mistake"})
        draft.action_cancel()
        self.assertEqual(draft.state, "cancelled")
        self.env["lot.recall"].create({"reason": "Mistake"}).unlink()

    def test_opening_twice_is_refused(self):
        self.recall.action_open()
        with self.assertRaises(UserError):
            self.recall.action_open()

    def test_buttons(self):
        self.recall.action_open()
        self.assertEqual(
            self.recall.action_view_trace()["params"]["lot_ids"], self.lot.ids
        )
        self.assertEqual(
            self.recall.action_view_lines()["domain"],
            [("recall_id", "in", self.recall.ids)],
        )
        self.assertEqual(
            self.env["lot.recall"].search(self.lot.action_view_recalls()["domain"]),
            self.recall,
        )
