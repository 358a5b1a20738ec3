import json
import xmlrpc.client

from odoo.tests import tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestTraceUnnumbered(SupplyChainCase):
    """Untracked products in between, and what a count found or lost."""

    def setUp(self):
        super().setUp()
        self.plain = self.build.product("Dough", "none")
        self.final = self.build.product("Bread")
        self.raw = self.build.lot(self.product, "R1")
        self.build.receive(self.raw, 10, self.vendor)

    def make_dough(self):
        return self.build.produce(self.plain, {False: 5}, {self.raw: 5})

    def test_untracked_product_in_between(self):
        """Case 2: raw, untracked dough, finished lot, customer."""
        self.make_dough()
        self.build.produce(self.final, {"F1": 2}, {self.plain: 2})
        final = self.build.lot(self.final, "F1")
        self.build.deliver(final, 2, self.customer)
        down = self.raw.trace_downstream()
        self.assertEqual(self.certainties(down), {"F1": "possible"})
        self.assertEqual(self.shipments(down["deliveries"]), [("Customer", 2, 0)])
        self.assertEqual([row["product"] for row in down["unnumbered"]], ["Dough"])
        self.assertEqual(
            [(gap["kind"], gap["quantity"]) for gap in down["gaps"]],
            [("untracked", 5)],
        )
        up = final.trace_upstream()
        self.assertEqual(self.certainties(up), {"R1": "possible"})
        self.assertEqual(self.shipments(up["receipts"]), [("Vendor", 10, 0)])

    def test_untracked_finished_product(self):
        """Case 3: the untracked product itself is delivered."""
        self.make_dough()
        self.build.deliver(self.plain, 3, self.customer)
        down = self.raw.trace_downstream()
        self.assertEqual(self.shipments(down["deliveries"]), [("Customer", 3, 0)])
        row = down["deliveries"][0]
        self.assertIs(row["lot_id"], False)
        self.assertEqual((row["product"], row["uom"]), ("Dough", "Units"))

    def test_time_counts_for_goods_without_a_number(self):
        self.build.receive(self.plain, 4, self.vendor, at="2019-12-01")
        self.build.deliver(self.plain, 4, self.customer, at="2020-01-01")
        self.make_dough()
        self.assertFalse(self.raw.trace_downstream()["deliveries"])

    def test_another_company_does_not_mix(self):
        self.make_dough()
        other = self.env["res.company"].create({"name": "Other"})
        build = type(self.build)(self.env, other)
        build.receive(self.plain, 3)
        build.deliver(self.plain, 3, self.customer)
        self.assertFalse(self.raw.trace_downstream()["deliveries"])

    def test_one_of_many_receipts(self):
        """Case 22: which of the receipts it was cannot be told, and is said so."""
        screw = self.build.product("Screw", "none")
        for _time in range(3):
            self.build.receive(screw, 10, self.vendor)
        self.build.produce(self.final, {"F1": 1}, {screw: 1})
        up = self.build.lot(self.final, "F1").trace_upstream()
        self.assertFalse(up["receipts"])
        (gap,) = (gap for gap in up["gaps"] if gap["kind"] == "untracked")
        self.assertEqual(
            gap["message"],
            "1 Units of Screw without a number. Receipts that they can be from: 3.",
        )

    def test_relabelled_by_a_count(self):
        """Case 20: R1 lost five, R2 found five; neither is explained."""
        self.build.count(self.raw, 5)
        found = self.build.lot(self.product, "R2")
        self.build.count(found, 5)
        self.build.deliver(found, 5, self.customer)
        down = self.raw.trace_downstream()
        self.assertEqual(
            [(gap["kind"], gap["quantity"]) for gap in down["gaps"]], [("lost", 5)]
        )
        gaps = found.trace_upstream()["gaps"]
        self.assertEqual(
            [(gap["kind"], gap["quantity"]) for gap in gaps], [("found", 5)]
        )

    def test_balance(self):
        delivery = self.build.deliver(self.raw, 4, self.customer)
        self.build.return_picking(delivery, {self.product: 1})
        self.build.scrap(self.raw, 2)
        self.make_dough()
        (row,) = self.raw.trace_upstream()["balances"]
        expected = {
            "received": 10,
            "produced": 0,
            "found": 0,
            "returned": 1,
            "consumed": 5,
            "shipped": 4,
            "returned_to_vendor": 0,
            "scrapped": 2,
            "lost": 0,
            "on_hand": 0,
            "unaccounted": 0,
        }
        self.assertEqual({name: row[name] for name in expected}, expected)

    def test_numbers_of_goods_without_a_number_fit_into_32_bits(self):
        """XML-RPC knows no others; they were too large from product 2148 on."""
        self.env.cr.execute("ALTER SEQUENCE product_product_id_seq RESTART 3000001")
        companies = self.env["res.company"].create(
            [{"name": f"Company {number}"} for number in range(3)]
        )
        company = companies[-1]
        self.env.user.company_ids += company
        build = type(self.build)(self.env, company)
        plain, final = build.product("New Dough", "none"), build.product("New Bread")
        self.assertGreater(plain.id, 3_000_000)
        raw = build.lot(build.product("New Flour"), "NR1")
        build.receive(raw, 10, self.vendor)
        build.produce(plain, {False: 5}, {raw: 5})
        build.produce(final, {"NF1": 2}, {plain: 2})
        build.deliver(plain, 3, self.customer)
        raw = raw.with_context(allowed_company_ids=company.ids)
        down = raw.trace_downstream()
        (row,) = down["unnumbered"]
        self.assertEqual((row["product_id"], row["company_id"]), (plain.id, company.id))
        self.assertEqual(self.certainties(down), {"NF1": "possible"})
        self.assertEqual(self.shipments(down["deliveries"]), [("Customer", 3, 0)])
        self.assertEqual(down["deliveries"][0]["unnumbered_id"], row["id"])
        for result in (down, raw.get_trace_graph(), raw.trace_movements()):
            xmlrpc.client.dumps((result,), allow_none=False)
            json.dumps(result)
