from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallHold(RecallCase):
    def reserve(self, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": quantity,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
                "origin": "SO-17",
            }
        )
        move._action_confirm()
        move._action_assign()
        return move

    def test_approving_holds_everything_in_scope(self):
        move = self.reserve(3)
        self.assertEqual(move.state, "assigned")
        recall = self.create_recall().with_user(self.user)
        recall._advance("approved")
        self.assertTrue(self.lot.on_hold)
        self.assertEqual(self.lot.hold_ids.origin, recall.name)
        self.assertEqual(move.state, "confirmed")
        messages = "".join(recall.message_ids.mapped("body"))
        self.assertIn("Lots on hold: 1", messages)
        self.assertIn("BAD-1, 3 Units", messages)
        self.assertTrue(recall.date_held)
        with self.assertRaisesRegex(UserError, "BAD-1"):
            self.build.deliver(self.lot, 1, self.customer)

    def test_what_is_left_out_is_not_held(self):
        second = self.build.lot(self.product, "BAD-2")
        recall = self.create_recall(self.lot | second)
        recall._advance("scoped")
        line = recall.line_ids.filtered(lambda line: line.lot_id == second)
        line.write({"included": False, "decision_reason": "Other oven"})
        recall.action_approve()
        self.assertEqual((self.lot.on_hold, second.on_hold), (True, False))

    def test_the_button_before_the_approval(self):
        recall = self.create_recall()
        recall._advance("scoped")
        recall.action_hold()
        self.assertTrue(self.lot.on_hold)
        recall.action_approve()
        self.assertEqual(len(self.lot.hold_ids), 1)

    def test_the_wizard_holds_before_somebody_else_approves(self):
        self.env.company.lot_recall_separate_approval = True
        wizard = self.open_wizard()
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual(recall.state, "scoped")
        self.assertTrue(self.lot.on_hold)
        self.assertEqual((recall.planned_count, recall.scrap_count), (2, 0))
        recall.with_user(self.manager).action_approve()
        # carried out with the approval, by who asked for it
        self.assertEqual(self.build.on_hand(self.lot), 0)
        self.assertEqual(recall.scrap_ids.create_uid, self.user)
        # who comes back to do it finds it done
        recall.with_user(self.user).action_carry_out()
        self.assertEqual(recall.scrap_count, 2)

    def test_what_was_only_planned_waits_for_who_carries_it_out(self):
        self.env.company.lot_recall_separate_approval = True
        wizard = self.open_wizard()
        self.tick(wizard)
        recall = self.recall_of(wizard.action_create_recall())
        recall.with_user(self.manager).action_approve()
        self.assertEqual((recall.planned_count, recall.scrap_count), (2, 0))
        self.assertEqual(self.build.on_hand(self.lot), 16)

    def test_what_cannot_be_done_does_not_stop_the_approval(self):
        self.env.company.lot_recall_separate_approval = True
        wizard = self.open_wizard()
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        for quant in recall.disposition_ids.quant_id:
            self.build.scrap(self.lot, 1, quant.location_id)
        recall.with_user(self.manager).action_approve()
        self.assertEqual((recall.state, recall.scrap_count), ("approved", 0))
        self.assertEqual(self.build.on_hand(self.lot), 14)
        texts = "".join(recall.message_ids.mapped("body"))
        self.assertIn("could not be carried out", texts)

    def test_the_question_says_what_and_how_much(self):
        self.env.company.lot_recall_separate_approval = True
        self.product.standard_price = 10
        wizard = self.open_wizard()
        self.tick(wizard)
        self.assertIn("Scrap 2 places", wizard.chosen_text)
        self.assertIn("160.00", wizard.chosen_text)
        text = wizard.chosen_text
        recall = self.recall_of(wizard.action_carry_out())
        reason = self.env["lot.recall.reason"].with_user(self.manager)
        dialog = reason.browse(reason._open(recall, "approve")["res_id"])
        self.assertEqual((dialog.carry_out, dialog.plan_text), (True, text))
        dialog.carry_out = False
        dialog.action_confirm()
        self.assertEqual((recall.state, recall.scrap_count), ("approved", 0))
        # nothing is scrapped silently later, either
        action = recall.with_user(self.user).action_ask_carry_out()
        dialog = self.env["lot.recall.reason"].with_user(self.user)
        dialog = dialog.browse(action["res_id"])
        self.assertIn("Scrap 2 places", dialog.plan_text)
        dialog.action_confirm()
        self.assertEqual(self.build.on_hand(self.lot), 0)

    def test_why_it_was_held_is_why_it_is_recalled(self):
        self.lot.action_hold("Smells")
        action = self.lot.with_user(self.user).action_recall()
        wizard = self.env["lot.recall.wizard"].browse(action["res_id"])
        self.assertEqual(wizard.reason, "Smells")

    def test_an_error_leads_to_what_it_names(self):
        recall = self.create_approved()
        with self.assertRaises(UserError) as refused:
            self.lot.with_user(self.manager).action_release("Sensor was wrong")
        message, action, button = refused.exception.args
        self.assertEqual(str(refused.exception), message)
        self.assertIn(recall.name, button)
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("lot.recall", recall.id)
        )
        self.assertFalse(self.lot.held_by_users)

    def test_cancelling_releases(self):
        recall = self.create_approved()
        recall._cancel("A mistake")
        self.assertFalse(self.lot.on_hold)

    def test_all_warehouses(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Two", "code": "W2"})
        self.build.receive(self.lot, 2, to=warehouse.lot_stock_id)
        self.create_approved()
        with self.assertRaises(UserError):
            self.build.deliver(
                self.lot, 1, self.customer, source=warehouse.lot_stock_id
            )

    def test_a_mock_recall_holds_nothing_unless_asked(self):
        self.create_approved(is_mock=True)
        self.assertFalse(self.lot.on_hold)
        self.create_approved(is_mock=True, mock_hold=True)
        self.assertTrue(self.lot.on_hold)

    def test_returns_go_on_hold_and_are_booked(self):
        recall = self.create_approved()
        self.lot._release("Sold off", holder=recall)
        back = self.build.return_picking(self.delivery)
        self.assertTrue(self.lot.on_hold)
        self.assertEqual(back.recall_id, recall)
        self.assertIn(back.name, recall.message_ids[0].body)
        recall.action_balance()
        self.assertRecordValues(
            recall,
            [
                {
                    "shipped_quantity": 4,
                    "recovered_quantity": 4,
                    "recovered_percent": 100,
                }
            ],
        )

    def test_returns_lie_in_quarantine(self):
        self.create_approved()
        self.build.return_picking(self.delivery, {self.product: 3})
        place = self.build.warehouse.lot_quarantine_location_id
        self.assertEqual(self.build.on_hand(self.lot, place), 3)
        # typed or scanned at a receipt, the number is looked up while it is done
        back = self.build.open_receipt(self.product, 2, self.lot.name.lower())
        back.move_line_ids.location_id = self.build.customers
        self.assertFalse(back.move_line_ids.lot_id)
        back.button_validate()
        self.assertEqual(back.move_line_ids.lot_id, self.lot)
        self.assertEqual(self.build.on_hand(self.lot, place), 5)

    def test_what_is_found_is_held(self):
        recall = self.create_approved()
        places = self.build.stock | self.shelf
        for place in places:
            self.lot._release("Looked at", holder=recall, locations=place)
        self.assertFalse(self.lot.on_hold)
        self.build.count(self.lot, 6, self.shelf)
        self.assertFalse(self.lot.on_hold, "what lies there was looked at")
        warehouse = self.env["stock.warehouse"].create({"name": "Two", "code": "W2"})
        other = warehouse.lot_stock_id
        self.build.count(self.lot, 2, other)
        self.assertTrue(self.lot.on_hold)
        self.assertIn("Made or found", recall.message_ids[0].body)
        self.build.deliver(self.lot, 1, self.customer, source=self.shelf)
        with self.assertRaisesRegex(UserError, "BAD-1"):
            self.build.deliver(self.lot, 1, self.customer, source=other)

    def test_returns_by_somebody_without_a_role(self):
        recall = self.create_approved()
        clerk = self._create_user("clerk", "stock.group_stock_user")
        builder = type(self.build)(self.env(user=clerk))
        builder.return_picking(self.delivery.with_user(clerk))
        self.assertIn("Came back", recall.message_ids[0].body)
        self.assertIn("Quarantine", recall.message_ids[0].body)

    def test_other_lots_come_back_as_ever(self):
        self.create_approved()
        other = self.build.lot(self.product, "GOOD-1")
        self.build.receive(other, 2)
        delivery = self.build.deliver(other, 2, self.customer)
        back = self.build.return_picking(delivery)
        self.assertFalse(other.on_hold)
        self.assertFalse(back.recall_id)
