"""Goods that one company hands over to another one, in the place between companies.

One has sent them there, the other one has taken them out: under a lot of its own, or
under the same one by lines that the user may not read. For Odoo they are in that place
still, once above zero and once below; for the trace they left the one and came to the
other.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from odoo.api import Environment
from odoo.tools import SQL

from . import nodes
from .genealogy import EPSILON
from .sql import is_done, lookups, may_read, sql_array, to_array


class Passage(NamedTuple):
    """A done line into the place between companies (``sign`` 1), or out of it (-1).

    ``lot`` is a node of the trace: negative for goods without a number.
    """

    line: int
    lot: int
    place: int
    sign: int
    quantity: float
    readable: bool
    date: datetime | None = None
    product: int = 0
    move: int = 0

    @property
    def owner(self):
        """Who has the goods: a lot, and those who may not be seen with the same lot."""
        return self.lot, self.readable


@dataclass(slots=True)
class Handovers:
    """What was handed over; of lines that the user may read.

    ``pairs``: ``{(line by which it left, line by which it arrived): quantity}``, of two
    lots; ``pairs_by_line``: the same by each of its lines; ``passages``: these lines;
    ``sent`` and ``taken``: ``{line: quantity}``; ``gone``: of ``sent``, what went to
    who may not be seen; ``unseen``: lines that took something from there; ``went`` and
    ``came``: ``{lot: quantity}``; ``hidden_to`` and ``hidden_from``: lots that went to,
    or came from, who may not be seen, under the same lot; ``surplus``: by how much Odoo
    has more in such a place than is there of the lot, ``{(lot, place): quantity}``
    """

    pairs: dict = field(default_factory=lambda: defaultdict(float))
    pairs_by_line: dict = field(default_factory=lambda: defaultdict(set))
    passages: dict = field(default_factory=dict)
    sent: dict = field(default_factory=lambda: defaultdict(float))
    taken: dict = field(default_factory=lambda: defaultdict(float))
    gone: dict = field(default_factory=lambda: defaultdict(float))
    unseen: set = field(default_factory=set)
    went: dict = field(default_factory=lambda: defaultdict(float))
    came: dict = field(default_factory=lambda: defaultdict(float))
    hidden_to: set = field(default_factory=set)
    hidden_from: set = field(default_factory=set)
    surplus: dict = field(default_factory=lambda: defaultdict(float))

    def add(self, out, into, quantity):
        """Hand over from one passage to another one."""
        if out.lot != into.lot:
            self.pairs[out.line, into.line] += quantity
            self.passages |= {out.line: out, into.line: into}
            for line in (out.line, into.line):
                self.pairs_by_line[line].add((out.line, into.line))
        elif into.readable:
            self.hidden_from.add(into.lot)
        else:
            self.hidden_to.add(out.lot)
        if out.readable:
            self.sent[out.line] += quantity
            self.went[out.lot] += quantity
            if not into.readable:
                self.gone[out.line] += quantity
        if into.readable:
            if not out.readable:
                self.unseen.add(into.line)
            self.taken[into.line] += quantity
            self.came[into.lot] += quantity


def any_place() -> SQL:
    """Finds a place between companies that is in use."""
    return SQL("%s AND active", _sql_places())


def read(
    env: Environment, lot_ids: Iterable[int], others: Iterable[int] = ()
) -> Handovers:
    """Read what was handed over by these lots and to them.

    :param lot_ids: of those that were in such a place; most lots never were
    :param others: nodes of goods without a number
    """
    found = Handovers()
    products = {nodes.split(env, node)[0] for node in others}
    if not lot_ids and not products:
        return found
    families = _find_families(env, lot_ids) if lot_ids else {}
    passages = defaultdict(list)
    for passage in _read_passages(env, families, products):
        family = families.get(passage.lot) or -passage.product
        passages[family, passage.place].append(passage)
    for row in passages.values():
        if len({passage.owner for passage in row}) > 1:
            _settle(row, found)
    return found


class _Lying:
    """Passages with what is left of each; what is used up is looked at once."""

    def __init__(self):
        self.items = []
        self._all, self._by_owner = deque(), defaultdict(deque)

    def add(self, passage, left):
        item = [passage, left]
        for items in (self.items, self._all, self._by_owner[passage.owner]):
            items.append(item)

    def take(self, owner, wanted):
        """Take as much as there is, first of an owner, then what lies there longest.

        :return: pairs of a passage and how much of it
        """
        for items in (self._by_owner[owner], self._all):
            while items and wanted > EPSILON:
                item = items[0]
                part = min(wanted, item[1])
                if part <= EPSILON:
                    items.popleft()
                    continue
                item[1] -= part
                wanted -= part
                yield item[0], part


def _settle(passages, found):
    """Who takes goods out has his own first, then those that lie there longest; if
    nothing does, what comes next."""
    # what lies there, and what was taken before it came
    there, early, totals = _Lying(), _Lying(), defaultdict(float)
    for passage in passages:
        is_in = passage.sign > 0
        others, own = (early, there) if is_in else (there, early)
        left = passage.quantity
        for other, part in others.take(passage.owner, left):
            left -= part
            if other.owner != passage.owner:
                sides = (passage, other) if is_in else (other, passage)
                found.add(*sides, part)
        if left > EPSILON:
            own.add(passage, left)
        totals[passage.lot, passage.place] += passage.sign * passage.quantity
    for passage, left in (*there.items, *early.items):
        if passage.readable:
            totals[passage.lot, passage.place] -= passage.sign * left
    for key, surplus in totals.items():
        if abs(surplus) > EPSILON:
            found.surplus[key] += surplus


def find_passed(env: Environment, lot_ids: Iterable[int]) -> set[int]:
    """Those of the lots that were in a place between companies."""
    rows = env.execute_query(
        SQL(
            """SELECT DISTINCT lot_id FROM stock_move_line
            WHERE lot_id = ANY(%(lots)s) AND %(done)s AND %(passed)s""",
            lots=sql_array(lot_ids, "int4"),
            done=is_done("stock_move_line"),
            passed=sql_passed("stock_move_line"),
        )
    )
    return {lot_id for (lot_id,) in rows}


def _find_families(env, lot_ids):
    """Lots of several companies for the same goods: ``{lot: the first of them}``."""
    env["stock.lot"].flush_model(["origin_lot_id"])
    families = {lot_id: lot_id for lot_id in lot_ids}
    rows = env.execute_query(
        SQL(
            """WITH RECURSIVE up AS (
                SELECT id, origin_lot_id FROM stock_lot WHERE id = ANY(%(lots)s::int[])
                UNION
                SELECT origin.* FROM up CROSS JOIN LATERAL %(origin)s
            ), down AS (
                SELECT id AS first, id FROM up WHERE origin_lot_id IS NULL
                UNION
                SELECT down.first, copy.id FROM down CROSS JOIN LATERAL %(copies)s
            ) SELECT id, first FROM down""",
            lots=to_array(families),
            origin=lookups(
                {
                    "origin": SQL(
                        """SELECT id, origin_lot_id FROM stock_lot
                        WHERE id = up.origin_lot_id"""
                    )
                }
            ),
            copies=lookups(
                {"copy": SQL("SELECT id FROM stock_lot WHERE origin_lot_id = down.id")}
            ),
        )
    )
    return {**families, **dict(rows)}


def _read_passages(env, lots, products):
    conditions = [SQL("line.lot_id = ANY(%s::int[])", to_array(lots))]
    if products:
        of_product = SQL("line.product_id = ANY(%s)", [*products])
        conditions.append(SQL("line.lot_id IS NULL AND %s", of_product))
    places = {place_id for (place_id,) in env.execute_query(_sql_places())}
    rows = env.execute_query(
        SQL(
            """SELECT line.date, line.id, %(node)s, line.location_id,
                line.location_dest_id, line.quantity_product_uom::float8, %(readable)s,
                line.product_id, line.move_id
            FROM stock_move_line line
            WHERE %(of_node)s AND %(done)s
                AND (line.location_id = ANY(%(places)s::int[])
                    OR line.location_dest_id = ANY(%(places)s::int[]))""",
            node=nodes.sql_node(env, "line"),
            readable=may_read(env, "stock.move.line", "line"),
            places=to_array(places),
            of_node=SQL("(%s)", SQL(" OR ").join(conditions)),
            done=is_done("line"),
        )
    )
    return [
        Passage(line, lot, place, sign, quantity, *more[:1], date, *more[1:])
        for date, line, lot, source, dest, quantity, *more in sorted(rows)
        for place, sign in ((source, -1), (dest, 1))
        if place in places and source != dest
    ]


def sql_passed(line: str) -> SQL:
    """Whether a line goes into a place between companies, or out of it."""
    return SQL(
        "(%(source)s = ANY(ARRAY(%(places)s)) OR %(dest)s = ANY(ARRAY(%(places)s)))",
        source=SQL.identifier(line, "location_id"),
        dest=SQL.identifier(line, "location_dest_id"),
        places=_sql_places(),
    )


def _sql_places():
    return SQL(
        "SELECT id FROM stock_location WHERE usage = 'transit' AND company_id IS NULL"
    )
