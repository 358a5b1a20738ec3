"""The move lines of a trace, page by page, and where a line's goods came from."""

from datetime import datetime
from itertools import starmap
from operator import attrgetter, itemgetter
from typing import NamedTuple

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import SQL, groupby, split_every

from ..tools.arguments import check_ids, check_whole
from ..tools.parameter import read_int
from . import kept, nodes
from .arguments import check_direction
from .lateness import get_covered
from .links import prepare
from .rows import get_display_names, get_product_values, to_text
from .sources import get_sources
from .sql import document_columns, get_document_model, to_array
from .story import PARTS_WITHOUT_LINKS, Story

# of rows that one page may have, unless the system parameter says another number
MOST_ROWS = 5_000
PAGE_PARAMETER = "lot_traceability.trace_page"


class Line(NamedTuple):
    """A move line of a node (``lot``)."""

    lot: int
    line: int
    date: datetime
    is_done: bool


def get_page(lots: BaseModel, direction: str, offset: int, limit: int) -> dict:
    """See ``stock.lot.trace_movements``."""
    env = lots.env
    env["stock.lot"].check_access("read")
    check_direction(env, direction)
    _check_page(env, offset, limit)
    found = kept.get(lots, direction, lambda: _find(env, lots.ids, direction))
    return {
        "direction": direction,
        "total": len(found.lines),
        "offset": offset,
        "movements": get_rows(env, found.lines[offset : offset + limit]),
        "outside_scope": found.outside_scope,
    }


def _find(env, lot_ids, direction):
    story = Story(env, lot_ids, direction, PARTS_WITHOUT_LINKS)
    lines = [line_id for line_id, _is_done in get_lines(story)]
    return kept.Kept(lines, story.outside_scope, sorted(story.reach.levels))


def get_lines(story: Story) -> list[tuple[int, bool]]:
    """Ids of all move lines of a story, oldest first, and whether they are done."""
    done, planned = [], []
    for line in _read_lines(story):
        (done if line.is_done else planned).append(line)
    # as for the deliveries: also what left before its arrival was booked
    found = [
        *get_covered(story.env, story.reach, done),
        *(line for line in planned if story.reach.covers(line.lot, None)),
    ]
    found.sort(key=attrgetter("date", "line"))
    return [(line.line, line.is_done) for line in found]


def _check_page(env, offset, limit):
    check_whole(env, "offset", offset)
    check_whole(env, "limit", limit)
    most = read_int(env, PAGE_PARAMETER, MOST_ROWS, least=1)
    if offset < 0 or not 0 < limit <= most:
        raise UserError(
            env._(
                "A page of movements starts at 0 or later and has 1 to %(most)s "
                "rows (system parameter %(name)s): offset %(offset)s and limit "
                "%(limit)s do not fit.",
                most=most,
                name=PAGE_PARAMETER,
                offset=offset,
                limit=limit,
            )
        )


def _read_lines(story):
    """Those of the nodes that the user may read."""
    is_told = SQL(
        "line.state NOT IN ('draft', 'cancel') AND line.quantity_product_uom <> 0"
    )
    env = story.env
    env.cr.execute(
        SQL(
            """SELECT reached.node, line.id, line.date, line.state = 'done'
            FROM unnest(%(nodes)s::bigint[]) reached(node)
            CROSS JOIN LATERAL (%(lines)s) line
            WHERE line.readable""",
            nodes=to_array([*story.visible, *(row["id"] for row in story.unnumbered)]),
            lines=nodes.sql_lines(env, ["state"], is_told),
        )
    )
    return list(starmap(Line, env.cr.fetchall()))


