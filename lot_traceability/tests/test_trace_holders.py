import json

from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTraceHolders(LotTraceCase):
    """Who holds how much of the suspect goods, with nothing but ``stock``."""

    def trace(self, lots):
        return lots.trace_downstream(parts=["holders", "suspect"])

    def received(self, name="R1", quantity=10, product=None):
        product = product or self.product
        self.build.receive((product, name), quantity, self.vendor)
        return self.build.lot(product, name)

    def test_the_lot_itself_is_held(self):
        lot = self.received()
        delivery = self.build.deliver(lot, 4, self.customer)
        self.build.return_picking(delivery, {lot.product_id: 1})
        trace = self.trace(lot)
        [row] = trace["holders"]
        self.assertEqual(
            (row["partner"], row["shipped"], row["returned"], row["holds"]),
            ("Customer", 4, 1, 3),
        )
        self.assertEqual((row["product_id"], row["suspect_id"]), (self.product.id,) * 2)
        self.assertEqual((row["share_low"], row["share"], row["share_high"]), (3, 3, 3))
        self.assertEqual(json.loads(json.dumps(trace)), trace)

    def test_where_the_suspect_goods_are(self):
        lot = self.received(quantity=20)
        self.build.deliver(lot, 4, self.customer)
        self.build.deliver(lot, 2)
        self.build.scrap(lot, 3)
        self.build.count(lot, 10)
        self.build.move(lot, 2, self.build.stock, self.env.ref(SUPPLIERS))
        [row] = self.trace(lot)["suspect"]
        self.assertEqual(row["uom"], self.product.uom_id.name)
        self.assertEqual(
            {name: row[name] for name in PLACES},
            {
                "quantity": 20,
                "at_customers": 6,
                "on_hand": 8,
                "scrapped": 3,
                "returned_to_vendor": 2,
                "lost": 1,
                "unaccounted": 0,
            },
        )

    def test_delivered_without_a_partner(self):
        lot = self.received()
        self.build.deliver(lot, 2)
        [row] = self.trace(lot)["holders"]
        self.assertFalse(row["partner_id"])
        self.assertEqual((row["holds"], row["share"]), (2, 2))

    def test_all_came_back(self):
        lot = self.received()
        self.build.return_picking(self.build.deliver(lot, 4, self.customer))
        trace = self.trace(lot)
        [row] = trace["holders"]
        self.assertEqual((row["shipped"], row["returned"], row["holds"]), (4, 4, 0))
        self.assertEqual((row["share"], row["share_high"]), (0, 0))
        self.assertEqual(trace["suspect"][0]["on_hand"], 10)

    def test_roots_of_two_products(self):
        other = self.build.product("Other")
        lots = self.received() | self.received("X1", 5, other)
        for lot in lots:
            self.build.deliver(lot, 1, self.customer)
        trace = self.trace(lots)
        self.assertEqual(
            {row["product_id"]: row["quantity"] for row in trace["suspect"]},
            {self.product.id: 10, other.id: 5},
        )
        shares = {
            (row["product_id"], row["suspect_id"]): row["share"]
            for row in trace["holders"]
        }
        self.assertEqual(shares[self.product.id, self.product.id], 1)
        self.assertEqual(shares[self.product.id, other.id], 0)

    def test_upstream_says_nothing_of_holders(self):
        lot = self.received()
        self.build.deliver(lot, 1, self.customer)
        trace = lot.trace_upstream(parts=["holders", "suspect"])
        self.assertEqual((trace["holders"], trace["suspect"]), ([], []))


SUPPLIERS = "stock.stock_location_suppliers"
PLACES = (
    *("quantity", "at_customers", "on_hand", "scrapped"),
    *("returned_to_vendor", "lost", "unaccounted"),
)
