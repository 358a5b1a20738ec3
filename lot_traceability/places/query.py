"""The one query for places, in all companies.

What is held somewhere, also by customers, is told by the quants: they are right
whatever the order in which operations were booked. All customer locations count as one
place, so that a return from another one than the delivery went to does not leave a
ghost; which of the customers has it is told by deliveries and returns, as in a trace.
What became of a lot that nobody holds is told by its done lines: of a serial by the
newest, of other lots by all of them, as some can be used and some be scrapped.
"""

from collections.abc import Iterable

from odoo.api import Environment
from odoo.tools import SQL

from ..trace.shipments import sql_customer, sql_purchase_joins, sql_vendor
from ..trace.sql import document_columns, may_read_id, sql_is_scrap
from . import customers

HELD_STATES = {"internal": "stock", "transit": "transit", "customer": "customer"}
# lots that one went into, the newest first: the trace tells all of them
MOST_PRODUCTS = 20
LAST_STATES = {"customer": "customer", "supplier": "vendor", "production": "consumed"}


def search_rows(
    env: Environment, lot_ids: Iterable[int], by_customer: bool = False
) -> list[dict]:
    """Where the lots are, in all companies: for checks, never for the screen.

    :param by_customer: a row for each customer, as the trace knows them, instead of one
        for all that is at customers; the user must be allowed to look
    :return: a row for each place, the newest arrival of a lot first;
        ``readable`` tells whether the user may read the line that brought it there
    """
    for name in ("stock.move.line", "stock.move", "stock.quant", "stock.location"):
        env[name].flush_model()
    lot_ids = list(lot_ids)
    if by_customer:
        held = _sql_held(lot_ids, ("internal", "transit"))
        held = SQL("%s UNION ALL %s", held, _sql_at_customers(env, lot_ids))
        gone = _sql_gone(env, lot_ids)
    else:
        held = _sql_held(lot_ids, tuple(HELD_STATES))
        gone = SQL("SELECT * FROM held WHERE FALSE")
    rows = env.execute_query_dict(_sql_rows(env, lot_ids, held, gone))
    for row in rows:
        row["state"] = _get_state(row)
    return rows


def _get_state(row):
    if row["held"]:
        return HELD_STATES[row["held"]]
    if row["usage"] == "inventory":
        return "scrapped" if row["is_scrap"] else "lost"
    if row["usage"] == "production" and row["document_field"] == "unbuild_id":
        return "unbuilt"
    return LAST_STATES.get(row["usage"], "unknown")


def _sql_rows(env, lot_ids, held, gone):
    return SQL(
        """WITH held AS (%(held)s),
        told AS (SELECT * FROM held UNION ALL %(gone)s),
        place AS (
            SELECT * FROM told
            UNION ALL
            SELECT asked.lot_id, NULL, NULL, 0, NULL, NULL
            FROM unnest(%(lots)s::int[]) AS asked(lot_id)
            WHERE NOT EXISTS (SELECT FROM told WHERE told.lot_id = asked.lot_id)
        )
        SELECT place.lot_id, place.usage AS held, arrived.usage,
            COALESCE(place.location_id, arrived.location_dest_id) AS location_id,
            COALESCE(NULLIF(place.quantity, 0), arrived.quantity, 0) AS quantity,
            arrived.line_id, arrived.date AS since, %(scrap)s AS is_scrap,
            COALESCE(arrived.company_id, location.company_id) AS company_id,
            CASE WHEN arrived.usage = 'supplier' THEN %(vendor)s
                ELSE %(customer)s END AS partner_id, %(readable)s AS readable,
            location.is_for_samples, %(installed_in)s AS installed_in, %(document)s
        FROM place
        LEFT JOIN LATERAL (%(arrived)s) arrived ON TRUE
        LEFT JOIN stock_move move ON move.id = arrived.move_id
        LEFT JOIN stock_location source ON source.id = arrived.location_id
        LEFT JOIN stock_location dest ON dest.id = arrived.location_dest_id
        LEFT JOIN stock_location location ON location.id = place.location_id
        LEFT JOIN stock_picking picking
            ON picking.id = COALESCE(arrived.picking_id, move.picking_id)
        %(purchase)s
        ORDER BY place.lot_id, arrived.date DESC NULLS LAST, arrived.line_id DESC
        """,
        held=held,
        gone=gone,
        lots=lot_ids,
        arrived=_sql_arrived(),
        installed_in=_sql_installed_in(),
        customer=sql_customer(),
        vendor=sql_vendor(env),
        purchase=sql_purchase_joins(env),
        document=document_columns(env),
        readable=_sql_readable(env),
        scrap=sql_is_scrap(env),
    )


def _sql_at_customers(env, lot_ids):
    held = customers.find_held(env, lot_ids)
    return SQL(
        """SELECT sent.lot_id, 'customer', NULL::int, sent.quantity, sent.line_id,
            NULL::int[]
        FROM unnest(%s::int[], %s::float8[], %s::int[])
            AS sent(lot_id, quantity, line_id)""",
        [row.lot for row in held],
        [row.quantity for row in held],
        [row.line for row in held],
    )


