"""What lists and forms show of many traces: how many lots, transfers and partners,
each lot for itself, out of one walk."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from odoo.api import Environment
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from . import genealogy
from .lateness import get_each_covered
from .nodes import split
from .shipments import Side, read_boundary
from .sql import to_array
from .walk import walk_each


@dataclass(slots=True)
class Count:
    """``lots``: how many others are reached; ``partners`` (False: an unknown one) and
    ``pickings``: ids of those over the far edge, by when that was the last time."""

    lots: int = 0
    partners: list = field(default_factory=list)
    pickings: list = field(default_factory=list)


def count(env: Environment, lot_ids: Iterable[int], direction: str) -> dict[int, Count]:
    """Count what the trace of each lot tells: lots, and deliveries (downstream) or
    receipts (upstream).

    :raise AccessError: if the user may not read a lot, or stock moves at all
    :raise UserError: if there are more links than one trace may have
    """
    lots = env["stock.lot"].browse(lot_ids)
    lots.check_access("read")
    if not lots:
        return {}
    try:
        reaches = walk_each(env, lots.ids, direction)
    except AccessError:
        raise
    except UserError:
        # together they have more links than one trace may have; each may have less
        if len(lots) == 1:
            raise
        half = len(lots) // 2
        parts = lots.ids[:half], lots.ids[half:]
        return {k: v for ids in parts for k, v in count(env, ids, direction).items()}
    nodes = set().union(*(reach.levels for reach in reaches.values()))
    visible = _get_visible(env, nodes)
    shipped = _read_shipped(env, visible, nodes, direction)
    stories = [
        (reach, [part for node in reach.levels for part in shipped.get(node, ())])
        for reach in reaches.values()
    ]
    told = get_each_covered(env, stories)
    return {
        lot_id: _count(visible.intersection(reach.levels), parts)
        for (lot_id, reach), parts in zip(reaches.items(), told, strict=True)
    }


def get_readable_partners(env: Environment, counts: dict[int, Count]) -> set[int]:
    """Ids of those that the user may read."""
    ids = {id_ for found in counts.values() for id_ in found.partners if id_}
    return set(env["res.partner"].browse(ids)._filtered_access("read").ids)


def get_readable_deliveries(env: Environment, counts: dict[int, Count]) -> set[int]:
    """Ids of the transfers that the user may read: a line may be, and its transfer
    not."""
    ids = {id_ for found in counts.values() for id_ in found.pickings}
    return set(env["stock.picking"].browse(ids)._filtered_access("read").ids)


def _get_visible(env, nodes):
    """Those lots that the user may read."""
    query = env["stock.lot"]._search([], active_test=False)
    lot_id = SQL.identifier(query.table, "id")
    lots = to_array(node for node in nodes if node > 0)
    query.add_where(SQL("%s = ANY(%s::int[])", lot_id, lots))
    return {found for (found,) in env.execute_query(query.select(lot_id))}


def _get_unnumbered(env, nodes):
    """Goods without a number whose product the user may read."""
    products = {node: split(env, node)[0] for node in nodes if node < 0}
    model = env["product.product"].with_context(active_test=False)
    known = set(model.search([("id", "in", list(set(products.values())))]).ids)
    return [node for node, product_id in products.items() if product_id in known]


def _read_shipped(env, visible, nodes, direction):
    """What went over the far edge, by node."""
    is_down = direction == genealogy.DOWNSTREAM
    unnumbered = _get_unnumbered(env, nodes) if is_down else ()
    side, shipped = Side(), {}
    for row in read_boundary(env, visible, unnumbered):
        if not row.readable:
            continue
        if is_down:
            side.add(row, row.customer_sign, row.customer)
        else:
            side.add(row, row.vendor_sign or row.subcontracted, row.vendor)
    for part in side.shipped:
        shipped.setdefault(part.lot, []).append(part)
    return shipped


def _count(lots, told):
    told.sort(key=lambda part: (part.date, part.lot), reverse=True)
    partners = dict.fromkeys(part.partner for part in told)
    pickings = dict.fromkeys(part.picking for part in told if part.picking)
    return Count(len(lots) - 1, [*partners][::-1], [*pickings][::-1])
