"""The trace against another search, over supply chains made by chance."""

import random
from datetime import datetime, timedelta

from odoo.tests import tagged

from .common import SupplyChainCase

SEEDS = range(1, 7)
STEPS = 30
START = datetime(2026, 1, 1)
NEVER = datetime.max


class Chain:
    """What happened, one thing after the other, and a search that only knows that."""

    def __init__(self):
        # (time, nodes that went in, node that came out)
        self.made = []
        # (time, node, name of the partner)
        self.delivered = []

    def reach(self, root):
        """When material of the root was in each node first."""
        times = {root: START}
        grew = True
        while grew:
            grew = False
            for time, inputs, output in self.made:
                carries = any(times.get(node, NEVER) <= time for node in inputs)
                if carries and times.get(output, NEVER) > time:
                    times[output] = time
                    grew = True
        return times

    def customers(self, root):
        times = self.reach(root)
        return {
            partner
            for time, node, partner in self.delivered
            if node in times and times[node] <= time
        }


@tagged("post_install", "-at_install")
class TestTraceRandom(SupplyChainCase):
    def test_random_supply_chains(self):
        roots = 0
        for seed in SEEDS:
            with self.subTest(seed=seed):
                roots += self.compare(seed)
        self.assertGreater(roots, 200)

    def compare(self, seed):
        """Build a chain and compare every lot in both directions."""
        chain, lots = self.grow(random.Random(seed), seed)
        reached = {lot: set(chain.reach(lot)) for lot in lots}
        for lot in lots:
            down = lot.trace_downstream()
            self.assertEqual(self.ids(down), self.lot_ids(reached[lot]), lot.name)
            self.check_sums(lot, down)
            customers = {row["partner"] for row in down["deliveries"]}
            self.assertEqual(customers, chain.customers(lot), lot.name)
            sources = {other for other in lots if lot in reached[other]}
            up = lot.trace_upstream()
            self.assertEqual(self.ids(up), self.lot_ids(sources), lot.name)
        return len(lots) * 2

    def check_sums(self, lot, trace):
        """All that came in is somewhere, and the bounds lie around the shares."""
        [suspect] = trace["suspect"]
        [balance] = [row for row in trace["balances"] if row["lot_id"] == lot.id]
        self.assertAlmostEqual(
            suspect["quantity"], balance["received"] + balance["produced"]
        )
        self.assertAlmostEqual(suspect["unaccounted"], 0, msg=lot.name)
        shares = [row["share"] for row in trace["holders"]]
        self.assertAlmostEqual(sum(shares), suspect["at_customers"])
        for row in trace["holders"]:
            self.assertLessEqual(0, row["share_low"])
            self.assertLessEqual(row["share_low"], row["share"])
            self.assertLessEqual(row["share"], row["share_high"])
            self.assertLessEqual(row["share_high"], suspect["quantity"] + 1e-6)

    def ids(self, trace):
        return {row["id"] for row in trace["lots"]}

    def lot_ids(self, nodes):
        return {node.id for node in nodes if node._name == "stock.lot"}

    # -- what happens -----------------------------------------------------
    def grow(self, chance, seed):
        """Receive, make, rework and deliver, with untracked goods in between."""
        self.chain, self.time, self.stock = Chain(), START, {}
        self.products = [self.build.product(f"P{seed}-{index}") for index in range(4)]
        self.plain = self.build.product(f"Plain{seed}", "none")
        self.partners = [self.build.partner(f"K{seed}-{index}") for index in range(4)]
        for index in range(6):
            self.receive(chance, f"R{index}")
        for index in range(STEPS):
            step = chance.choices(
                (self.make, self.deliver, self.receive), weights=(6, 3, 1)
            )[0]
            step(chance, f"L{index}")
        return self.chain, [node for node in self.stock if node != self.plain]

    def tick(self):
        self.time += timedelta(hours=1)
        return self.time

    def receive(self, chance, name):
        lot = self.build.lot(chance.choice(self.products[:2]), name)
        self.build.receive(lot, 10, self.vendor, at=self.tick())
        self.stock[lot] = self.stock.get(lot, 0) + 10

    def make(self, chance, name):
        inputs = self.choose(chance, chance.randint(1, 2))
        if not inputs:
            return
        product = chance.choice([*self.products, self.plain])
        inputs = [node for node in inputs if self.product_of(node) != product]
        if not inputs:
            return
        # now and then more of a lot that is there
        known = [
            node.name
            for node in self.stock
            if node._name == "stock.lot" and node.product_id == product
        ]
        if product == self.plain:
            number = False
        elif known and chance.random() < 0.3:
            number = chance.choice(known)
        else:
            number = name
        at = self.tick()
        self.build.produce(product, {number: 3}, dict.fromkeys(inputs, 1), at=at)
        output = self.build.lot(product, number) if number else self.plain
        self.chain.made.append((at, inputs, output))
        self.stock[output] = self.stock.get(output, 0) + 3
        self.take(inputs)

    def deliver(self, chance, _name):
        for node in self.choose(chance, 1):
            partner, at = chance.choice(self.partners), self.tick()
            self.build.deliver(node, 1, partner, at=at)
            self.chain.delivered.append((at, node, partner.name))
            self.take([node])

    def choose(self, chance, count):
        """Different products that are in stock."""
        left = [node for node, quantity in self.stock.items() if quantity > 0]
        chance.shuffle(left)
        chosen = {self.product_of(node): node for node in left[:count]}
        return list(chosen.values())

    def take(self, nodes):
        for node in nodes:
            self.stock[node] -= 1

    def product_of(self, node):
        return node.product_id if node._name == "stock.lot" else node
