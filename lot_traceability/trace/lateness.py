"""Arrivals that were booked after the goods had left again.

Only nodes where time keeps something out of a trace are looked at, so a trace of
orderly books costs nothing more. What a late booking means is said in ``shortages.py``.
"""

from odoo.api import Environment
from odoo.tools import SQL

from . import genealogy
from .nodes import sql_lines
from .shortages import get_arrival, get_shortages
from .sql import locations, to_array


def reach_in_time(
    env: Environment, roots, links: list[genealogy.Link], direction: str
) -> genealogy.Reach:
    """Walk; where something is kept out by a late booking, correct that and walk
    again. Parameters as of :func:`.genealogy.reach`."""
    checked = set()
    while True:
        reach = genealogy.reach(roots, links, direction)
        doubtful = _get_doubtful_nodes(reach, links, direction) - checked
        if not doubtful or not _correct_links(env, doubtful, links):
            return reach
        checked |= doubtful


def get_covered(env: Environment, reach: genealogy.Reach, shipped: list) -> list:
    """Those of the shipments that happened while the lots carried the material."""
    covered = [part for part in shipped if reach.covers(part.lot, part.date)]
    if len(covered) == len(shipped):
        return covered
    known = {id(part) for part in covered}
    others = [part for part in shipped if id(part) not in known]
    shortages = _read_shortages(env, {part.lot for part in others} & set(reach.windows))
    return covered + [
        part
        for part in others
        if part.lot in shortages
        and _is_covered(reach.windows[part.lot], part.date, shortages[part.lot])
    ]


def _get_doubtful_nodes(reach, links, direction):
    """Reached nodes with links that time kept out."""
    if len(reach.links) == len(links):
        return set()
    near = "source" if direction == genealogy.DOWNSTREAM else "target"
    followed = {id(link) for link in reach.links}
    return {
        getattr(link, near)
        for link in links
        if id(link) not in followed and getattr(link, near) in reach.levels
    }


def _correct_links(env, nodes, links):
    shortages = _read_shortages(env, nodes)
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
    env.cr.execute(
        SQL(
            """SELECT reached.node, part.location, line.date, sum(part.quantity)
                OVER (PARTITION BY reached.node, part.location
                ORDER BY line.date, line.id)::float8
            FROM unnest(%(nodes)s::bigint[]) reached(node)
            CROSS JOIN LATERAL (%(lines)s) line
            CROSS JOIN LATERAL (VALUES
                (line.location_id, -line.quantity_product_uom),
                (line.location_dest_id, line.quantity_product_uom)
            ) part(location, quantity)
            WHERE line.location_id <> line.location_dest_id
                AND part.location IN (%(inside)s)
            ORDER BY 1, 2, line.date, line.id""",
            nodes=to_array(nodes),
            lines=sql_lines(env),
            inside=locations("internal", "transit"),
        )
    )
    return get_shortages(env.cr.fetchall())
