from odoo.tests import Form, tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestTrackingChangeValue(SupplyChainCase):
    """What is counted out and in again is worth the same, to the cent."""

    def valued(self, method):
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method}
        )
        return self.build.product(
            f"Valued {method}", "none", categ_id=category.id, standard_price=7.77
        )

    def buy(self, product, quantity, price):
        """Receive what was ordered at a price."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": price,
                        },
                    )
                ],
            }
        )
        order.button_confirm()
        order.picking_ids.move_ids.write({"quantity": quantity, "picked": True})
        order.picking_ids.with_context(skip_sms=True).button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def change(self, product, tracking):
        action = product.product_tmpl_id.action_change_tracking()
        change = self.env["lot.tracking.change"].browse(action["res_id"])
        form = Form(change)
        form.tracking_to = tracking
        form.save().action_apply()

    def value(self, product):
        self.env.flush_all()
        product.invalidate_recordset()
        return round(product.total_value, 2)

    def test_value_is_kept(self):
        shelf = self.build.location("Shelf")
        for method in ("standard", "average", "fifo"):
            product = self.valued(method)
            self.buy(product, 3, 10.01)
            self.buy(product, 4, 12.37)
            self.build.move(product, 2, self.build.stock, shelf)
            self.build.deliver(product, 1)
            before, price = self.value(product), product.standard_price
            self.assertGreater(before, 0)
            for tracking in ("lot", "serial", "none"):
                self.change(product, tracking)
                self.assertEqual(product.tracking, tracking)
                self.assertEqual(self.value(product), before, (method, tracking))
                if method != "fifo":
                    self.assertAlmostEqual(product.standard_price, price, 2)

    def test_value_of_what_leaves_afterwards(self):
        product = self.valued("fifo")
        self.buy(product, 1, 10)
        self.buy(product, 1, 30)
        self.change(product, "lot")
        self.assertEqual(self.value(product), 40)
        lot = self.env["stock.lot"].search([("product_id", "=", product.id)])
        delivery = self.build.deliver(lot, 2, self.customer)
        self.assertEqual(delivery.move_ids.value, 40)
        self.assertEqual(self.value(product), 0)

    def test_value_of_lots_that_are_valued_apart(self):
        product = self.valued("average")
        self.buy(product, 3, 10)
        self.change(product, "lot")
        product.product_tmpl_id.lot_valuated = True
        before = self.value(product)
        self.change(product, "serial")
        self.assertEqual(self.value(product), before)
