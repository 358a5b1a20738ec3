"""What was made of nothing on record: orders that used nothing at all, or nothing of a
component whose numbers count."""

from odoo.api import Environment
from odoo.tools import SQL

from .sql import is_at, is_done


def sql_lines_without_input(env: Environment, condition: SQL) -> SQL | None:
    """(line, product that its order was to use, and did not use) of lines by which
    something was made; without a product, where nothing was used at all.

    :param condition: on ``line``
    :return: None without manufacturing
    """
    if "raw_material_production_id" not in env["stock.move"]._fields:
        return None
    return SQL(
        """WITH made AS MATERIALIZED (
            SELECT line.id, move.production_id
            FROM stock_move_line line JOIN stock_move move ON move.id = line.move_id
            WHERE move.production_id IS NOT NULL AND move.unbuild_id IS NULL
                AND %(condition)s AND %(done)s AND %(made)s
        ), parts AS (
            SELECT orders.id, raw.product_id, bool_or(%(used)s) AS is_used,
                bool_or(raw.state IN ('done', 'cancel') AND raw.product_qty > 0)
                    AS is_planned,
                bool_or(bool_or(%(used)s)) OVER (PARTITION BY orders.id) AS has_used
            FROM (SELECT DISTINCT production_id AS id FROM made) orders
            LEFT JOIN stock_move raw ON raw.raw_material_production_id = orders.id
                AND raw.scrap_id IS NULL
            GROUP BY orders.id, raw.product_id
        ), missing AS (
            SELECT DISTINCT id, CASE WHEN has_used THEN product_id END AS product_id
            FROM parts
            WHERE NOT has_used OR is_planned AND NOT is_used AND product_id IN (
                SELECT product.id FROM product_product product
                JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE template.tracking IN ('lot', 'serial'))
        )
        SELECT made.id, missing.product_id
        FROM made JOIN missing ON missing.id = made.production_id""",
        used=SQL("COALESCE(raw.state = 'done' AND raw.quantity <> 0, FALSE)"),
        condition=condition,
        done=is_done("line"),
        made=is_at("line", "location_id", "production"),
    )
