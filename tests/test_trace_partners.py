from odoo.tests import tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestTracePartners(SupplyChainCase):
    """Case 16: lots found by customer or vendor are those whose trace names them."""

    def setUp(self):
        super().setUp()
        self.semi = self.build.product("Semi")
        self.final = self.build.product("Final")
        self.other = self.build.partner("Other Customer")

    def lots_of(self, name, partner, operator="in"):
        value = partner.ids if operator == "in" else partner.name
        products = self.product | self.semi | self.final
        found = self.env["stock.lot"].search(
            [(name, operator, value), ("product_id", "in", products.ids)]
        )
        return set(found.mapped("name"))

    def make(self, product, name, lot, at=None):
        self.build.produce(product, {name: 1}, {lot: 1}, at=at)
        return self.build.lot(product, name)

    def test_all_levels(self):
        self.build.receive((self.product, "R1"), 2, self.vendor)
        raw = self.build.lot(self.product, "R1")
        final = self.make(self.final, "F1", self.make(self.semi, "S1", raw))
        self.build.deliver(final, 1, self.customer)
        self.build.receive((self.product, "R2"), 1, self.build.partner("Mill"))
        everything = {"R1", "S1", "F1"}
        for operator in ("in", "ilike"):
            for name, partner in (
                ("trace_customer_ids", self.customer),
                ("trace_vendor_ids", self.vendor),
            ):
                self.assertEqual(self.lots_of(name, partner, operator), everything)
        self.customer.parent_id = self.build.partner("Group")
        groups = self.customer.parent_id
        found = self.lots_of("trace_customer_ids", groups, "child_of")
        self.assertEqual(found, everything)
        self.assertFalse(self.lots_of("trace_customer_ids", self.other))
        lots = self.env["stock.lot"].search([("trace_customer_ids", "=", False)])
        nobodys = set(lots.mapped("name"))
        self.assertEqual(nobodys & {*everything, "R2"}, {"R2"})
        self.assertEqual(raw.trace_customer_ids, self.customer)
        self.assertEqual(final.trace_vendor_ids, self.vendor)
        # who is in no list any more got the goods all the same
        (self.customer | self.vendor).active = False
        self.env.invalidate_all()
        self.assertEqual(raw.trace_customer_ids, self.customer)
        self.assertEqual(final.partner_ids, self.customer)
        [row] = raw.read(["trace_customer_ids", "trace_vendor_ids"])
        self.assertEqual(row["trace_customer_ids"], self.customer.ids)
        self.assertEqual(row["trace_vendor_ids"], self.vendor.ids)

    def test_time_counts(self):
        """Case 8: what was added after the delivery did not reach that customer."""
        for name in ("R1", "R2"):
            self.build.receive((self.product, name), 1, self.vendor, at="2026-01-01")
        first, second = (self.build.lot(self.product, name) for name in ("R1", "R2"))
        final = self.make(self.final, "F1", first, at="2026-01-02")
        self.build.deliver(final, 1, self.customer, at="2026-01-03")
        self.make(self.final, "F1", second, at="2026-01-04")
        self.build.deliver(final, 1, self.other, at="2026-01-05")
        self.assertEqual(
            self.lots_of("trace_customer_ids", self.customer), {"R1", "F1"}
        )
        self.assertEqual(
            self.lots_of("trace_customer_ids", self.other), {"R1", "R2", "F1"}
        )
        for lot in (first, second, final):
            named = {row["partner"] for row in lot.trace_downstream()["deliveries"]}
            for partner in (self.customer, self.other):
                found = lot.name in self.lots_of("trace_customer_ids", partner)
                self.assertEqual(found, partner.name in named, (lot.name, partner.name))
