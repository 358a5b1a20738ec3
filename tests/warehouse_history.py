"""Histories of a warehouse by chance, and the warehouse played in memory.

Knows no Odoo: what the addons answer about the same history is compared with it in
``test_trace_histories.py``.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field

EPSILON = 1e-6
# what each place is
USAGES = {
    "stock": "internal",
    "shelf": "internal",
    "quarantine": "internal",
    "maker": "internal",
    "transit": "transit",
    "customers": "customer",
    "shop": "customer",
    "vendors": "supplier",
    "production": "production",
    "loss": "inventory",
    "scrap": "inventory",
}
INSIDE = ("internal", "transit")
# column of a balance by where the goods came from, and by where they went
CAME = {
    "supplier": "received",
    "production": "produced",
    "inventory": "found",
    "customer": "returned",
}
WENT = {
    "production": "consumed",
    "customer": "shipped",
    "supplier": "returned_to_vendor",
    "inventory": "lost",
}


@dataclass(eq=False)
class Flow:
    """Some of a lot that goes from one place to another."""

    lot: str
    quantity: float
    source: str
    dest: str
    customer: str | None = None
    vendor: str | None = None
    # of a return: the flow that it names as its origin
    origin: "Flow | None" = None
    is_scrap: bool = False
    is_subcontract: bool = False
    # how it is booked in Odoo
    uom: int = 0
    owner: bool = False
    package: bool = False
    on_move: bool = False
    # booked wrongly at first, and corrected afterwards
    wrong_quantity: float | None = None
    wrong_lot: str | None = None
    # nothing of it was true: set to zero afterwards
    is_void: bool = False
    # when it happened
    time: int = 0
    # what has not come back of a shipment
    open: float = 0.0

    @property
    def left(self):
        return USAGES[self.source]

    @property
    def arrived(self):
        return USAGES[self.dest]


@dataclass(eq=False)
class Event:
    """What was done at one time; ``made`` is made of ``used``, if there is any."""

    used: list = field(default_factory=list)
    made: list = field(default_factory=list)
    # the kind of conversion, if it is one
    conversion: str = ""

    @property
    def flows(self):
        return [*self.used, *self.made]


class History:
    """A history by chance.

    :param seed: the same one gives the same history
    :param products: ``{product: [its lots]}``
    :param is_orderly: nothing goes out that is not there
    """

    def __init__(self, seed, products, is_orderly, steps=26):
        self.chance = random.Random(seed)
        self.products, self.is_orderly = products, is_orderly
        self.product_of = {lot: name for name, lots in products.items() for lot in lots}
        self.lots = list(self.product_of)
        self.customers = ["K0", "K1", "K2", "Company", "Carrier", None]
        self.vendors = ["V0", "V1", None]
        self.stock = defaultdict(float)
        self.events = []
        # lots of which some is in packages, or belongs to somebody else
        self.mixed = set()
        for lot in products["raw"][:3]:
            self._receive(lot)
        choices = {
            self.receive: 3,
            self.make: 5,
            self.deliver: 7,
            self.take_back: 5,
            self.take_back_named: 2,
            self.hand_on: 1,
            self.dropship: 2,
            self.dropship_back: 2,
            self.send_back: 1,
            self.move: 3,
            self.scrap: 1,
            self.count: 1,
            self.subcontract: 1,
            self.convert: 1,
            self.void: 1,
        }
        for _step in range(steps):
            step = self.chance.choices(list(choices), weights=choices.values())[0]
            step()

    # -- what happens ------------------------------------------------------
    def receive(self):
        self._receive(self.chance.choice(self.lots))

    def _receive(self, lot):
        quantity = self.chance.choice([12, 12, 24, 7.25])
        vendor = self.chance.choice(self.vendors)
        self._add(Flow(lot, quantity, "vendors", "stock", vendor=vendor))

    def make(self):
        """Of one or two lots, one lot of another product, and perhaps another one."""
        used = self._choose(2)
        others = [
            lot
            for lot in self.lots
            if self.product_of[lot] not in {self.product_of[part.lot] for part in used}
        ]
        self.chance.shuffle(others)
        outputs = {self.product_of[lot]: lot for lot in others[:2]}
        made = [
            Flow(lot, self.chance.choice([1, 2, 4.5]), "production", "stock")
            for lot in outputs.values()
        ]
        if used and made:
            for flow in used:
                flow.dest = "production"
            self._add_event(Event(used, made))

    def subcontract(self):
        """A part is sent there, and comes back as something else."""
        others = [lot for lot in self.lots if self.product_of[lot] != "raw"]
        for part in self._choose(1, place="stock"):
            lot = self.chance.choice(others)
            if self.product_of[lot] == self.product_of[part.lot]:
                continue
            vendor = self.chance.choice(self.vendors[:2])
            part.dest = "maker"
            self._add(part)
            used = Flow(part.lot, part.quantity, "maker", "production")
            self._add_event(Event([used], [Flow(lot, 2, "production", "maker")]))
            back = Flow(lot, 2, "maker", "stock", vendor=vendor, is_subcontract=True)
            self._add(back)

    def convert(self):
        """Split or repack some of a lot into others, in one go."""
        known = {flow.lot for event in self.events for flow in event.flows}
        for part in self._choose(1, place="stock"):
            if part.lot in self.mixed or not self.is_orderly:
                continue
            product = self.product_of[part.lot]
            kind = self.chance.choice(["split", "repack"])
            new = [
                lot
                for lot in self.lots
                if lot not in known and (self.product_of[lot] == product)
            ]
            if kind == "repack":
                new += [
                    lot
                    for lot in self.lots
                    if lot not in known and self.product_of[lot] == "made"
                ][:1]
            new = list(dict.fromkeys(new))[:2]
            if len(new) < 2:
                continue
            part.dest, part.quantity = "production", 2
            if self.stock[part.lot, "stock"] < 2:
                continue
            made = [Flow(lot, 1, "production", "stock") for lot in new]
            if kind == "repack" and self.product_of[new[1]] != product:
                made[1].quantity = 3
            self._add_event(Event([part], made, conversion=kind))

    def deliver(self):
        for flow in self._choose(1):
            flow.dest = self.chance.choice(["customers", "customers", "shop"])
            flow.customer = self.chance.choice(self.customers[:4] + [None])
            self._add(flow)

    def take_back(self):
        """From whoever it may be, to wherever it may be; now and then of a lot that
        never went out."""
        sent = [flow for flow in self._get_sent() if flow.dest != "vendors"]
        if sent and self.chance.random() < 0.9:
            lot, quantity = (flow := self.chance.choice(sent)).lot, flow.quantity
        else:
            lot, quantity = self.chance.choice(self.lots), 1
        flow = Flow(
            lot,
            self.chance.choice([quantity, quantity / 2, quantity + 0.5]),
            self.chance.choice(["customers", "customers", "shop"]),
            self.chance.choice(["stock", "quarantine", "transit", "shelf"]),
            customer=self.chance.choice(self.customers),
        )
        self._add(flow)

    def take_back_named(self):
        """By the return of a delivery."""
        if sent := self._get_sent():
            origin = self.chance.choice(sent)
            flow = Flow(
                origin.lot,
                origin.quantity / self.chance.choice([1, 2]),
                origin.dest,
                "stock",
                customer=origin.customer,
                origin=origin,
            )
            self._add(flow)

    def hand_on(self):
        """From one place of customers to another one: they have it, as before."""
        if sent := self._get_sent():
            lot = self.chance.choice(sent).lot
            self._add(Flow(lot, 0.5, "customers", "shop", customer="K2"))

    def dropship(self):
        flow = Flow(
            self.chance.choice(self.lots),
            self.chance.choice([1, 3, 12]),
            "vendors",
            "customers",
            customer=self.chance.choice(self.customers[:4]),
            vendor=self.chance.choice(self.vendors[:2]),
        )
        self._add(flow)

    def dropship_back(self):
        if sent := self._get_sent():
            origin = self.chance.choice(sent)
            flow = Flow(
                origin.lot,
                origin.quantity / self.chance.choice([1, 2]),
                origin.dest,
                "vendors",
                customer=self.chance.choice(self.customers[:4]),
                vendor=self.chance.choice(self.vendors[:2]),
            )
            self._add(flow)

    def send_back(self):
        for flow in self._choose(1):
            flow.dest, flow.vendor = "vendors", self.chance.choice(self.vendors)
            self._add(flow)

    def move(self):
        for flow in self._choose(1):
            places = ["shelf", "quarantine", "transit", "stock"]
            flow.dest = self.chance.choice([p for p in places if p != flow.source])
            self._add(flow)

    def scrap(self):
        for flow in self._choose(1):
            flow.dest, flow.is_scrap = "scrap", True
            self._add(flow)

    def count(self):
        for flow in self._choose(1):
            flow.dest = "loss"
            if self.chance.random() < 0.4:
                flow.source, flow.dest = "loss", flow.source
            self._add(flow)

    def void(self):
        for flow in self._choose(1):
            flow.dest, flow.customer, flow.is_void = "customers", "K0", True
            self.events.append(Event([flow]))

    # -- pieces ------------------------------------------------------------
    def _get_sent(self):
        return [
            flow
            for event in self.events
            for flow in event.flows
            if flow.arrived == "customer" != flow.left and not flow.is_void
        ]

    def _choose(self, count, place=None):
        """Parts of different products that are somewhere, without a destination."""
        there = [
            key
            for key, quantity in self.stock.items()
            if quantity > EPSILON
            and USAGES[key[1]] in INSIDE
            and key[1] != "maker"
            and place in (None, key[1])
        ]
        if not self.is_orderly and self.chance.random() < 0.3:
            there = [(lot, "stock") for lot in self.lots]
        self.chance.shuffle(there)
        chosen = {self.product_of[lot]: (lot, where) for lot, where in there}
        flows = []
        for lot, where in list(chosen.values())[:count]:
            most = self.stock[lot, where]
            quantity = self.chance.choice([most, most / 2, 1, 0.5])
            if self.is_orderly:
                quantity = min(quantity, most)
            quantity = round(quantity, 2)
            if quantity > EPSILON:
                flows.append(Flow(lot, quantity, where, ""))
        return flows

    def _add(self, flow):
        self._add_event(Event([flow]))

    def _add_event(self, event):
        for flow in event.flows:
            flow.quantity = round(flow.quantity, 2)
            self.stock[flow.lot, flow.source] -= flow.quantity
            self.stock[flow.lot, flow.dest] += flow.quantity
            flow.on_move = self.chance.random() < 0.4
            if not event.conversion:
                self._choose_paper(flow)
        self.events.append(event)

    def _choose_paper(self, flow):
        """Another unit, an owner, a package, and mistakes that are corrected later."""
        chance = self.chance
        if flow.quantity % 12 == 0 and chance.random() < 0.5:
            flow.uom = 1
        flow.owner, flow.package = chance.random() < 0.1, chance.random() < 0.1
        if flow.owner or flow.package:
            self.mixed.add(flow.lot)
        if chance.random() < 0.12:
            flow.wrong_quantity = flow.quantity + chance.choice([1, 12])
        elif chance.random() < 0.1:
            lots = self.products[self.product_of[flow.lot]]
            flow.wrong_lot = chance.choice(lots)


@dataclass
class Content:
    """Some goods, and how much of the suspect goods is in them by share."""

    quantity: float = 0.0
    share: float = 0.0

    def take(self, quantity):
        part = min(quantity / self.quantity, 1) if self.quantity > EPSILON else 0
        taken = Content(quantity, self.share * part)
        self.quantity -= quantity
        self.share -= taken.share
        return taken

    def add(self, other):
        self.quantity += other.quantity
        self.share += other.share


class Warehouse:
    """The history played in memory: what is where, who has it, what is inside of it."""

    def __init__(self, history):
        self.history = history
        self.events = [
            Event(
                [flow for flow in event.used if not flow.is_void],
                [flow for flow in event.made if not flow.is_void],
            )
            for event in history.events
        ]
        self.flows = [flow for event in self.events for flow in event.flows]
        for time, event in enumerate(history.events):
            for flow in event.flows:
                flow.time, flow.open = time, flow.quantity
        # {return: [(shipment, quantity)]}, [(return, quantity) of no shipment]
        self.booked, self.unmatched = defaultdict(list), []
        self._settle()

    # -- who has it --------------------------------------------------------
    def _settle(self):
        companies = {"K0": "Company", "K1": "Company"}
        for back in self.flows:
            if back.left != "customer" or back.arrived == "customer":
                continue
            sent = [
                flow
                for flow in self.flows
                if flow.arrived == "customer" != flow.left
                and flow.lot == back.lot
                and flow.time <= back.time
            ]
            company = companies.get(back.customer, back.customer)
            own = [f for f in sent if back.customer and f.customer == back.customer]
            near = [
                flow
                for flow in sent
                if company
                and flow not in own
                and companies.get(flow.customer, flow.customer) == company
            ]
            rest = [flow for flow in sent if flow not in own and flow not in near]
            named = [back.origin] if back.origin else []
            left = back.quantity
            for flow in [*named, *own, *near, *reversed(rest)]:
                booked = min(flow.open, left)
                if booked > EPSILON:
                    flow.open -= booked
                    left -= booked
                    self.booked[back].append((flow, booked))
            if left > EPSILON:
                self.unmatched.append((back, left))

    def get_held(self, lot):
        """``{customer: quantity of the lot}``"""
        held = defaultdict(float)
        for flow in self.get_sent(lot):
            if flow.open > EPSILON:
                held[flow.customer] += flow.open
        return dict(held)

    def get_sent(self, lot):
        """Shipments of the lot."""
        return [
            flow
            for flow in self.flows
            if flow.lot == lot and flow.arrived == "customer" != flow.left
        ]

    # -- what is where -----------------------------------------------------
    def get_stock(self, lot):
        """``{place: quantity}``, also below zero, of what is inside."""
        stock = defaultdict(float)
        for flow in self.flows:
            if flow.lot == lot:
                stock[flow.source] -= flow.quantity
                stock[flow.dest] += flow.quantity
        return {
            place: quantity
            for place, quantity in stock.items()
            if USAGES[place] in INSIDE and abs(quantity) > EPSILON
        }

    def get_balance(self, lot):
        names = (*CAME.values(), *WENT.values(), "scrapped")
        row = dict.fromkeys(names, 0.0)
        for flow in self.flows:
            if flow.lot != lot or flow.left == flow.arrived:
                continue
            if flow.left not in INSIDE:
                row[CAME[flow.left]] += flow.quantity
            if flow.arrived not in INSIDE:
                name = "scrapped" if flow.is_scrap else WENT[flow.arrived]
                row[name] += flow.quantity
        total = sum(self.get_stock(lot).values())
        return row | {"on_hand": max(total, 0.0), "unaccounted": min(total, 0.0)}

    def get_found_again(self, lot):
        """What counts missed of a lot, and later ones found."""
        missing = again = 0.0
        for flow in self.flows:
            if flow.lot != lot or flow.left == flow.arrived:
                continue
            if flow.arrived == "inventory" and not flow.is_scrap:
                missing += flow.quantity
            elif flow.left == "inventory":
                found = min(missing, flow.quantity)
                missing, again = missing - found, again + found
        return again

    # -- what is in what ---------------------------------------------------
    def get_carriers(self, root):
        """``{lot: since when it has the root inside}``"""
        since = {root: -1}
        for time, event in enumerate(self.events):
            if any(since.get(flow.lot, time + 1) <= time for flow in event.used):
                for flow in event.made:
                    since.setdefault(flow.lot, time)
        return since

    def get_origins(self, root):
        """``{lot: until when what came into it can be in the root}``"""
        until = {root: len(self.events)}
        for time, event in reversed(list(enumerate(self.events))):
            if any(until.get(flow.lot, -1) >= time for flow in event.made):
                for flow in event.used:
                    until.setdefault(flow.lot, time)
        return until

    def get_vendors(self, root):
        until = self.get_origins(root)
        return {
            flow.vendor
            for flow in self.flows
            if until.get(flow.lot, -1) >= flow.time
            and (
                flow.left == "supplier" != flow.arrived
                or (flow.is_subcontract and flow.source == "maker")
            )
        }

    def get_shipped(self, root):
        """Shipments that can have the root inside."""
        since = self.get_carriers(root)
        return [
            flow
            for flow in self.flows
            if flow.arrived == "customer" != flow.left
            and since.get(flow.lot, flow.time + 1) <= flow.time
        ]

    def spread(self, root):
        """Where the goods of the root are, by share.

        :return: (``{shipment: share}``, totals)
        """
        pools, sent = defaultdict(Content), {}
        totals = defaultdict(float)
        totals |= {("counted", flow.lot): Content() for flow in self.flows}
        for event in self.events:
            used = []
            for flow in event.used:
                content = self._leave(flow, root, pools, sent, totals)
                if event.made:
                    used.append((flow, content))
                else:
                    self._arrive(flow, content, root, pools, sent, totals)
            for flow in event.made:
                content = Content(flow.quantity)
                for part, inside in used:
                    content.share += inside.share * self._get_part(event, part, flow)
                if flow.lot == root:
                    totals["reworked"] += content.share
                    totals["suspect"] += flow.quantity
                    content.share = flow.quantity
                self._arrive(flow, content, root, pools, sent, totals)
        totals["at_customers"] = sum(content.share for content in sent.values())
        for key in [key for key in totals if key[0] == "counted"]:
            totals["lost"] += totals[key].share
        totals["on_hand"] = sum(content.share for content in pools.values())
        return {flow: content.share for flow, content in sent.items()}, totals

    def _get_part(self, event, used, made):
        """Which part of what was used is in what was made: a rest of the same product
        keeps its own, the others share what is left."""
        products = self.history.product_of
        same = [flow for flow in event.made if products[flow.lot] == products[used.lot]]
        total = sum(
            flow.quantity
            for flow in event.used
            if products[flow.lot] == products[used.lot]
        )
        kept = {flow: flow.quantity / total for flow in same}
        others = [flow for flow in event.made if flow not in same] or event.made
        left = max(1 - sum(kept.values()), 0)
        part = kept.get(made, 0) / max(sum(kept.values()), 1)
        if made in others:
            part += left * made.quantity / sum(flow.quantity for flow in others)
        return part

    def _leave(self, flow, root, pools, sent, totals):
        if flow.left == flow.arrived == "customer":
            return Content()
        if flow.left in INSIDE:
            return pools[flow.lot].take(flow.quantity)
        content, rest = Content(), flow.quantity
        if flow.left == "customer":
            for shipment, quantity in self.booked[flow]:
                content.add(sent[shipment].take(quantity))
                rest -= quantity
        elif flow.left == "inventory":
            # what a count missed is found again by a later one
            lost = totals["counted", flow.lot]
            content.add(lost.take(min(rest, lost.quantity)))
            rest -= content.quantity
        if flow.lot == root:
            totals["suspect"] += rest
            content.add(Content(rest, rest))
        else:
            content.add(Content(rest))
        return content

    def _arrive(self, flow, content, root, pools, sent, totals):
        if flow.arrived in INSIDE:
            pools[flow.lot].add(content)
        elif flow.left == flow.arrived:
            return
        elif flow.arrived == "customer":
            sent[flow] = content
        else:
            name = "scrapped" if flow.is_scrap else WENT[flow.arrived]
            if name == "lost":
                totals["counted", flow.lot].add(content)
            else:
                totals[name] += content.share
