"""What the first page of the movements has found, kept for the pages after it.

A page costs no further walk as long as nothing was written since on which the story
depends: the move lines and the lots in it, what was said of its units, and what the
user may read. That is asked of the database anew for each page, by the versions of the
rows: what is kept is never shown stale, whichever process or transaction wrote.
"""

import time
from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from odoo.models import BaseModel
from odoo.tools import SQL

from . import nodes
from .links import prepare
from .sql import to_array

# seconds, answers, and lines of all of them together
MOST_AGE = 300
MOST_KEPT = 16
MOST_LINES = 1_000_000


class Kept(NamedTuple):
    """The lines of a story, the oldest first."""

    lines: list[int]
    outside_scope: dict
    nodes: list[int]


class _Shelf:
    """The latest answers of this process."""

    def __init__(self):
        self._found, self._lock = OrderedDict(), Lock()

    def get(self, key):
        with self._lock:
            moment, value = self._found.get(key, (0, None))
            return value if moment > time.monotonic() - MOST_AGE else None

    def put(self, key, value):
        with self._lock:
            self._found.pop(key, None)
            self._found[key] = time.monotonic(), value
            while len(self._found) > MOST_KEPT or (
                len(self._found) > 1 and self._count() > MOST_LINES
            ):
                self._found.popitem(last=False)

    def _count(self):
        return sum(len(kept.lines) for _at, (_mark, kept) in self._found.values())


_shelf = _Shelf()


def get(lots: BaseModel, direction: str, compute) -> Kept:
    """What was found before, if it is still true; else what ``compute()`` finds."""
    env = lots.env
    prepare(env)
    env["lot.attribution"].flush_model()
    key = (
        *(env.cr.dbname, env.uid, env.su, env.lang, direction),
        *(tuple(env.companies.ids), tuple(sorted(set(lots.ids)))),
    )
    known = _shelf.get(key)
    if known:
        mark, kept = known
        if mark == _get_mark(env, kept.nodes):
            return kept
    kept = compute()
    _shelf.put(key, (_get_mark(env, kept.nodes), kept))
    return kept


def _get_mark(env, node_ids):
    """What changes with each row that is written, added, removed or hidden."""
    rows = nodes.sql_lines(env, ("xmin", "ctid"), SQL("TRUE"))
    env.cr.execute(
        SQL(
            """SELECT
                (SELECT (count(*), sum(hashtextextended(
                        concat_ws(' ', line.id, line.xmin, line.ctid, line.readable), 0
                    )))::text
                FROM unnest(%(nodes)s::bigint[]) reached(node)
                CROSS JOIN LATERAL (%(rows)s) line),
                (SELECT (count(*), sum(hashtextextended(
                        concat_ws(' ', lot.id, lot.xmin, lot.ctid), 0
                    )))::text
                FROM stock_lot lot WHERE lot.id = ANY(%(nodes)s::bigint[])),
                (SELECT (count(*), sum(hashtextextended(
                        concat_ws(' ', said.id, said.xmin, said.ctid), 0
                    )))::text
                FROM lot_attribution said
                WHERE said.consumed_lot_id = ANY(%(nodes)s::bigint[]))""",
            nodes=to_array(node_ids),
            rows=rows,
        )
    )
    return env.cr.fetchone()
