"""The trace against another search, over supply chains made by chance."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.tests import tagged

from .common import SupplyChainCase

SEEDS = range(1, 3)
STEPS = 34
START = datetime(2026, 1, 1)


@dataclass
class Delivery:
    """A unit that went to a customer."""

    node: object
    partner: object
    # whose material can be in it
    roots: set
    is_back: bool = False


class Chain:
    """Follows what is inside of what while things happen, one after the other.

    Nodes are lots, and products without a number. It knows no links and no times: it
    is the warehouse played in memory.
    """

    def __init__(self):
        # {node: {what brought it in: nodes that are inside because of that}}
        self.inside = defaultdict(dict)
        # {root: nodes that it was ever in}, {root: {partner: companies}}
        self.reached = defaultdict(set)
        self.customers = defaultdict(lambda: defaultdict(set))
        # in the order of time
        self.deliveries = []

    def get_roots(self, node):
        return {node}.union(*self.inside[node].values())

    def make(self, event, inputs, output):
        self._put(event, output, set().union(*map(self.get_roots, inputs)))

    def unbuild(self, event, order, node, parts):
        """What comes out can be of all that was inside; the order's part has left."""
        roots = self.get_roots(node)
        for part in parts:
            self._put(event, part, roots)
        del self.inside[node][order]

    def deliver(self, node, partner, company):
        roots = self.get_roots(node)
        for root in roots:
            self.customers[root][partner.display_name].add(company)
        self.deliveries.append(Delivery(node, partner, roots))

    def take_back(self, node, partner):
        """Whoever brings it: the unit that it is most likely to be."""
        out = [d for d in self.deliveries if d.node == node and not d.is_back]
        own = [d for d in out if d.partner == partner]
        company = partner and partner.commercial_partner_id
        near = [d for d in out if d.partner.commercial_partner_id == company]
        [*own, *near, *reversed(out)][0].is_back = True

    def count_held(self, root):
        """{(customer, product): [shipped, returned]} of what can have it inside."""
        held = defaultdict(lambda: [0, 0])
        for delivery in self.deliveries:
            if root in delivery.roots:
                node = delivery.node
                product = node.product_id if node._name == "stock.lot" else node
                row = held[delivery.partner.display_name, product.id]
                row[0] += 1
                row[1] += delivery.is_back
        return dict(held)

    def count_places(self, lot):
        """{customer: units of the lot there}"""
        places = defaultdict(int)
        for delivery in self.deliveries:
            if delivery.node == lot and not delivery.is_back:
                places[delivery.partner.display_name] += 1
        return dict(places)

    def _put(self, event, node, roots):
        self.inside[node][event] = roots
        for root in roots:
            self.reached[root].add(node)


