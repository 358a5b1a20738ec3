from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import REASONS, RecallCase


@tagged("post_install", "-at_install")
class TestRecallChanges(RecallCase):
    """What happens after the scope was frozen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recall = cls.create_approved()
        # the scope was frozen an hour ago
        cls.recall.scope_id.frozen_date = fields.Datetime.subtract(
            fields.Datetime.now(), hours=1
        )

    def test_nothing_changed(self):
        self.build.receive(self.build.lot(self.product, "GOOD-1"), 3)
        before = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        before.date = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        self.recall.action_check_scope()
        self.assertFalse(self.recall.difference_ids)

    def test_a_late_move_is_proposed_once(self):
        lines = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        lines.date = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        self.lot._release("Test", holder=self.recall)
        delivery = self.build.deliver(self.lot, 2, self.customer)
        self.recall.action_check_scope()
        self.assertRecordValues(
            self.recall.difference_ids,
            [{"kind": "moved", "lot_id": self.lot.id, "state": "proposed"}],
        )
        self.assertIn(delivery.name, self.recall.difference_ids.text)
        self.assertEqual(
            self.recall.activity_ids.mapped("summary"),
            ["Decide what changed in the scope"],
        )
        self.recall.action_check_scope()
        self.assertEqual(self.recall.difference_count, 1)

    def test_our_own_documents_are_no_change(self):
        lines = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        lines.date = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        wizard = self.env["lot.recall.wizard"].browse(
            self.recall.action_open_wizard()["res_id"]
        )
        self.tick(wizard, self.shelf)
        self.tick(wizard, self.build.stock, disposition="quarantine")
        wizard.action_carry_out()
        self.recall.action_check_scope()
        self.assertFalse(self.recall.difference_ids)

    def test_a_new_lot_is_proposed_and_never_added_in_silence(self):
        lines = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        lines.date = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        second = self.build.lot(self.product, "BAD-2")
        self.recall._add_seeds(second, "A further complaint")
        self.recall.action_check_scope()
        change = self.recall.difference_ids
        self.assertEqual((change.kind, change.lot_id), ("new", second))
        self.assertEqual(self.recall.line_ids.lot_id, self.lot)
        with self.assertRaisesRegex(UserError, "Say why BAD-2"):
            change.action_decline()
        change.action_accept()
        self.assertEqual(change.state, "accepted")
        self.assertEqual(self.recall.state, "scoped")
        self.assertEqual(self.recall.line_ids.lot_id, self.lot | second)
        self.assertEqual(self.recall.scope_id.version, 2)

    def test_declined_with_a_reason_it_is_not_proposed_again(self):
        second = self.build.lot(self.product, "BAD-2")
        self.recall._add_seeds(second, "A further complaint")
        self.recall.action_check_scope()
        self.recall.difference_ids.reason = "Another plant"
        self.recall.difference_ids.action_decline()
        self.assertEqual(set(self.recall.difference_ids.mapped("state")), {"declined"})
        self.recall.action_check_scope()
        self.assertFalse(self.recall.difference_count)

    def test_it_is_not_reconciled_before_that_is_decided(self):
        second = self.build.lot(self.product, "BAD-2")
        self.recall._add_seeds(second, "A further complaint")
        self.recall.action_check_scope()
        self.recall._advance("recovery")
        with self.assertRaisesRegex(UserError, "Decide what changed"):
            self.recall.action_reconcile()


@tagged("post_install", "-at_install")
class TestRecallBalance(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        build.count(cls.lot, 4, cls.shelf)
        build.scrap(cls.lot, 2)
        sample = build.scrap(cls.lot, 1)
        sample.scrap_reason_tag_ids = cls.env.ref(
            "lot_traceability_recall.scrap_reason_sample"
        )
        cls.recall = cls.create_approved()
        cls.recall._advance("recovery")

    def test_it_adds_up(self):
        self.recall.action_balance()
        line = self.recall.balance_ids
        self.assertRecordValues(
            line,
            [
                {
                    "made": 20,
                    "on_hand": 12,
                    "shipped": 4,
                    "consumed": 0,
                    "scrapped": 2,
                    "sampled": 1,
                    "adjusted": 1,
                    "unaccounted": 0,
                    "returned_to_vendor": 0,
                    "gap": 1,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(
            line.made,
            line.on_hand
            + line.shipped
            + line.returned_to_vendor
            + line.consumed
            + line.scrapped
            + line.sampled
            + line.adjusted
            + line.unaccounted,
        )

    def test_a_gap_needs_a_reason(self):
        with self.assertRaisesRegex(UserError, "gap of BAD-1"):
            self.recall.action_reconcile()
        self.recall.action_balance()
        self.recall.balance_ids.reason = "Broken by a forklift"
        self.recall.action_reconcile()
        self.assertEqual(self.recall.state, "reconciled")
        self.assertEqual(self.recall.balance_ids.reason, "Broken by a forklift")
        self.recall.action_close(reasons=REASONS)
        self.assertEqual(self.recall.state, "closed")

    def test_no_step_is_before_the_start(self):
        """Not even by a second: ``-0.0`` minutes."""
        step = self.recall.step_ids[:1].sudo()
        step.date = self.recall.date_opened - timedelta(seconds=1)
        self.assertEqual(str(step.minutes), "0.0")

    def test_a_tolerance_of_the_category(self):
        self.product.categ_id = self.env["product.category"].create({"name": "Dry"})
        for tolerance, state in ((4.9, "open"), (5, "balanced")):
            self.product.categ_id.lot_recall_tolerance = tolerance
            self.recall.action_balance()
            self.assertEqual(self.recall.balance_ids.state, state)


@tagged("post_install", "-at_install")
class TestRecallBalanceOpen(RecallCase):
    """What is below zero, or with nobody knows whom, is not balanced."""

    def balance(self, tolerance=0):
        self.product.categ_id = self.env["product.category"].create(
            {"name": "Dry", "lot_recall_tolerance": tolerance}
        )
        recall = self.create_approved()
        recall._advance("recovery")
        recall.action_balance()
        return recall.balance_ids

    def test_nothing_is_open(self):
        line = self.balance()
        self.assertEqual((line.state, line.findings), ("balanced", False))

    def test_unknown_partner(self):
        self.build.deliver(self.lot, 1)
        line = self.balance()
        self.assertEqual((line.state, line.gap), ("unclear", 0))
        self.assertIn("no document names", line.findings)
        line.reason = "Sold at the door"
        self.assertEqual(line.state, "explained")

    def test_more_came_back_than_went(self):
        """Customers never have less than nothing: what came back of no delivery is a
        gap that says so."""
        self.build.return_picking(self.delivery, {self.product: 3})
        self.delivery.move_line_ids.quantity = 1
        line = self.balance()
        self.assertEqual((line.shipped, line.shipped_total, line.returned), (0, 1, 3))
        self.assertEqual((line.made, line.on_hand, line.gap), (20, 22, -2))
        self.assertEqual(line.made, line.on_hand + line.shipped + line.unaccounted)
        self.assertEqual(line.state, "open")
        self.assertIn("came back", line.findings)

    def test_below_zero(self):
        self.build.deliver(self.lot, 30, self.customer)
        line = self.balance()
        self.assertEqual(line.state, "open")
        self.assertLess(line.unaccounted, 0)
        self.assertEqual(line.made, line.on_hand + line.shipped + line.unaccounted)
        self.assertIn("more went out", line.findings)

    def test_below_zero_within_the_tolerance(self):
        self.build.deliver(self.lot, 30, self.customer)
        self.assertEqual(self.balance(100).state, "unclear")
