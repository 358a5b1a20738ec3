"""Arrivals that were booked after the goods had left again.

Only nodes where time keeps something out of a trace are looked at, so a trace of
orderly books costs nothing more. What a late booking means is said in ``shortages.py``.
"""

from collections.abc import Iterable

from odoo.api import Environment
from odoo.tools import SQL

from . import genealogy
from .nodes import sql_lines
from .shortages import get_arrival, get_shortages
from .sql import locations, to_array
from .statements import get_statement


def reach_in_time(
    env: Environment, roots, links: list[genealogy.Link], direction: str
) -> genealogy.Reach:
    """Walk; where something is kept out by a late booking, correct that and walk
    again. Parameters as of :meth:`.genealogy.Finder.reach`."""
    (found,) = reach_each_in_time(env, [roots], links, direction)
    return found


def reach_each_in_time(
    env: Environment, stories: Iterable, links: list[genealogy.Link], direction: str
) -> list[genealogy.Reach]:
    """As :func:`reach_in_time`, for several roots that each have a walk of their own
    over the same links."""
    checked = set()
    while True:
        finder = genealogy.Finder(links, direction)
        found = [finder.reach(roots) for roots in stories]
        doubtful = set().union(*(reach.left_out for reach in found)) - checked
        if not doubtful or not _correct_links(env, doubtful, links):
            return found
        checked |= doubtful


def get_covered(env: Environment, reach: genealogy.Reach, shipped: list) -> list:
    """Those of the shipments that happened while the lots carried the material."""
    (covered,) = get_each_covered(env, [(reach, shipped)])
    return covered


def get_each_covered(env: Environment, stories: list[tuple]) -> list[list]:
    """As :func:`get_covered`, for several walks with their shipments."""
    each, doubtful = [], set()
    for reach, shipped in stories:
        covered, others = [], []
        for part in shipped:
            is_in = reach.covers(part.lot, part.date)
            (covered if is_in else others).append(part)
        doubtful.update({part.lot for part in others} & set(reach.windows))
        each.append((reach, covered, others))
    shortages = _read_shortages(env, doubtful)
    return [
        covered
        + [
            part
            for part in others
            if part.lot in shortages
            and part.lot in reach.windows
            and _is_covered(reach.windows[part.lot], part.date, shortages[part.lot])
        ]
        for reach, covered, others in each
    ]


def get_arrivals(env: Environment, moments: dict, doubtful: Iterable[int]) -> dict:
    """When goods were there that came in at ``{node: moment}``: of the doubtful ones,
    from when the stock went below zero."""
    shortages = _read_shortages(env, set(doubtful) & set(moments))
    return moments | {
        node: get_arrival(moments[node], found) for node, found in shortages.items()
    }


def _correct_links(env, nodes, links):
    shortages = _read_shortages(env, nodes)
    if not shortages:
        return False
    is_changed = False
    for link in links:
        if link.target in shortages:
            arrived = get_arrival(link.arrived, shortages[link.target])
            is_changed |= arrived != link.arrived
            link.arrived = arrived
    return is_changed


def _is_covered(windows, moment, shortages):
    """Downward the material counts from an earlier moment, upward the receipt."""
    return any(
        type(window)(
            window.start and get_arrival(window.start, shortages), window.end
        ).covers(moment if window.start else get_arrival(moment, shortages))
        for window in windows
    )


def _read_shortages(env, nodes):
    """When the stock of the nodes was below zero somewhere."""
    if not nodes:
        return {}
    statement = get_statement(
        env.cr,
        ("bigint[]",),
        SQL(
            """SELECT reached.node, part.location, line.date, sum(part.quantity)
                OVER (PARTITION BY reached.node, part.location
                ORDER BY line.date, line.id)::float8
            FROM unnest($1) reached(node)
            CROSS JOIN LATERAL (%(lines)s) line
            CROSS JOIN LATERAL (VALUES
                (line.location_id, -line.quantity_product_uom),
                (line.location_dest_id, line.quantity_product_uom)
            ) part(location, quantity)
            WHERE line.location_id <> line.location_dest_id
                AND part.location IN (%(inside)s)
            ORDER BY 1, 2, line.date, line.id""",
            lines=sql_lines(env),
            inside=locations("internal", "transit"),
        ),
    )
    env.cr.execute(SQL("EXECUTE %s(%s)", SQL.identifier(statement), to_array(nodes)))
    return get_shortages(env.cr.fetchall())
