"""How much of suspect goods can be where: shares, and the least and the most.

Goods of one lot are mixed: what leaves it takes along its part of what is suspect in
it. What is made in one operation gets its part of what was used. So each quantity of
goods carries a :class:`Content`, in the unit of the suspect goods:

- ``share``: its proportional part; over all places the shares add up to what is suspect
- ``upper``: the most that can be in it: all of the suspect goods that were there, if
  they can be in that many units
- ``lower``: the least: what does not fit into the rest

The walk goes through the movements in their order, once.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from .parts import Parts
from .settling import Return, Shipment, settle
from .shortages import get_arrival, get_shortages

INSIDE = ("internal", "transit", "view")
# where goods end, by the kind of place; customers hold them
SINKS = {"supplier": "returned_to_vendor", "inventory": "lost"}
# the end of what goes on where the user may not read
ELSEWHERE = "other_companies"
# where goods come from whose arrival is booked nowhere
NOWHERE = "nowhere"
EPSILON = 1e-9
# what is less below zero is rounding noise
MISSING = 1e-6
# of looking for what was booked in late
MOST_ROUNDS = 50


@dataclass(slots=True)
class Content:
    """Suspect goods in some quantity of goods."""

    quantity: float = 0.0
    share: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    # the most that one unit can have inside
    density: float = 0.0

    def add(self, other):
        """Mix other goods into these."""
        self.quantity += other.quantity
        self.share += other.share
        self.lower += other.lower
        self.upper += other.upper
        self.density = max(self.density, other.density)

    def take(self, quantity):
        """Take some out; the rest stays.

        :return: the :class:`Content` of what was taken; what was never there (a stock
            below zero) has nothing suspect in it
        """
        taken = Content(quantity, density=self.density)
        if self.quantity > EPSILON:
            part = min(quantity / self.quantity, 1.0)
            rest = max(self.quantity - quantity, 0.0) * self.density
            taken.share = self.share * part
            self.share -= taken.share
            # books that contradict themselves have less goods than is suspect in them
            taken.upper = max(min(self.upper, quantity * self.density), taken.share)
            taken.lower = min(max(0.0, self.lower - rest), taken.share)
            self.upper = max(min(self.upper - taken.lower, rest), self.share)
            self.lower = min(max(0.0, self.lower - taken.upper), self.share)
        self.quantity -= quantity
        return taken

    def limit(self):
        """A unit of the suspect goods themselves is one of them, wherever it was in the
        meantime."""
        self.density = max(1.0, self.share / self.quantity if self.quantity else 1.0)
        self.upper = max(min(self.upper, self.quantity), self.share)

    def extract(self, quantity):
        """Take a part out whose inside is all suspect; the goods themselves stay."""
        share, upper = min(self.share, quantity), min(self.upper, quantity)
        self.share -= share
        self.upper = max(self.upper - quantity, self.share)
        self.lower = max(0.0, self.lower - quantity)
        return Content(quantity, share, share, upper, 1.0)


@dataclass(slots=True)
class Movement:
    """Done goods of a node between two places."""

    date: object
    line: float
    node: int
    quantity: float
    source: str
    dest: str
    partner: int | bool = False
    is_scrap: bool = False
    # a sink that what went there before came back from: not suspect goods once more
    back: str | None = None
    # it was there before it was booked in
    is_late: bool = False
    # of what came back from a customer: (line by which it went there, quantity, when);
    # the rest of it was never sent
    origins: list | None = None
    # it left, but its arrival is booked nowhere
    is_missing: bool = False
    # of what another company got, how much that is in one that may not be seen
    elsewhere: float = 0.0


@dataclass(slots=True)
class Spread:
    """Where the suspect goods are."""

    suspect: float = 0.0
    # {(partner, node): Content}
    held: dict = field(default_factory=lambda: defaultdict(Content))
    # {node: Content} of what is on hand
    pools: dict = field(default_factory=lambda: defaultdict(Content))
    # {name of the place where goods end: share}
    sinks: dict = field(default_factory=lambda: defaultdict(float))
    # {(node, that name): Content} of what ended there and can come back
    gone: dict = field(default_factory=lambda: defaultdict(Content))

    def get_totals(self):
        """The shares by kind of place; together they are the suspect quantity."""
        ended = self.sinks.copy()
        for (_node, name), content in self.gone.items():
            ended[name] += content.share
        totals = {
            "at_customers": sum(content.share for content in self.held.values()),
            "on_hand": sum(content.share for content in self.pools.values()),
            **{name: ended[name] for name in ("returned_to_vendor", "scrapped")},
            **{name: ended[name] for name in ("lost", "reworked", ELSEWHERE)},
        }
        return {**totals, "unaccounted": self.suspect - sum(totals.values())}

    def bound(self, held):
        """Goods of a lot are in one place only: nobody has more of them than there are,
        and who has all the places where they can be has them.

        :param held: ``{key: Content}`` of what customers have, changed in place
        """
        elsewhere = sum(content.upper for content in self.pools.values())
        elsewhere += sum(content.upper for content in self.gone.values())
        elsewhere += sum(content.upper for content in held.values())
        totals = self.get_totals()
        # of what went where nobody knows, all can be there
        is_told = max(totals["reworked"], abs(totals["unaccounted"])) < MISSING
        for content in held.values():
            least = self.suspect - (elsewhere - content.upper) if is_told else 0.0
            content.upper = max(min(content.upper, self.suspect), content.share)
            content.lower = min(max(content.lower, least), content.share)
        return held


def settle_late(movements, links=()):
    """Put what was booked in late before what left without being there, and what it was
    made of before that.

    :param movements: list of :class:`Movement`, changed in place
    :param links: those between them
    """
    for move in movements:
        if move.origins:
            # nothing came back before it went away
            move.date = max([move.date, *(sent for *_what, sent in move.origins)])
    lines = {move.line: move for move in movements}
    # {line of what was used: its date by the books}
    dated = {}
    # each round dates something back; of books that go on so for long, enough is known
    for _round in range(MOST_ROUNDS):
        movements.sort(key=_get_moment)
        stocks, late = defaultdict(float), set()
        for move in movements:
            stocks[move.node] += _get_change(move)
            if stocks[move.node] < -MISSING:
                late.add(move.node)
        if late:
            _settle(movements, late)
        if not _date_back_used(lines, links, dated):
            break
    for line, date in dated.items():
        # the walk books it when it comes to what was made of it
        lines[line].date = date


def _date_back_used(lines, links, dated):
    """What went into goods was used before them: they were booked in late, or a line
    was added afterwards.

    :return: whether something was used later than that by the books
    """
    is_changed = False
    for link in links:
        used, made = lines.get(link.line_out), lines.get(link.line_in)
        if used and made and used.date > made.date:
            dated.setdefault(used.line, used.date)
            used.date, is_changed = made.date, True
    return is_changed


def add_missing(movements, roots):
    """Add an arrival of what left the roots without ever coming in: it is suspect as
    well, whoever has it now.

    :param movements: list of :class:`Movement`, settled, changed in place
    """
    roots, stocks, since = set(roots), defaultdict(float), {}
    for move in sorted(movements, key=_get_moment):
        if move.node in roots:
            stocks[move.node] += _get_change(move)
            if stocks[move.node] < -MISSING:
                since.setdefault(move.node, move.date)
    movements += [
        Movement(
            *(since[node], -node, node, -stock, NOWHERE, INSIDE[0]),
            is_late=True,
            is_missing=True,
        )
        for node, stock in stocks.items()
        if stock < -MISSING
    ]


def _get_moment(move):
    return move.date, not move.is_late, move.line


def _get_change(move):
    """What a movement adds to the goods on hand."""
    return ((move.dest in INSIDE) - (move.source in INSIDE)) * move.quantity


def _settle(movements, late):
    """Date what came into the nodes ``late`` back to when it was there."""
    moves = [move for move in movements if move.node in late]
    stocks, events = defaultdict(float), []
    for move in moves:
        stocks[move.node] += _get_change(move)
        events.append((move.node, None, move.date, stocks[move.node]))
    shortages = get_shortages(events)
    for move in moves:
        if move.node in shortages and move.source not in INSIDE:
            arrived = get_arrival(move.date, shortages[move.node])
            sent = [sent for *_what, sent in move.origins or ()]
            is_late = arrived != move.date and all(day < arrived for day in sent)
            move.is_late = move.is_late or is_late
            move.date = max([arrived, *sent])


def settle_returns(movements):
    """Find out what was sent where of what came back, if nobody has yet."""
    returns = {
        move.line: Return(
            *(move.node, move.partner, move.date, move.quantity), line=move.line
        )
        for move in movements
        if move.source == "customer" and move.origins is None
    }
    if not returns:
        return
    shipments = [
        Shipment(
            *(move.node, move.partner, move.date, move.quantity, int(move.line)),
            line=int(move.line),
        )
        for move in movements
        if move.dest == "customer"
    ]
    settle(shipments, list(returns.values()))
    for move in movements:
        if move.line in returns:
            move.origins = get_origins(returns[move.line])


def get_origins(back):
    """See ``Movement.origins``."""
    return [
        (shipment.line, quantity, shipment.date) for shipment, quantity in back.booked
    ]


def spread(roots, movements, links, totals=None, covers=None, measures=None):
    """Follow the suspect goods through all movements.

    :param roots: nodes whose goods are suspect
    :param movements: list of :class:`Movement` of all nodes that they reach
    :param links: the links between them, with ``line_out``, ``line_in``,
        ``product_out``, ``product_in``, ``quantity_in``, ``takes_out`` and ``target``
    :param totals: ``{(line_in, product_out): quantity}`` that the operation used of a
        product, of suspect lots and others
    :param measures: see :class:`.parts.Parts`
    :param covers: says of (node, moment) whether there can be suspect goods; where not,
        what leaves carries nothing
    :return: :class:`Spread`
    """
    settle_returns(movements)
    walk = _Walk(set(roots), movements, links, totals or {}, covers, measures or {})
    return walk.run()


class _Walk:
    def __init__(self, roots, movements, links, totals, covers, measures):
        self.roots, self.totals = roots, totals
        self.covers = covers or (lambda node, moment: True)
        self.result = Spread()
        self.consumed = {}
        # what went to customers: {line: (partner, node, Content)}
        self.sent = {}
        # what was taken out of a lot as suspect goods, by line, and how much that was
        self.removed, self.recovered = {}, defaultdict(float)
        self.inputs, self.made = defaultdict(list), defaultdict(float)
        # each pair of lines once
        links = {(link.line_out, link.line_in): link for link in links}.values()
        for link in links:
            self.inputs[link.line_in].append(link)
            of_what = self.recovered if self._is_recovered(link) else self.made
            of_what[link.line_out] += link.quantity_in
        self.parts = Parts(
            [link for link in links if not self._is_recovered(link)],
            {move.line: move.quantity - move.elsewhere for move in movements},
            self.totals,
            measures,
            self._get_removed(links),
        )
        self.movements = [*movements, *self._get_built_in(movements)]
        self.movements.sort(key=_get_moment)
        self.waiting = {move.line: move for move in self.movements}
        self.late = defaultdict(list)
        for move in self.movements:
            if move.is_late:
                self.late[move.node].append(move)

    def _get_removed(self, links):
        """See :class:`.parts.Parts`."""
        removed = defaultdict(lambda: defaultdict(float))
        for link in links:
            if link.takes_out:
                removed[link.source, link.product_in][link.target] += link.quantity_in
        return removed

    def _is_recovered(self, link):
        """Whether it takes the suspect goods themselves out of something."""
        return link.takes_out and link.target in self.roots

    def _get_built_in(self, movements):
        """A part that a repair adds goes into a machine that stays where it is."""
        known = {move.line for move in movements}
        links = {
            line: found[0] for line, found in self.inputs.items() if line not in known
        }
        return [
            Movement(link.arrived, line, link.target, link.quantity_in, *INSIDE[:1] * 2)
            for line, link in links.items()
        ]

    def run(self):
        for move in self.movements:
            self._book(move)
        for partner, node, content in self.sent.values():
            self.result.held[partner, node].add(content)
        return self.result

    def _book(self, move):
        if self.waiting.pop(move.line, None) is None:
            return
        if move.source not in INSIDE:
            content = self._arrive(move)
            if move.dest not in INSIDE:
                # straight through, as a dropship: never among what is on hand
                self._leave(move, content)
                return
            self.result.pools[move.node].add(content)
        elif move.line in self.inputs:
            content = self._come_out(move)
            content.quantity = 0.0
            self.result.pools[move.node].add(content)
        if move.dest not in INSIDE:
            content = self._take(move)
            self._take_out(move.line, move.node, content)
            self._leave(move, content)

    def _take(self, move):
        pool = self.result.pools[move.node]
        if self.covers(move.node, move.date):
            return pool.take(move.quantity)
        pool.quantity -= move.quantity
        return Content(move.quantity)

    def _take_out(self, line, node, content=None):
        """What is taken out is known: it is not a part by quantity.

        :param content: the goods that were taken apart for it; what they cannot have
            had inside by their part was in them all the same
        """
        if line not in self.recovered or line in self.removed:
            return
        quantity, removed = self.recovered[line], Content(0.0, density=1.0)
        for goods in (content, self.result.pools[node]):
            left = quantity - removed.share
            if goods is not None and left > EPSILON:
                removed.add(goods.extract(left))
        removed.quantity, removed.upper = quantity, min(removed.upper, quantity)
        self.removed[line] = removed

    def _arrive(self, move):
        """What comes in, with what is inside."""
        if move.source == "customer":
            return self._come_back(move)
        if move.back and (gone := self.result.gone[move.node, move.back]).quantity > 0:
            back = gone.take(min(move.quantity, gone.quantity))
            if (rest := move.quantity - back.quantity) > EPSILON:
                is_root = move.node in self.roots
                back.add(self._come_in(rest) if is_root else Content(rest))
            return back
        if move.node in self.roots and not self._is_known(move):
            # what was suspect before is in there, and is not counted twice
            self.result.sinks["reworked"] += self._come_out(move).share
            if move.is_missing:
                # not among what came in: it stays unaccounted, below zero
                self.result.suspect -= move.quantity
            return self._come_in(move.quantity)
        if move.line in self.inputs:
            content = self._come_out(move)
            if move.node in self.roots:
                content.limit()
            return content
        return Content(move.quantity)

    def _come_in(self, quantity):
        """Goods of a root that were not in the story before."""
        self.result.suspect += quantity
        return Content(quantity, quantity, quantity, quantity, 1.0)

    def _is_known(self, move):
        """Goods of a root that were taken out of something where they were before."""
        return any(link.takes_out for link in self.inputs.get(move.line, ()))

    def _come_back(self, move):
        """Of each shipment its part; what was never sent is new."""
        back, rest = Content(), move.quantity
        for line, quantity, _sent in move.origins or ():
            is_known = line in self.sent
            part = self.sent[line][-1].take(quantity) if is_known else Content(quantity)
            back.add(part)
            rest -= quantity
        if rest > EPSILON:
            is_root = move.node in self.roots
            back.add(self._come_in(rest) if is_root else Content(rest))
        return back

    def _come_out(self, move):
        """What was made has its part of what was used, by product."""
        made = Content(move.quantity)
        by_product = defaultdict(list)
        for link in self.inputs.get(move.line, ()):
            # what was used comes first, also where it was written down afterwards
            if (used := self.waiting.get(link.line_out)) is not None:
                # and before that, what was booked in too late for it
                for late in self.late[used.node]:
                    if late.date <= move.date:
                        self._book(late)
                self._book(used)
            if self._is_recovered(link):
                self._take_out(link.line_out, link.source)
                self._add_part(made, self.removed[link.line_out], link)
            elif link.line_out in self.consumed:
                by_product[link.product_out].append(link)
            if self._is_recovered(link) and not self.made[link.line_out]:
                rest = self.consumed.get(link.line_out, Content())
                self._add_part(made, rest, link)
        for product, links in by_product.items():
            self._add_inputs(made, move, product, links)
        return made

    def _add_part(self, made, content, link):
        """Of what was taken out by several lines, that of one."""
        part = link.quantity_in / self.recovered[link.line_out]
        made.add(
            Content(
                0.0,
                content.share * part,
                max(0.0, content.lower - content.quantity * (1 - part)),
                min(content.upper, content.quantity * part * content.density),
                content.density,
            )
        )

    def _add_inputs(self, made, move, product, links):
        share = lower = upper = density = known = most = least = 0.0
        is_open = False
        for link in links:
            content = self.consumed[link.line_out]
            part, is_known = self.parts.get(link)
            is_open = is_open or not is_known
            share += content.share * part
            lower += content.lower
            fits = content.upper
            if limits := self.parts.limits.get((link.line_out, link.line_in)):
                # known of this line by itself: what is in there, and what can be
                inside = content.quantity * content.density
                least += max(0.0, content.lower - inside * (1 - limits[0]))
                fits = min(fits, inside * limits[1])
            upper += fits
            known += content.quantity
            density = max(density, content.density)
            most = max(most, self.parts.sizes[link.line_out, link.line_in])
        # how much of the product, suspect or not, is in these units and in the others
        total = max(self.totals.get((move.line, product), 0.0), known)
        inside, outside = total * most, total * (1 - most)
        if is_open:
            # of goods that differ nobody says which took how much
            inside = outside = total
        made.share += share
        made.upper += min(upper, inside * density)
        made.lower += max(0.0, least, lower - outside * density)
        made.density += inside * density / move.quantity

    def _leave(self, move, content):
        if move.dest == "customer":
            # the movement of a part of a line lies half a line beside it
            self.sent[int(move.line)] = move.partner, move.node, content
        elif move.dest == "production":
            if move.elsewhere:
                gone = content.take(move.elsewhere)
                self.result.gone[move.node, ELSEWHERE].add(gone)
            self.consumed[move.line] = content
        else:
            name = "scrapped" if move.is_scrap else SINKS.get(move.dest, "lost")
            self.result.gone[move.node, name].add(content)
