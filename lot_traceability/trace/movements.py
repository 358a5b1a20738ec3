"""The move lines of a trace, page by page, and where a line's goods came from."""

from operator import itemgetter

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import SQL, groupby, split_every

from ..tools.arguments import check_ids, check_whole
from ..tools.parameter import read_int
from . import kept, nodes
from .arguments import check_direction
from .links import prepare
from .rows import get_display_names, to_text
from .sources import get_sources
from .sql import get_documents, to_array
from .story import PARTS_WITHOUT_LINKS, Story

# of rows that one page may have, unless the system parameter says another number
MOST_ROWS = 5_000
PAGE_PARAMETER = "lot_traceability.trace_page"


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
    lines = get_line_ids(story)
    return kept.Kept(lines, story.outside_scope, sorted(story.reach.levels))


def get_line_ids(story: Story) -> list[int]:
    """Ids of all move lines of a story, oldest first."""
    found = [
        (date, line_id)
        for node, line_id, date, is_done in _read_lines(story)
        if story.reach.covers(node, date if is_done else None)
    ]
    found.sort()
    return [line_id for _date, line_id in found]


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
    """(node, line, date, whether it is done) of all that the user may read."""
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
    return env.cr.fetchall()


def get_rows(env: Environment, line_ids: list[int]) -> list[dict]:
    """What is shown of move lines, in their order; read in batches."""
    rows = []
    for ids in split_every(MOST_ROWS, line_ids):
        lines = env["stock.move.line"].browse(ids)
        documents = get_documents(env, lines.move_id.ids)
        # which partner it is may be known by whoever may read the line
        partner_ids = {
            line.id: (line.picking_id.partner_id or line.move_id.partner_id).id
            for line in lines.sudo()
        }
        names = get_display_names(env, "res.partner", set(partner_ids.values()))
        rows += [
            {
                **_prepare_row(line, documents[line.move_id.id]),
                "partner_id": partner_ids[line.id],
                "partner": names.get(partner_ids[line.id], False),
            }
            for line in lines
        ]
    return rows


def _prepare_row(line, document):
    reference, document_model, document_id = document
    # what a line's own goods and places are called may be read by whoever may read the
    # line, as in Odoo's lists
    named = line.sudo()
    return {
        "id": line.id,
        "date": to_text(line.date),
        "reference": line.reference or reference or False,
        "document_model": document_model,
        "document_id": document_id or False,
        "product_id": line.product_id.id,
        "product": named.product_id.display_name,
        "lot_id": line.lot_id.id,
        "lot": named.lot_id.name or False,
        "location_id": line.location_id.id,
        "location": named.location_id.display_name,
        "location_dest_id": line.location_dest_id.id,
        "location_dest": named.location_dest_id.display_name,
        "quantity": line.quantity_product_uom,
        "uom": named.product_id.uom_id.name,
        "state": line.state,
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
