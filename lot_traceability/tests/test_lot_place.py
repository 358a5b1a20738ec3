import re
from datetime import datetime

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from ..documents.trace_document import TraceDocument
from ..documents.words import get_kinds, get_value
from ..trace.gaps import BALANCE_KINDS
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestLotPlace(LotTraceCase):
    """Where a number is, whatever happened to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls.build.location("Shelf")
        cls.receipt = cls.build.receive(
            (cls.serial_product, "P-1"), 1, cls.vendor, at=datetime(2026, 1, 1, 8)
        )
        cls.unit = cls.build.lot(cls.serial_product, "P-1")

    def places(self, lot):
        return self.env["lot.place"]._get_places(lot)[lot.id]

    def place(self, lot):
        (place,) = self.places(lot)
        return place

    def test_in_stock_since_the_receipt(self):
        place = self.place(self.unit)
        self.assertEqual(place["state"], "stock")
        self.assertEqual(place["location_id"], self.build.stock.id)
        self.assertEqual(place["since"], datetime(2026, 1, 1, 8))
        self.assertEqual(place["document"], self.receipt.name)
        self.assertEqual(place["document_model"], "stock.picking")
        self.assertEqual(place["document_id"], self.receipt.id)
        self.assertEqual(place["quantity"], 1)
        self.assertEqual(place["company_id"], self.env.company.id)

    def test_at_the_customer(self):
        delivery = self.build.deliver(self.unit, 1, self.customer)
        place = self.place(self.unit)
        self.assertEqual((place["state"], place["partner"]), ("customer", "Customer"))
        self.assertEqual(place["document"], delivery.name)

    def test_customer_again_after_a_return(self):
        delivery = self.build.deliver(self.unit, 1, self.customer)
        self.build.return_picking(delivery)
        self.assertEqual(self.place(self.unit)["state"], "stock")
        self.build.deliver(self.unit, 1, self.customer)
        self.assertEqual(self.place(self.unit)["state"], "customer")

    def test_return_from_another_customer_location_leaves_no_ghost(self):
        abroad = self.build.location(
            "Abroad", parent=self.build.customers, usage="customer"
        )
        self.build.deliver(self.unit, 1, self.customer)
        self.build.move(self.unit, 1, abroad, self.build.stock)
        self.assertEqual(self.place(self.unit)["state"], "stock")
        self.build.move(self.unit, 1, self.build.stock, abroad)
        self.assertEqual(self.place(self.unit)["state"], "customer")

    def test_backdated_delivery(self):
        self.build.deliver(self.unit, 1, self.customer, at=datetime(2025, 1, 1))
        self.assertEqual(self.place(self.unit)["state"], "customer")

    def test_in_transit(self):
        transit = self.build.location("Truck", usage="transit")
        self.build.move(self.unit, 1, self.build.stock, transit)
        place = self.place(self.unit)
        self.assertEqual(
            (place["state"], place["location_id"]), ("transit", transit.id)
        )

    def test_sent_back_to_the_vendor(self):
        self.build.return_picking(self.receipt)
        place = self.place(self.unit)
        self.assertEqual((place["state"], place["partner"]), ("vendor", "Vendor"))

    def test_scrapped_is_not_lost(self):
        scrap = self.build.scrap(self.unit, 1)
        place = self.place(self.unit)
        self.assertEqual((place["state"], place["document"]), ("scrapped", scrap.name))

    def test_lost_in_a_count(self):
        self.build.count(self.unit, 0)
        self.assertEqual(self.place(self.unit)["state"], "lost")

    def test_number_that_never_moved(self):
        place = self.place(self.build.lot(self.serial_product, "NEVER"))
        self.assertEqual((place["state"], place["since"]), ("unknown", False))

    def test_lot_in_several_places_newest_first(self):
        self.build.receive((self.product, "L"), 10, at=datetime(2026, 1, 1))
        lot = self.build.lot(self.product, "L")
        self.build.move(lot, 4, self.build.stock, self.shelf, at=datetime(2026, 1, 2))
        self.build.deliver(lot, 1, self.customer, at=datetime(2026, 1, 3))
        self.assertEqual(
            [(p["state"], p["location"], p["quantity"]) for p in self.places(lot)],
            [
                ("customer", self.build.customers.display_name, 1),
                ("stock", self.shelf.display_name, 4),
                ("stock", self.build.stock.display_name, 5),
            ],
        )

    def test_one_place_for_each_customer(self):
        self.build.receive((self.product, "L"), 200, at=datetime(2026, 1, 1))
        lot, other = self.build.lot(self.product, "L"), self.build.partner("Market")
        delivery = self.build.deliver(lot, 70, other, at=datetime(2026, 1, 2))
        newest = self.build.deliver(lot, 30, other, at=datetime(2026, 1, 3))
        self.build.deliver(lot, 80, self.customer, at=datetime(2026, 1, 2, 12))
        self.build.return_picking(delivery, {self.product: 5}, at=datetime(2026, 1, 4))
        self.assertEqual(
            [
                (p["state"], p["partner"], p["quantity"], p["since"].day)
                for p in self.places(lot)
            ],
            [
                ("stock", False, 25, 4),
                ("customer", "Market", 95, 3),
                ("customer", "Customer", 80, 2),
            ],
        )
        self.assertEqual(self.places(lot)[1]["document"], newest.name)
        [row] = self.env["lot.place"].search_number("L")["rows"]
        self.assertEqual([p["quantity"] for p in row["places"]], [25, 95, 80])
        held = {
            row["partner"]: row["holds"]
            for row in lot.trace_downstream(["holders"])["holders"]
        }
        self.assertEqual(held, {"Market": 95, "Customer": 80})

    def test_came_back_from_somebody_else(self):
        self.build.receive((self.product, "L"), 10)
        lot = self.build.lot(self.product, "L")
        self.build.deliver(lot, 5, self.customer)
        self.build.transfer(
            {lot: 3},
            self.build.warehouse.in_type_id,
            self.build.customers,
            self.build.stock,
            partner=self.build.partner("Carrier"),
        )
        self.assertEqual(
            {(p["state"], p["partner"], p["quantity"]) for p in self.places(lot)},
            {("customer", "Customer", 2), ("stock", False, 8)},
        )

    def test_customers_of_another_company_are_one_place(self):
        """Not even how many they are is told."""
        other = self.env["res.company"].create({"name": "Other Inc"})
        there = type(self.build)(self.env, other)
        lot = there.lot(self.product, "L")
        there.receive(lot, 10)
        there.deliver(lot, 2, self.customer)
        there.deliver(lot, 3, self.build.partner("Market"))
        user = self._create_user("local", "stock.group_stock_user")
        places = self.env["lot.place"].with_user(user)._get_places(lot)[lot.id]
        self.assertEqual([p["state"] for p in places], ["outside", "outside"])
        self.assertFalse(any(p["quantity"] or p["partner"] for p in places))

    def test_many_lots_by_one_query(self):
        lots = self.unit
        for number in range(20):
            lots |= self.build.lot(self.serial_product, f"N{number}")
        self.env.flush_all()
        self.places(self.unit)
        # one of them asks which statements the connection has prepared
        with self.assertQueryCount(7):
            self.env["lot.place"]._get_places(lots)

    def test_lot_form_says_where_it_is(self):
        self.build.deliver(self.unit, 1, self.customer)
        self.assertEqual(self.unit.place_now, "At a customer: Customer")
        self.assertEqual(self.unit.place_state, "customer")
        self.assertTrue(self.unit.place_since)

    def test_a_lot_in_many_places_names_one_in_stock(self):
        product = self.build.product("In Parts")
        self.build.receive((product, "P-1"), 10)
        lot = self.build.lot(product, "P-1")
        self.build.deliver(lot, 2, self.customer)
        self.assertEqual(lot.place_now, "In stock: WH/Stock, and 1 more")
        self.assertEqual(lot.place_state, "stock")
        self.assertFalse(lot.place_since)


@tagged("post_install", "-at_install")
class TestRetainedSamples(LotTraceCase):
    """What is kept for later tests is counted apart, and used by nobody."""

    def test_samples(self):
        build = self.build
        room = build.location("Samples", build.stock.location_id, keeps_samples=True)
        shelf = build.location("Shelf of Samples", room)
        lot = build.lot(self.product, "KEPT-1")
        build.receive(lot, 10, self.vendor)
        build.move(lot, 2, build.stock, shelf)
        build.deliver(lot, 3, self.customer)
        trace = lot.trace_balance()
        rows = {row["location_id"]: row for row in trace["stock"]}
        self.assertEqual(
            {key: (row["is_sample"], row["quantity"]) for key, row in rows.items()},
            {shelf.id: (True, 2), build.stock.id: (False, 5)},
        )
        [balance] = trace["balances"]
        self.assertEqual((balance["on_hand"], balance["samples"]), (7, 2))
        self.assertEqual(balance["unaccounted"], 0)
        found = self.env["lot.place"].search_number("KEPT-1")["rows"][0]["places"]
        self.assertEqual(
            {(row["state"], row["state_label"], row["is_sample"]) for row in found},
            {
                ("stock", "In stock", False),
                ("stock", "Retained sample", True),
                ("customer", "At a customer", False),
            },
        )
        texts = [
            row for table in TraceDocument(lot, "XLSX").tables for row in table.rows
        ]
        self.assertIn("sample", {cell for row in texts for cell in row})
        delivery = build.open_delivery(self.product, 7)
        self.assertEqual(sum(delivery.move_line_ids.mapped("quantity")), 5)
        with self.assertRaisesRegex(UserError, "Retained Samples"):
            build.stock.with_user(self.env.ref("base.user_admin")).is_for_samples = True
        # it stays a place of samples wherever it is moved, but not into the stock
        shelf.location_id = build.stock.location_id
        self.assertFalse(shelf.is_for_samples)
        with self.assertRaisesRegex(ValidationError, "beside the stock"):
            room.location_id = build.stock
        for wrong in (build.stock, build.customers, build.stock.location_id):
            with self.assertRaises(ValidationError):
                wrong.keeps_samples = True

    def test_no_code_is_told(self):
        """Each kind of gap and of link has words, in print and in spreadsheets."""
        text = file_open("lot_traceability/trace/gaps.py").read()
        kinds = set(re.findall(r'_prepare\(\s*"(\w+)"', text))
        self.assertIn("two_lives", kinds)
        present = dict.fromkeys(("unbuild", "repair", "copy"), True)
        links = self.env["lot.trace.link"]._get_link_kinds(present, "downstream")
        for kind in (*kinds, *BALANCE_KINDS, "untracked", "no_number", *links):
            with self.subTest(kind=kind):
                self.assertIn(kind, get_kinds(self.env))
        self.assertEqual(
            get_value(self.env, "kind", "of_another_addon"), "of another addon"
        )
