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

    def test_tenths(self):
        """0.1 and 0.2 are 0.3 everywhere, and ten tenths are one."""
        kilo = self.env.ref("uom.product_uom_kgm")
        salt = self.build.product("Salt", uom_id=kilo.id)
        lot = self.build.lot(salt, "T-1")
        for _time in range(10):
            self.build.receive(lot, 0.1, self.vendor)
        build = self.build
        delivery = build.open_delivery(salt, 0.1, self.customer)
        places = delivery.location_id, delivery.location_dest_id
        for quantity in (0.1, 0.2):
            vals = build._prepare_move_vals(lot, quantity, *places)
            vals["move_line_ids"][0][2]["picking_id"] = delivery.id
            delivery.move_ids.create(vals | {"picking_id": delivery.id})
        delivery.move_ids[:1].unlink()
        build._validate(delivery, None)
        trace = lot.trace_downstream()
        numbers = [
            value
            for part in ("deliveries", "holders", "suspect", "stock", "balances")
            for row in trace[part]
            for value in row.values()
            if isinstance(value, float)
        ]
        self.assertEqual([n for n in numbers if n != round(n, 2)], [])

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

    def take_back(self, lot, quantity, partner=None, source=None, dest=None):
        """A plain receipt, which names no delivery."""
        return self.build.transfer(
            {lot: quantity},
            self.build.warehouse.in_type_id,
            source or self.build.customers,
            dest or self.build.stock,
            partner=partner,
        )

    def assertAgree(self, lot, expected):
        """``{customer: (shipped, returned, holds)}`` in all parts of one answer."""
        trace = lot.trace_downstream()
        found = {
            row["partner"]: (row["shipped"], row["returned"], row["holds"])
            for row in trace["holders"]
        }
        self.assertEqual(found, expected)
        shares = {row["partner"]: row["share"] for row in trace["holders"]}
        self.assertEqual(shares, {name: row[2] for name, row in expected.items()})
        [suspect] = trace["suspect"]
        holds = sum(row[2] for row in expected.values())
        self.assertEqual(suspect["at_customers"], holds)
        [balance] = trace["balances"]
        self.assertEqual(suspect["on_hand"], balance["on_hand"])
        self.assertEqual(suspect["unaccounted"], 0)
        returned = sum(row["returned"] for row in trace["deliveries"])
        self.assertEqual(returned, sum(row[1] for row in expected.values()))
        self.assertNotIn("-0.0", json.dumps(trace))
        return trace

    def test_came_back_from_the_parent_company(self):
        lot = self.received()
        address = self.build.partner("Gate", parent_id=self.customer.id)
        self.build.deliver(lot, 5, address)
        self.take_back(lot, 5, self.customer)
        trace = self.assertAgree(lot, {"Customer, Gate": (5, 5, 0)})
        self.assertFalse(trace["gaps"])

    def test_came_back_from_anybody_to_another_place(self):
        abroad = self.build.location(
            "Abroad", parent=self.build.customers, usage="customer"
        )
        shelf = self.build.location("Returns")
        for number, (partner, source, dest) in enumerate(
            [
                (self.build.partner("Carrier"), None, None),
                (self.build.partner("Carrier"), abroad, shelf),
                (None, None, shelf),
                (self.vendor, abroad, None),
            ]
        ):
            with self.subTest(partner=partner, source=source):
                lot = self.received(f"B{number}")
                self.build.deliver(lot, 5, self.customer)
                self.take_back(lot, 5, partner, source, dest)
                trace = self.assertAgree(lot, {"Customer": (5, 5, 0)})
                self.assertFalse(trace["gaps"])

    def test_came_back_in_part_over_two_customers(self):
        """Of the company's own address first, then the latest of the others."""
        lot = self.received(quantity=20)
        other = self.build.partner("Other Customer")
        address = self.build.partner("Gate", parent_id=self.customer.id)
        self.build.deliver(lot, 4, address)
        self.build.deliver(lot, 6, other)
        self.take_back(lot, 5, self.customer)
        self.assertAgree(
            lot, {"Customer, Gate": (4, 4, 0), "Other Customer": (6, 1, 5)}
        )

    def test_a_return_before_the_next_delivery(self):
        """All in one second: the goods of the second customer have not been there."""
        lot = self.received()
        other = self.build.partner("Other Customer")
        self.build.deliver(lot, 5, self.customer)
        self.take_back(lot, 5)
        self.build.deliver(lot, 3, other)
        self.assertAgree(lot, {"Customer": (5, 5, 0), "Other Customer": (3, 0, 3)})

    def test_came_back_while_the_stock_was_below_zero(self):
        lot = self.received(quantity=3)
        self.build.deliver(lot, 5, self.customer)
        self.take_back(lot, 5)
        trace = lot.trace_downstream()
        [holder], [suspect] = trace["holders"], trace["suspect"]
        self.assertEqual((holder["holds"], holder["share"]), (0, 0))
        self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (0, 3))

    def test_more_came_back_than_went(self):
        lot = self.received()
        self.build.deliver(lot, 5, self.customer)
        self.take_back(lot, 7, self.customer)
        trace = self.assertAgree(lot, {"Customer": (5, 5, 0)})
        [gap] = trace["gaps"]
        self.assertEqual(
            (gap["kind"], gap["lot_id"], gap["quantity"], gap["certainty"]),
            ("unmatched_return", lot.id, 2, "broken"),
        )
        self.assertIn("Customer", gap["message"])
        self.assertIn("no delivery", gap["message"])

    def test_came_back_without_any_delivery(self):
        lot = self.received()
        self.take_back(lot, 2)
        trace = lot.trace_downstream()
        self.assertFalse(trace["holders"])
        [suspect], [gap] = trace["suspect"], trace["gaps"]
        self.assertEqual((suspect["quantity"], suspect["on_hand"]), (12, 12))
        self.assertEqual((gap["kind"], gap["quantity"]), ("unmatched_return", 2))

    def gaps(self, trace):
        return [(gap["kind"], gap["quantity"]) for gap in trace["gaps"]]

    def test_more_went_out_than_came_in(self):
        """What the customer has of it is suspect, booked in or not."""
        lot = self.received(quantity=50)
        self.build.deliver(lot, 60, self.customer)
        trace = lot.trace_downstream()
        [holder], [suspect] = trace["holders"], trace["suspect"]
        self.assertEqual((holder["holds"], holder["share"]), (60, 60))
        self.assertEqual(
            (suspect["quantity"], suspect["at_customers"], suspect["on_hand"]),
            (50, 60, 0),
        )
        self.assertEqual(suspect["unaccounted"], -10)
        [balance] = trace["balances"]
        self.assertEqual((balance["on_hand"], balance["unaccounted"]), (0, -10))
        self.assertEqual(self.gaps(trace), [("below_zero", -10)])
        self.assertIn("WH/Stock", trace["gaps"][0]["message"])

    def test_below_zero_in_one_place(self):
        lot = self.received()
        shelf = self.build.location("Shelf")
        self.build.deliver(lot, 2, self.customer, source=shelf)
        trace = lot.trace_downstream()
        [suspect], [balance] = trace["suspect"], trace["balances"]
        self.assertEqual((suspect["on_hand"], suspect["unaccounted"]), (8, 0))
        self.assertEqual((balance["on_hand"], balance["unaccounted"]), (8, 0))
        self.assertEqual(self.gaps(trace), [("below_zero", -2)])
        self.assertIn("Shelf", trace["gaps"][0]["message"])

    def test_never_came_in(self):
        lot = self.build.lot(self.product, "NEVER")
        self.build.deliver(lot, 3, self.customer)
        trace = lot.trace_downstream()
        self.assertEqual(self.gaps(trace), [("below_zero", -3), ("no_origin", 3)])
        [suspect] = trace["suspect"]
        self.assertEqual(
            (suspect["quantity"], suspect["at_customers"], suspect["unaccounted"]),
            (0, 3, -3),
        )

    def test_used_for_nothing_known(self):
        """Moved into production, without an order: where it went is not known."""
        lot = self.received()
        place = self.product.property_stock_production
        self.build.move(lot, 2, self.build.stock, place)
        trace = lot.trace_downstream()
        self.assertEqual(self.gaps(trace), [("no_result", 2)])
        [suspect] = trace["suspect"]
        self.assertEqual((suspect["on_hand"], suspect["unaccounted"]), (8, 2))
        self.assertFalse(lot.trace_upstream()["gaps"])

    def test_unknown_partners(self):
        self.build.receive((self.product, "R1"), 10)
        lot = self.build.lot(self.product, "R1")
        delivery = self.build.deliver(lot, 4)
        trace = lot.trace_downstream()
        self.assertEqual(
            self.gaps(trace), [("unknown_partner", 4), ("unknown_partner", 10)]
        )
        self.assertIn(delivery.name, trace["gaps"][0]["message"])
        self.assertEqual(trace["gaps"][0]["lot_id"], lot.id)
        self.assertEqual(self.gaps(lot.trace_upstream()), self.gaps(trace))

    def test_what_came_back_of_unknown_partners_is_known(self):
        lot = self.received()
        self.build.return_picking(self.build.deliver(lot, 4))
        self.assertFalse(lot.trace_downstream()["gaps"])

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
        # nobody got anything of the one with the other inside
        self.assertEqual(set(shares), {(self.product.id,) * 2, (other.id,) * 2})
        self.assertEqual(sum(row["holds"] for row in trace["holders"]), 2)

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
