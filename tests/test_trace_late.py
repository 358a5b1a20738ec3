"""Goods that were sold or used before anybody booked where they came from."""

from datetime import datetime, timedelta

from .common import SupplyChainCase


class TestTraceLate(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.middle = cls.build.product("Middle")
        cls.finished = cls.build.product("Finished")
        cls.k1, cls.k2 = cls.build.partner("K1"), cls.build.partner("K2")
        cls.raw = cls.build.lot(cls.product, "R1")
        cls.build.receive(cls.raw, 10, cls.vendor, at=cls.day(0))

    @classmethod
    def day(cls, number):
        return datetime(2026, 1, 1, 8) + timedelta(days=number)

    def make(self, product, name, lot, day, quantity=10):
        self.build.produce(product, {name: quantity}, {lot: 1}, at=self.day(day))
        return self.build.lot(product, name)

    def customers(self, lot):
        return sorted(row["partner"] for row in lot.trace_downstream()["deliveries"])

    def names(self, trace):
        return sorted(row["name"] for row in trace["lots"])

    def test_delivered_before_the_order_was_done(self):
        lot = self.build.lot(self.finished, "F1")
        self.build.deliver(lot, 2, self.k1, at=self.day(1))
        self.make(self.finished, "F1", self.raw, 2)
        self.build.deliver(lot, 2, self.k2, at=self.day(3))
        self.assertEqual(self.customers(self.raw), ["K1", "K2"])
        self.assertEqual(
            [row["partner"] for row in lot.trace_upstream()["receipts"]], ["Vendor"]
        )

    def test_used_before_it_was_made(self):
        middle = self.build.lot(self.middle, "M1")
        lot = self.make(self.finished, "F1", middle, 1)
        self.make(self.middle, "M1", self.raw, 2)
        self.build.deliver(lot, 1, self.k1, at=self.day(3))
        self.assertEqual(self.names(self.raw.trace_downstream()), ["F1", "M1", "R1"])
        self.assertEqual(self.customers(self.raw), ["K1"])
        self.assertEqual(self.names(lot.trace_upstream()), ["F1", "M1", "R1"])

    def test_received_after_it_was_used(self):
        late = self.build.lot(self.product, "R2")
        lot = self.make(self.finished, "F1", late, 1)
        self.build.receive(late, 5, self.vendor, at=self.day(2))
        [receipt] = lot.trace_upstream()["receipts"]
        self.assertEqual(receipt["lot_id"], late.id)

    def test_all_of_it_was_booked_backwards(self):
        """Delivered, then made, then received: the customer has it all the same, and
        each answer knows of the delivery."""
        late = self.build.lot(self.product, "R3")
        lot = self.build.lot(self.finished, "F1")
        delivery = self.build.deliver(lot, 3, self.k1, at=self.day(1))
        self.build.produce(self.finished, {"F1": 5}, {late: 5}, at=self.day(2))
        self.build.receive(late, 10, self.vendor, at=self.day(3))
        trace = late.trace_downstream()
        [holder], [suspect] = trace["holders"], trace["suspect"]
        self.assertEqual(
            [holder[name] for name in ("holds", "share", "share_low", "share_high")],
            [3, 3, 3, 3],
        )
        self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (3, 7))
        movements = late.trace_movements()["movements"]
        self.assertIn(delivery.name, [row["reference"] for row in movements])

    def test_orderly_books_stay_exact(self):
        """Case 8 again: what was sold before has nothing of what came later."""
        first = self.make(self.finished, "F1", self.raw, 1)
        self.build.deliver(first, 10, self.k1, at=self.day(2))
        other = self.build.lot(self.product, "R2")
        self.build.receive(other, 5, self.vendor, at=self.day(2))
        self.make(self.finished, "F1", other, 3)
        self.build.deliver(first, 5, self.k2, at=self.day(4))
        self.assertEqual(self.customers(other), ["K2"])
