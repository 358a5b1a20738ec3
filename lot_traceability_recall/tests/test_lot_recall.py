from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import REASONS, RecallCase

CHANGES = {"reason": "Never mind"}


@tagged("post_install", "-at_install")
class TestLotRecall(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recall = cls.create_recall()

    def run_to(self, recall, *actions):
        for action in actions:
            getattr(recall, f"action_{action}")()

    def test_number(self):
        self.assertRegex(self.recall.name, r"^RECALL/\d{4}/\d{4}$")
        other = self.recall.copy()
        self.assertNotEqual(other.name, self.recall.name)
        self.assertEqual((other.state, other.seed_lot_ids), ("draft", self.lot))
        self.assertRegex(self.create_recall(is_mock=True).name, r"^MOCK/\d{4}/\d{4}$")

    def test_from_draft_to_closed(self):
        steps = ["assess", "scope", "approve", "notify", "recover", "reconcile"]
        states = [
            *("assessment", "scoped", "approved"),
            *("notifying", "recovery", "reconciled"),
        ]
        for action, state in zip(steps, states, strict=True):
            self.run_to(self.recall, action)
            self.assertEqual(self.recall.state, state)
        self.recall.action_close(reasons=REASONS)
        self.assertEqual(self.recall.state, "closed")
        self.assertEqual(
            self.recall.assessed_by_id
            | self.recall.approved_by_id
            | self.recall.signed_by_id,
            self.env.user,
        )
        self.assertEqual(
            self.recall.step_ids.mapped("step"),
            [
                *("assessment", "traced", "scoped", "approved", "held"),
                *("notifying", "recovery", "reconciled", "closed"),
            ],
        )

    def test_no_step_is_left_out_or_done_twice(self):
        for action in ("approve", "notify", "recover", "reconcile", "close"):
            with self.assertRaisesRegex(UserError, "Only a recall that is"):
                self.run_to(self.recall, action)
        self.recall.action_assess()
        with self.assertRaises(UserError):
            self.recall.action_assess()

    def test_the_scope_is_found_and_frozen(self):
        self.run_to(self.recall, "assess", "scope")
        self.assertEqual(self.recall.scope_state, "draft")
        self.recall.action_approve()
        self.assertEqual(self.recall.scope_state, "frozen")
        self.assertRecordValues(
            self.recall.line_ids,
            [
                {
                    "lot_id": self.lot.id,
                    "product_id": self.product.id,
                    "certainty": "material",
                    "path": "BAD-1",
                    "quantity_on_hand": 16,
                    "in_force": True,
                }
            ],
        )
        self.assertEqual((self.recall.line_count, self.recall.customer_count), (1, 1))
        self.assertEqual(self.lot.recall_count, 1)
        with self.assertRaisesRegex(UserError, "frozen"):
            self.recall.line_ids.write({"included": False, "decision_reason": "No"})

    def test_a_scope_needs_suspect_lots_and_a_class(self):
        self.recall.write({"seed_lot_ids": [(5, 0, 0)], "recall_class": False})
        self.recall.action_assess()
        with self.assertRaisesRegex(UserError, "class"):
            self.recall.action_scope()
        self.recall.recall_class = "3"
        with self.assertRaisesRegex(UserError, "suspect lots"):
            self.recall.action_scope()

    def test_a_suspect_lot_more_before_the_approval(self):
        self.run_to(self.recall, "assess", "scope")
        second = self.build.lot(self.product, "BAD-2")
        self.recall.seed_lot_ids += second
        with self.assertRaisesRegex(UserError, "BAD-2: suspect since"):
            self.recall.action_approve()
        self.run_to(self.recall, "scope", "approve")
        self.assertEqual(self.recall.line_ids.lot_id, self.lot | second)
        self.assertEqual(self.recall.scope_ids.mapped("version"), [1])

    def test_a_lot_is_left_out_with_a_reason(self):
        second = self.build.lot(self.product, "BAD-2")
        self.recall.seed_lot_ids += second
        self.run_to(self.recall, "assess", "scope")
        line = self.recall.line_ids.filtered(lambda line: line.lot_id == second)
        with self.assertRaisesRegex(ValidationError, "BAD-2"):
            line.included = False
        line.write({"included": False, "decision_reason": "Other oven"})
        self.recall.action_approve()
        self.assertEqual(self.recall.line_count, 1)
        self.assertFalse(second.recall_count)
        self.recall._extend("More lots")
        line = self.recall.line_ids.filtered(lambda line: line.lot_id == second)
        self.assertEqual((line.included, line.decision_reason), (False, "Other oven"))

    def test_a_lot_stands_in_one_active_recall(self):
        self.recall._advance("approved")
        other = self.create_recall()
        other._advance("scoped")
        with self.assertRaisesRegex(UserError, f"BAD-1: {self.recall.name}"):
            other.action_approve()
        mock = self.create_recall(is_mock=True)
        mock._advance("approved")
        self.assertEqual(mock.state, "approved")
        self.recall._cancel("A mistake")
        other.action_approve()
        self.assertEqual(other.line_ids.in_force, True)

    def test_closed_is_read_only(self):
        self.recall._advance("closed", REASONS)
        self.assertTrue(self.recall.date_closed)
        line = self.recall.line_ids
        second = self.build.lot(self.product, "BAD-2")
        for change in (
            lambda: self.recall.write(CHANGES),
            lambda: self.recall.write({"seed_lot_ids": [(5, 0, 0)]}),
            lambda: self.recall.seed_ids.unlink(),
            lambda: line.sudo().write({"certainty": "possible"}),
            lambda: self.recall.balance_ids.sudo().write({"reason": "x"}),
            lambda: line.sudo().copy({"lot_id": second.id}),
        ):
            with self.assertRaisesRegex(UserError, "is over"):
                change()
        self.recall.message_post(body="A note is still possible")

    def test_reopened_with_a_new_version_of_its_scope(self):
        self.recall._advance("closed", REASONS)
        first = self.recall.scope_id
        with self.assertRaisesRegex(UserError, "Say why"):
            self.recall._reopen(" ")
        self.recall._reopen("A shop found more")
        self.assertEqual(self.recall.state, "scoped")
        self.assertEqual(set(self.recall.scope_ids.mapped("version")), {1, 2})
        self.assertEqual(first.state, "frozen")
        self.assertFalse(self.recall.signed_by_id)
        self.recall._advance("closed", REASONS)
        self.assertEqual(self.recall.state, "closed")

    def test_extended(self):
        self.recall._advance("approved")
        second = self.build.lot(self.product, "BAD-2")
        self.recall._add_seeds(second, "Another complaint")
        self.recall._extend("Another complaint")
        self.assertEqual(self.recall.state, "scoped")
        self.assertEqual(len(self.recall.scope_ids), 2)
        # the old version stands until the new one is approved
        self.assertEqual(self.lot._get_active_recall(), self.recall)
        self.assertFalse(second._get_active_recall())
        self.recall.action_approve()
        self.assertEqual(second._get_active_recall(), self.recall)
        self.assertEqual(
            self.recall.scope_ids.line_ids.filtered("in_force"), self.recall.line_ids
        )

    def test_cancelled_before_anybody_was_told(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.recall._cancel("")
        self.recall._advance("notifying")
        with self.assertRaisesRegex(UserError, "Only a recall that is"):
            self.recall._cancel("Mistake")
        draft = self.create_recall()
        wizard = self.env["lot.recall.reason"].create(
            {"recall_id": draft.id, "action": "cancel", "reason": "Mistake"}
        )
        wizard.action_confirm()
        self.assertEqual((draft.state, draft.cancel_reason), ("cancelled", "Mistake"))

    def test_only_drafts_are_deleted(self):
        self.recall.action_assess()
        with self.assertRaisesRegex(UserError, "Only a draft can be deleted"):
            self.recall.unlink()
        self.create_recall().unlink()

    def test_who_assessed_does_not_approve(self):
        self.env.company.lot_recall_separate_approval = True
        quality = self._create_role("quality")
        recall = self.recall.with_user(self.user)
        recall._advance("approved")
        self.assertEqual(recall.state, "scoped")
        self.assertIn("Approve the recall", self.recall.activity_ids.mapped("summary"))
        with self.assertRaisesRegex(AccessError, "You assessed"):
            recall.action_approve()
        self.assertIn(quality.name, recall.approvers)
        self.assertFalse(recall.with_user(quality).approvers)
        recall.with_user(quality).action_approve()
        self.assertEqual(recall.approved_by_id, quality)
        self.assertFalse(recall.activity_ids, "nobody is asked any more")

    def test_class_1_waits_for_a_manager(self):
        self.recall.recall_class = "1"
        self.recall._advance("scoped")
        quality = self._create_role("quality")
        self.assertIn(self.manager.name, self.recall.with_user(quality).approvers)
        self.assertFalse(self.recall.with_user(self.manager).approvers)

    def test_who_is_alone_approves(self):
        self.env.company.lot_recall_separate_approval = True
        company = self.env["res.company"].create({"name": "Small"})
        alone = self._create_role("manager", companies=company)
        recall = (
            self.env["lot.recall"]
            .with_user(alone)
            .create({"reason": "Mould", "recall_class": "1"})
        )
        lot = self.build.lot(self.product, "SMALL-1")
        recall._add_seeds(lot.with_user(alone), "Picked")
        recall._advance("approved")
        self.assertEqual(recall.state, "approved")

    def test_buttons(self):
        self.recall._advance("approved")
        self.assertEqual(
            self.recall.action_view_trace()["params"]["lot_ids"], self.lot.ids
        )
        lines = self.env["lot.recall.line"].search(
            self.recall.action_view_lines()["domain"]
        )
        self.assertEqual(lines, self.recall.line_ids)
        self.assertEqual(
            self.env["lot.recall"].search(self.lot.action_view_recalls()["domain"]),
            self.recall,
        )

    def test_what_if(self):
        self.product.standard_price = 3
        second = self.build.lot(self.product, "GOOD-1")
        self.build.receive(second, 60)
        self.assertRecordValues(
            self.recall,
            [
                {
                    "impact_lot_count": 1,
                    "impact_stock_count": 2,
                    "customer_count": 1,
                    "impact_cost": 48,
                    "impact_share": 0.25,
                }
            ],
        )
        self.recall.seed_lot_ids += second
        self.assertEqual(self.recall.impact_share, 1)
        self.assertEqual(self.recall.impact_cost, 228)
        self.build.move(self.lot, 5, self.shelf, self.build.stock)
        self.recall.invalidate_recordset()
        self.assertEqual(self.recall.impact_stock_count, 2, "an empty shelf is none")
