from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestRecallRemedy(SupplyChainCase):
    """What a consignee gets for recalled goods, by standard documents."""

    def setUp(self):
        super().setUp()
        self.milk = self.build.product("Milk")
        self.cheese = self.build.product("Cheese", list_price=7)
        self.build.bom(self.cheese, {self.milk: 1})
        self.milk_lot = self.build.lot(self.milk, "MILK-1")
        self.build.receive(self.milk_lot, 10, self.vendor)
        lot = self.build.lot(self.cheese, "CHEESE-1")
        self.build.produce(self.cheese, {"CHEESE-1": 10}, {self.milk_lot: 10})
        self.order = self.build.sell(self.customer, {lot: 6})
        self.order.order_line.price_unit = 5
        self.recall = self.env["lot.recall"].create(
            {
                "reason": "Listeria",
                "recall_class": "1",
                "seed_lot_ids": [(6, 0, self.milk_lot.ids)],
            }
        )
        self.recall.action_open()
        self.recall.action_refresh_consignees()
        self.consignee = self.recall.consignee_ids

    def answer(self, **quantities):
        line = {"consignee_line_id": self.consignee.line_ids.id}
        self.env["lot.recall.reply"].create(
            {
                "consignee_id": self.consignee.id,
                "answered_by": "Ann",
                "line_ids": [(0, 0, quantities | line)],
            }
        )

    def test_what_was_made_of_it_is_at_the_customer(self):
        self.assertEqual(self.consignee.partner_id, self.customer)
        self.assertRecordValues(
            self.consignee.line_ids,
            [{"product_id": self.cheese.id, "shipped": 6, "unaccounted": 6}],
        )
        self.assertEqual(self.consignee.line_ids.picking_ids, self.order.picking_ids)

    def test_replacement(self):
        with self.assertRaisesRegex(UserError, "Nothing came back"):
            self.consignee.action_start_replacement()
        self.answer(destroyed=2, returned=1, used=3)
        action = self.consignee.action_start_replacement()
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual((order.state, order.origin), ("draft", self.recall.name))
        self.assertRecordValues(
            order.order_line,
            [{"product_id": self.cheese.id, "product_uom_qty": 3, "price_unit": 7}],
        )

    def test_credit_at_the_price_of_the_sale(self):
        self.answer(destroyed=2)
        action = self.consignee.action_start_credit()
        note = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((note.move_type, note.state), ("out_refund", "draft"))
        self.assertEqual(note.invoice_origin, self.recall.name)
        self.assertRecordValues(
            note.invoice_line_ids,
            [{"product_id": self.cheese.id, "quantity": 2, "price_unit": 5}],
        )

    def test_return_of_a_sale(self):
        self.answer(on_hand=4, used=2)
        self.consignee.action_start_return()
        back = self.consignee.return_ids
        self.assertEqual(back.move_ids.sale_line_id, self.order.order_line)
        self.assertEqual(back.move_line_ids.lot_id.name, "CHEESE-1")
        back.move_ids.picked = True
        back.with_context(skip_sms=True).button_validate()
        self.recall.action_refresh_consignees()
        self.assertRecordValues(
            self.consignee.line_ids,
            [{"returned": 4, "reported": 0, "used": 2, "unaccounted": 0}],
        )

    def test_who_does_not_sell_starts_no_sale(self):
        self.answer(destroyed=2)
        user = self._create_user(
            "recall_only", "lot_traceability_recall.group_recall_user"
        )
        consignee = self.consignee.with_user(user)
        self.assertFalse(consignee.can_replace)
        self.assertFalse(consignee.can_credit)
        with self.assertRaisesRegex(UserError, "not installed, or you may not"):
            consignee.action_start_replacement()