def _sql_held(lot_ids, usages):
    return SQL(
        """SELECT quant.lot_id, location.usage,
            CASE WHEN location.usage <> 'customer' THEN location.id END
                AS location_id,
            SUM(quant.quantity)::float8 AS quantity, NULL::int AS line_id,
            NULL::int[] AS lines
        FROM stock_quant quant
        JOIN stock_location location ON location.id = quant.location_id
        WHERE quant.lot_id = ANY(%s)
            AND location.usage IN %s
        GROUP BY 1, 2, 3
        HAVING SUM(quant.quantity) > 0.000001""",
        lot_ids,
        usages,
    )


def _sql_gone(env, lot_ids):
    """What became of lots that nobody holds: a row for each of used, taken apart,
    scrapped, lost and sent back, less what came out of there again."""
    # each comes with an app of its own
    is_unbuild, is_repair = (
        SQL("%s IS NOT NULL", SQL.identifier("move", name))
        if name in env["stock.move"]._fields
        else SQL("FALSE")
        for name in ("unbuild_id", "repair_id")
    )
    return SQL(
        """SELECT line.lot_id, NULL, NULL, SUM(part.quantity)::float8,
            (ARRAY_AGG(line.id ORDER BY line.date DESC, line.id DESC)
                FILTER (WHERE part.quantity > 0))[1],
            ARRAY_AGG(line.id) FILTER (WHERE part.quantity > 0)
        FROM stock_move_line line
        JOIN stock_lot lot ON lot.id = line.lot_id
        JOIN product_product product ON product.id = lot.product_id
        JOIN product_template template ON template.id = product.product_tmpl_id
            AND template.tracking <> 'serial'
        JOIN stock_move move ON move.id = line.move_id
        JOIN stock_location source ON source.id = line.location_id
        JOIN stock_location dest ON dest.id = line.location_dest_id
        CROSS JOIN LATERAL (VALUES
            (CASE dest.usage
                WHEN 'production' THEN
                    CASE WHEN %(is_unbuild)s THEN 'unbuilt' ELSE 'consumed' END
                WHEN 'inventory' THEN
                    CASE WHEN %(scrap)s THEN 'scrapped' ELSE 'lost' END
                WHEN 'supplier' THEN 'vendor' END, line.quantity_product_uom),
            (CASE source.usage
                WHEN 'production' THEN
                    CASE WHEN %(is_unbuild)s OR %(is_repair)s THEN 'consumed' END
                WHEN 'inventory' THEN
                    CASE WHEN %(scrap)s THEN 'scrapped' ELSE 'lost' END
                WHEN 'supplier' THEN
                    CASE WHEN move.origin_returned_move_id IS NOT NULL THEN 'vendor' END
                END, -line.quantity_product_uom)
        ) part(what, quantity)
        WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done'
            AND line.quantity_product_uom <> 0
            AND source.usage <> dest.usage AND part.what IS NOT NULL
            AND NOT EXISTS (SELECT FROM held WHERE held.lot_id = line.lot_id)
        GROUP BY line.lot_id, part.what
        HAVING SUM(part.quantity) > 0.000001""",
        is_unbuild=is_unbuild,
        is_repair=is_repair,
        lots=lot_ids,
        scrap=sql_is_scrap(env),
    )


def _sql_arrived():
    """The newest done line that brought the lot to its place."""
    return SQL(
        """SELECT line.id AS line_id, line.date, line.move_id, line.picking_id,
            line.location_id, line.location_dest_id, line.company_id, dest.usage,
            line.quantity_product_uom AS quantity
        FROM stock_move_line line
        JOIN stock_location dest ON dest.id = line.location_dest_id
        WHERE line.lot_id = place.lot_id AND line.state = 'done'
            AND line.quantity_product_uom <> 0
            AND (place.line_id IS NULL OR line.id = place.line_id)
            AND (place.usage IS NULL OR dest.id = place.location_id
                OR place.usage = 'customer' AND dest.usage = 'customer')
        ORDER BY line.date DESC, line.id DESC
        LIMIT 1"""
    )


def _sql_installed_in():
    """Core names the columns of the relation the wrong way round."""
    return SQL(
        """CASE WHEN arrived.usage = 'production' THEN ARRAY(
            SELECT made.lot_id
            FROM stock_move_line_consume_rel rel
            JOIN stock_move_line made ON made.id = rel.consume_line_id
            WHERE rel.produce_line_id
                    = ANY(COALESCE(place.lines, ARRAY[arrived.line_id]))
                AND made.lot_id IS NOT NULL
            GROUP BY made.lot_id
            ORDER BY max(made.date) DESC, made.lot_id DESC LIMIT %s) END""",
        MOST_PRODUCTS,
    )


def _sql_readable(env):
    if not may_look(env):
        return SQL("FALSE")
    return SQL(
        "(arrived.line_id IS NULL OR %s)",
        may_read_id(env, "stock.move.line", SQL("arrived.line_id")),
    )


def may_look(env: Environment) -> bool:
    """Whether the user may know of lots and their movements at all."""
    names = ("stock.lot", "stock.move.line")
    return all(env[name].has_access("read") for name in names)
