"""How much of suspect goods can be where, through real manufacturing."""

from datetime import datetime, timedelta

from .common import SupplyChainCase


class TestTraceHolders(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finished = cls.build.product("Finished")
        cls.k1, cls.k2 = cls.build.partner("K1"), cls.build.partner("K2")

    def day(self, number):
        return datetime(2026, 1, 1, 8) + timedelta(days=number)

    def received(self, name, quantity, day=0, product=None):
        lot = self.build.lot(product or self.product, name)
        self.build.receive(lot, quantity, self.vendor, at=self.day(day))
        return lot

    def made(self, finished, components, day, product=None):
        product = product or self.finished
        self.build.produce(product, finished, components, at=self.day(day))
        return [self.build.lot(product, name) for name in finished]

    def bounds(self, lot):
        """{partner: (share, low, high)}"""
        rows = lot.trace_downstream(parts=["holders"])["holders"]
        return {
            row["partner"]: tuple(
                round(row[name], 6) for name in ("share", "share_low", "share_high")
            )
            for row in rows
        }

    def suspect(self, lot):
        [row] = lot.trace_downstream(parts=["suspect"])["suspect"]
        self.assertAlmostEqual(row["unaccounted"], 0)
        return row

    def test_one_lot_in_another_product(self):
        """8 of 10 suspect go into 4 units, one is sold, one scrapped."""
        raw = self.received("R1", 10)
        [lot] = self.made({"F1": 4}, {raw: 8}, 1)
        self.build.deliver(lot, 1, self.k1, at=self.day(2))
        self.build.scrap(lot, 1, at=self.day(3))
        self.assertEqual(self.bounds(raw), {"K1": (2, 2, 2)})
        row = self.suspect(raw)
        self.assertEqual(
            (row["quantity"], row["at_customers"], row["on_hand"], row["scrapped"]),
            (10, 2, 6, 2),
        )

    def test_mixed_with_goods_that_are_not_suspect(self):
        """2 suspect and 6 others in 4 units, two to each: anything from 0 to 2."""
        suspect, other = self.received("R1", 2), self.received("R2", 6)
        [lot] = self.made({"F1": 4}, {suspect: 2, other: 6}, 1)
        self.build.deliver(lot, 2, self.k1, at=self.day(2))
        self.build.deliver(lot, 2, self.k2, at=self.day(3))
        self.assertEqual(self.bounds(suspect), {"K1": (1, 0, 2), "K2": (1, 0, 2)})
        # of 6 others, 4 fit into one half at most
        self.assertEqual(self.bounds(other), {"K1": (3, 2, 4), "K2": (3, 2, 4)})
        self.assertEqual(self.suspect(suspect)["at_customers"], 2)

    def test_suspects_of_several_products(self):
        """Each as if it was asked for alone; what was shipped is counted once."""
        salt, oil, glue = (self.build.product(name) for name in ("Salt", "Oil", "Glue"))
        raw, oiled = self.received("R1", 10), self.received("O1", 6, product=oil)
        salted = self.received("S1", 8, product=salt)
        alone = self.received("G1", 5, product=glue)
        other = self.received("R2", 4)
        [first] = self.made({"F1": 4}, {raw: 4, oiled: 2}, 1)
        [second] = self.made({"F2": 4}, {raw: 4, oiled: 2}, 1)
        mixed = self.build.product("Mixed")
        [last] = self.made({"L1": 6}, {first: 2, salted: 4, other: 4}, 2, mixed)
        self.build.deliver(first, 1, self.k1, at=self.day(3))
        self.build.deliver(second, 2, self.k2, at=self.day(3))
        self.build.deliver(last, 3, self.k2, at=self.day(4))
        self.build.deliver(alone, 5, self.k1, at=self.day(4))
        lots = raw | oiled | salted | alone
        together = lots.trace_downstream(["holders", "suspect"])
        names = ("share", "share_low", "share_high")
        keys = ("partner", "product", "suspect")
        found, expected = (
            {
                tuple(row[key] for key in keys): [row[name] for name in names]
                for trace in traces
                for row in trace["holders"]
            }
            for traces in (
                [together],
                [lot.trace_downstream(["holders"]) for lot in lots],
            )
        )
        self.assertEqual(found, expected)
        self.assertEqual(sum(row["holds"] for row in together["holders"]), 11)
        self.assertEqual(
            sorted(row["product"] for row in together["suspect"]),
            sorted(lot.product_id.display_name for lot in lots),
        )

    def test_three_serials_of_three_serials(self):
        """Case 9: each can be in all three, with a bound of one."""
        part = self.build.product("Part", tracking="serial")
        machine = self.build.product("Machine", tracking="serial")
        parts = [self.received(f"P{n}", 1, product=part) for n in range(3)]
        machines = self.made(
            {f"M{n}": 1 for n in range(3)}, dict.fromkeys(parts, 1), 1, machine
        )
        partners = [self.k1, self.k2, self.build.partner("K3")]
        for unit, partner in zip(machines, partners, strict=True):
            self.build.deliver(unit, 1, partner, at=self.day(2))
        third = (round(1 / 3, 6), 0, 1)
        self.assertEqual(
            self.bounds(parts[0]), dict.fromkeys(["K1", "K2", "K3"], third)
        )
        self.assertAlmostEqual(self.suspect(parts[0])["at_customers"], 1)

    def test_taken_apart_again(self):
        """What an unbuild brings back is on hand, not in the machine."""
        raw = self.received("R1", 10)
        order = self.build.produce(self.finished, {"F1": 1}, {raw: 4}, at=self.day(1))
        lot = self.build.lot(self.finished, "F1")
        self.build.unbuild(order, 1, lot, at=self.day(2))
        row = self.suspect(raw)
        self.assertEqual((row["quantity"], row["on_hand"]), (10, 10))

    def test_part_of_it_is_seen_only(self):
        """A restart with more of the same lot: the mixture is by quantity."""
        first, second = self.received("R1", 4), self.received("R2", 4)
        [lot] = self.made({"F1": 4}, {first: 4}, 1)
        self.build.deliver(lot, 2, self.k1, at=self.day(2))
        self.made({"F1": 2}, {second: 2}, 3)
        self.build.deliver(lot, 4, self.k2, at=self.day(4))
        self.assertEqual(self.bounds(first), {"K1": (2, 2, 2), "K2": (2, 2, 2)})
        self.assertEqual(self.bounds(second), {"K2": (2, 2, 2)})
