from datetime import timedelta

from odoo import fields

from .common import SupplyChainCase


class TestExpirySale(SupplyChainCase):
    """An order line promises what this customer can get."""

    def test_the_line_promises_what_the_customer_may_get(self):
        milk = self.build.product("Milk", use_expiration_date=True)
        end = fields.Datetime.now() + timedelta(days=9)
        lot = self.build.lot(milk, "M1", expiration_date=end)
        self.build.count(lot, 10)
        picky = self.build.partner("Picky")
        self.env["lot.shelf.life.rule"].create(
            {"minimum": 20, "partner_id": picky.id, "product_id": milk.id}
        )
        for partner, expected in ((picky, 0), (self.customer, 10)):
            with self.subTest(partner.name):
                order = self.env["sale.order"].create(
                    {
                        "partner_id": partner.id,
                        "order_line": [
                            (0, 0, {"product_id": milk.id, "product_uom_qty": 10})
                        ],
                    }
                )
                line = order.order_line
                self.assertEqual(line.free_qty_today, expected)
                self.assertEqual(line.virtual_available_at_date, expected)
                order.action_confirm()
                line.invalidate_recordset()
                self.assertEqual(line.free_qty_today, expected)
                order._action_cancel()
