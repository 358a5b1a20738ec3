from odoo.tests import tagged

from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestLotExpirySupply(FefoCase):
    """30 are there; nothing was sold, so all of them will expire."""

    def _get_row(self):
        self.env["lot.expiry.supply"].invalidate_model()
        return self.env["lot.expiry.supply"].search([("product_id", "=", self.milk.id)])

    def _reorder(self, minimum, maximum):
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.milk.id,
                "warehouse_id": self.build.warehouse.id,
                "location_id": self.build.stock.id,
                "product_min_qty": minimum,
                "product_max_qty": maximum,
                "trigger": "manual",
            }
        )

    def test_without_a_rule(self):
        row = self._get_row()
        self.assertEqual((row.on_hand, row.at_risk, row.minimum), (30, 30, 0))
        # nobody asks for it: nothing to order
        self.assertEqual((row.to_order, row.to_order_fresh, row.difference), (0, 0, 0))

    def test_asked_for_is_what_odoo_asks_for(self):
        """All 30 are to be removed within its horizon of a year: they are left out."""
        for minimum, maximum, asked in ((20, 25, 25), (0, 0, 0)):
            with self.subTest(minimum=minimum):
                self.env["stock.warehouse.orderpoint"].search([]).unlink()
                self._reorder(minimum, maximum)
                row = self._get_row()
                self.assertEqual(
                    (row.to_order, row.to_order_fresh, row.difference),
                    (asked, asked, 0),
                )

    def test_on_order_and_demand(self):
        receipt = self.build.open_receipt(self.milk, 7)
        self._open_delivery(4)
        row = self._get_row()
        self.assertEqual((row.purchased, row.produced, row.demand), (7, 0, 4))
        action = row.action_open_orders()
        moves = self.env["stock.move"].search(action["domain"])
        self.assertEqual(moves, receipt.move_ids)
        receipt.action_cancel()
        self.assertEqual(self._get_row().purchased, 0)

    def test_demand_of_what_only_expiring_stock_covers(self):
        """30 are there and 25 promised, but two lots go off before."""
        self._open_delivery(25)
        (self.soon + self.mid).removal_date = self._in_days(-1)
        sold = self._create_lot_in_stock("SOLD", 600, expiration=400)
        self.build.deliver(sold, 600, self.customer)
        row = self._get_row()
        self.assertEqual((row.on_hand, row.at_risk), (30, 20))
        self.assertEqual((row.to_order, row.to_order_fresh), (0, 15))

    def test_lots_behind_a_row(self):
        action = self._get_row().action_open_lots()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.lot_id, self.soon + self.mid + self.late)
        self.assertEqual(sum(rows.mapped("at_risk")), self._get_row().at_risk)

    def test_not_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = self._create_user("other", "stock.group_stock_user", companies=other)
        found = self.env["lot.expiry.supply"].with_user(user).search([])
        self.assertNotIn(self.milk, found.product_id)