def get_rows(env: Environment, line_ids: list[int]) -> list[dict]:
    """What is shown of move lines that the user may read, in their order.

    Which partner it is, and what a line's own goods and places are called, may be known
    by whoever may read the line, as in Odoo's lists.
    """
    env["stock.picking"].flush_model(["partner_id"])
    env["stock.lot"].flush_model(["name"])
    rows = []
    for ids in split_every(MOST_ROWS, line_ids):
        rows += env.execute_query(_sql_rows(env, ids))
    partners = get_display_names(env, "res.partner", {row[-1] for row in rows})
    sudo = env["stock.move.line"].sudo().env
    products = get_product_values(sudo, {row[2] for row in rows})
    places = sudo["stock.location"].browse({id_ for row in rows for id_ in row[5:7]})
    place_names = {place.id: place.display_name for place in places}
    fields = env["lot.trace"]._get_document_fields()
    models = {name: get_document_model(env, name) for name in (*fields, None)}
    return [_prepare_row(row, products, place_names, partners, models) for row in rows]


def _sql_rows(env, ids):
    return SQL(
        """SELECT line.id, line.date, line.product_id, line.lot_id, lot.name,
            line.location_id, line.location_dest_id,
            line.quantity_product_uom::float8, line.state, %(documents)s,
            COALESCE(picking.partner_id, move.partner_id)
        FROM unnest(%(ids)s::int[]) WITH ORDINALITY wanted(id, place)
        JOIN stock_move_line line ON line.id = wanted.id
        LEFT JOIN stock_move move ON move.id = line.move_id
        LEFT JOIN stock_picking picking ON picking.id = line.picking_id
        LEFT JOIN stock_lot lot ON lot.id = line.lot_id
        ORDER BY wanted.place""",
        documents=document_columns(env),
        ids=to_array(ids),
    )


def _prepare_row(row, products, places, partners, models):
    line_id, date, product_id, lot_id, lot, source, dest, quantity, state = row[:9]
    reference, document_field, document_id, partner_id = row[9:]
    return {
        "id": line_id,
        "date": to_text(date),
        "reference": reference or False,
        "document_model": models[document_field],
        "document_id": document_id or False,
        "product_id": product_id,
        "product": products[product_id]["product"],
        "lot_id": lot_id or False,
        "lot": lot or False,
        "location_id": source,
        "location": places[source],
        "location_dest_id": dest,
        "location_dest": places[dest],
        "quantity": quantity,
        "uom": products[product_id]["uom"],
        "state": state,
        "partner_id": partner_id or False,
        "partner": partners.get(partner_id, False),
    }


# ------------------------------------------------------------------
# Sources of one line
# ------------------------------------------------------------------
def get_sources_of(line: BaseModel) -> list[dict]:
    """See ``stock.move.line.trace_sources``."""
    line.env["stock.move.line"].check_access("read")
    if len(check_ids(line.env, "ids", line.ids)) != 1:
        raise UserError(
            line.env._(
                "Ask for one movement at a time: ids has to be the id of one line, as "
                "[42]."
            )
        )
    line.check_access("read")
    found = line.browse(get_source_ids(line))
    return get_rows(line.env, found.sorted(lambda row: (row.date, row.id)).ids)


def get_source_ids(lines: BaseModel) -> set[int]:
    """Lines by which the goods of these can have come in: those since the stock of
    the lot was used up last (case 21)."""
    env = lines.env
    prepare(env)
    env.cr.execute(
        SQL(
            """SELECT reached.id, near.id, near.date, CASE
                WHEN source.usage IN ('internal', 'transit') THEN -1 ELSE 1 END
                * near.quantity_product_uom::float8
            FROM (SELECT line.id, %(node)s AS node
                FROM stock_move_line line WHERE line.id = ANY(%(ids)s)) reached
            CROSS JOIN LATERAL (%(lines)s) near
            JOIN stock_location source ON source.id = near.location_id
            JOIN stock_location dest ON dest.id = near.location_dest_id
            WHERE near.readable
                AND (source.usage IN ('internal', 'transit'))
                <> (dest.usage IN ('internal', 'transit'))
            ORDER BY reached.id, near.date, near.id""",
            node=nodes.sql_node(env, "line"),
            ids=lines.ids,
            lines=nodes.sql_lines(env),
        )
    )
    moments = {line.id: (line.date, line.id) for line in lines}
    return {
        source
        for line_id, rows in groupby(env.cr.fetchall(), key=itemgetter(0))
        for source in get_sources([row[1:] for row in rows], moments[line_id])
    }