@tagged("post_install", "-at_install")
class TestTraceRandom(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Inc"})
        cls.there = type(cls.build)(cls.env, cls.other)
        cls.transit = cls.env.ref("stock.stock_location_inter_company")
        cls.transit.active = True
        # of one company each; the tests themselves may read everything
        cls.local = cls._create_user(
            "local", "stock.group_stock_user", "mrp.group_mrp_user"
        )

    def test_random_supply_chains(self):
        roots = 0
        for seed in SEEDS:
            with self.subTest(seed=seed):
                roots += self.compare(seed)
        self.assertGreater(roots, 50)

    def compare(self, seed):
        """Build a chain and compare every lot in both directions."""
        lots = self.grow(random.Random(seed), seed)
        reached = {lot: {lot} | self.chain.reached[lot] for lot in lots}
        for lot in lots:
            down = lot.trace_downstream()
            self.assertEqual(self.ids(down), self.lot_ids(reached[lot]), lot.name)
            self.check_customers(lot, down)
            self.check_sums(lot, down)
            self.check_holders(lot, down)
            sources = {other for other in lots if lot in reached[other]}
            up = lot.trace_upstream()
            self.assertEqual(self.ids(up), self.lot_ids(sources), lot.name)
        return len(lots) * 2

    def check_customers(self, lot, trace):
        customers = self.chain.customers[lot]
        self.assertEqual(self.partners(trace), set(customers), lot.name)
        trace = lot.with_user(self.local).trace_downstream(["deliveries"])
        here = {
            partner
            for partner, companies in customers.items()
            if self.env.company in companies
        }
        self.assertEqual(self.partners(trace), here, lot.name)
        is_abroad = any(self.other in companies for companies in customers.values())
        if is_abroad:
            self.assertTrue(trace["outside_scope"]["count"], lot.name)

    def partners(self, trace):
        return {row["partner"] for row in trace["deliveries"]}

    def check_sums(self, lot, trace):
        """All that came in is somewhere, and the bounds lie around the shares."""
        [suspect] = trace["suspect"]
        self.assertAlmostEqual(suspect["unaccounted"], 0, msg=lot.name)
        shares = [row["share"] for row in trace["holders"]]
        self.assertAlmostEqual(sum(shares), suspect["at_customers"])
        for row in trace["holders"]:
            self.assertLessEqual(0, row["share_low"])
            self.assertLessEqual(row["share_low"], row["share"])
            self.assertLessEqual(row["share"], row["share_high"])
            self.assertLessEqual(row["share_high"], suspect["quantity"] + 1e-6)
        [balance] = [row for row in trace["balances"] if row["lot_id"] == lot.id]
        self.assertEqual(balance["unaccounted"], 0)

    def check_holders(self, lot, trace):
        """Holders, shares, balance and where it is: all as it was played."""
        held = {
            (row["partner"], row["product_id"]): [row["shipped"], row["returned"]]
            for row in trace["holders"]
        }
        self.assertEqual(held, self.chain.count_held(lot), lot.name)
        for row in trace["holders"]:
            if not row["holds"]:
                self.assertAlmostEqual(row["share"], 0, msg=lot.name)
        [balance] = [row for row in trace["balances"] if row["lot_id"] == lot.id]
        self.assertEqual(balance["on_hand"], self.stock[lot], lot.name)
        at_customers = self.chain.count_places(lot)
        self.assertEqual(
            balance["shipped"] - balance["returned"], sum(at_customers.values())
        )
        places = {
            place["partner"]: place["quantity"]
            for place in self.env["lot.place"]._get_places(lot)[lot.id]
            if place["state"] == "customer" and place["location_id"]
        }
        if at_customers:
            self.assertEqual(places, at_customers, lot.name)

    def ids(self, trace):
        return {row["id"] for row in trace["lots"]}

    def lot_ids(self, nodes):
        return {node.id for node in nodes if node._name == "stock.lot"}

    # -- what happens -----------------------------------------------------
    def grow(self, chance, seed):
        """Receive, make, rework, take apart, deliver, get back, send to another
        company; with untracked goods in between.

        :return: all lots
        """
        self.chain, self.time, self.stock, self.orders = Chain(), START, {}, []
        self.products = [self.build.product(f"P{seed}-{index}") for index in range(4)]
        self.plain = self.build.product(f"Plain{seed}", "none")
        self.partners_ = [self.build.partner(f"K{seed}-{index}") for index in range(4)]
        company = self.build.partner(f"Company{seed}")
        self.partners_[0].parent_id = self.partners_[1].parent_id = company
        self.senders = [*self.partners_, company, self.build.partner("Carrier"), None]
        for index in range(6):
            self.receive(chance, f"R{index}")
        steps = {
            self.make: 12,
            self.deliver: 4,
            self.receive: 2,
            self.unbuild: 3,
            self.deliver_and_return: 2,
            self.deliver_abroad: 2,
            self.take_back: 4,
        }
        for index in range(STEPS):
            step = chance.choices(list(steps), weights=steps.values())[0]
            step(chance, f"L{index}")
        return [node for node in self.stock if node != self.plain]

    def tick(self):
        self.time += timedelta(hours=1)
        return self.time

    def receive(self, chance, name):
        lot = self.build.lot(chance.choice(self.products[:2]), name)
        self.build.receive(lot, 10, self.vendor, at=self.tick())
        self.stock[lot] = self.stock.get(lot, 0) + 10

    def make(self, chance, name):
        product = chance.choice([*self.products, self.plain])
        inputs = self.choose(chance, chance.randint(1, 2))
        inputs = [node for node in inputs if self.product_of(node) != product]
        if not inputs:
            return
        number = False
        if product != self.plain:
            number = self.choose_number(chance, product, name)
        order = self.build.produce(
            product, {number: 3}, dict.fromkeys(inputs, 1), at=self.tick()
        )
        output = self.build.lot(product, number) if number else self.plain
        self.chain.make(order, inputs, output)
        self.stock[output] = self.stock.get(output, 0) + 3
        self.take(inputs)
        self.orders.append((order, inputs, output))

    def choose_number(self, chance, product, name):
        """A new one, or now and then more of a lot that is there."""
        known = [
            node.name
            for node in self.stock
            if node._name == "stock.lot" and node.product_id == product
        ]
        return chance.choice(known) if known and chance.random() < 0.3 else name

    def unbuild(self, chance, _name):
        """Take apart all that an order made, if it is still there."""
        orders = [
            (order, inputs, output)
            for order, inputs, output in self.orders
            if output != self.plain
            and self.plain not in inputs
            and self.stock[output] >= 3
        ]
        if not orders:
            return
        order, inputs, output = chosen = chance.choice(orders)
        self.orders.remove(chosen)
        event = self.build.unbuild(order, 3, output, at=self.tick())
        self.chain.unbuild(event, order, output, inputs)
        self.stock[output] -= 3
        for node in inputs:
            self.stock[node] += 1

    def deliver(self, chance, _name):
        for node in self.choose(chance, 1):
            partner = chance.choice(self.partners_)
            self.build.deliver(node, 1, partner, at=self.tick())
            self.chain.deliver(node, partner, self.env.company)
            self.take([node])

    def deliver_and_return(self, chance, _name):
        for node in self.choose(chance, 1):
            partner = chance.choice(self.partners_)
            picking = self.build.deliver(node, 1, partner, at=self.tick())
            self.chain.deliver(node, partner, self.env.company)
            self.build.return_picking(picking, at=self.tick())
            self.chain.deliveries[-1].is_back = True

    def take_back(self, chance, _name):
        """A plain receipt, from whom it may be, of a unit that some customer has."""
        out = [d.node for d in self.chain.deliveries if not d.is_back]
        if not out:
            return
        node, partner = chance.choice(out), chance.choice(self.senders)
        self.build.transfer(
            {node: 1},
            self.build.warehouse.in_type_id,
            self.build.customers,
            self.build.stock,
            partner=partner,
            at=self.tick(),
        )
        self.chain.take_back(node, partner)
        self.stock[node] = self.stock.get(node, 0) + 1

    def deliver_abroad(self, chance, _name):
        """The other company gets a unit and sells it."""
        for node in self.choose(chance, 1):
            if node == self.plain:
                continue
            partner, there = chance.choice(self.partners_), self.there
            self.build.transfer(
                {node: 1},
                self.build.warehouse.out_type_id,
                self.build.stock,
                self.transit,
                at=self.tick(),
            )
            there.transfer(
                {node: 1},
                there.warehouse.in_type_id,
                self.transit,
                there.stock,
                at=self.tick(),
            )
            there.deliver(node, 1, partner, at=self.tick())
            self.chain.deliver(node, partner, self.other)
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
