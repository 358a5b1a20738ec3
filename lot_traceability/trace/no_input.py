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
    # the relation names its columns the wrong way round
    return SQL(
        """SELECT line.id, missing.product_id
        FROM stock_move_line line
        JOIN stock_move move ON move.id = line.move_id
            AND move.production_id IS NOT NULL AND move.unbuild_id IS NULL
        CROSS JOIN LATERAL (
            SELECT DISTINCT planned.product_id
            FROM stock_move planned
            JOIN product_product product ON product.id = planned.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
                AND template.tracking IN ('lot', 'serial')
            WHERE planned.raw_material_production_id = move.production_id
                AND planned.state IN ('done', 'cancel') AND planned.product_qty > 0
                AND %(is_part)s
                AND NOT EXISTS (%(used)s AND used.product_id = planned.product_id)
                AND EXISTS (%(used)s)
            UNION ALL
            SELECT NULL WHERE NOT EXISTS (%(used)s)
        ) missing
        WHERE %(condition)s AND %(done)s AND %(made)s
            AND NOT EXISTS (SELECT FROM stock_move_line_consume_rel rel
                JOIN stock_move_line input ON input.id = rel.produce_line_id
                WHERE rel.consume_line_id = line.id AND input.state = 'done'
                    AND input.quantity_product_uom <> 0
                    AND (missing.product_id IS NULL
                        OR input.product_id = missing.product_id))""",
        is_part=SQL("planned.scrap_id IS NULL"),
        used=SQL(
            """SELECT FROM stock_move parts
            JOIN stock_move_line used ON used.move_id = parts.id AND %s AND %s
            WHERE parts.raw_material_production_id = move.production_id""",
            is_done("used"),
            is_at("used", "location_dest_id", "production"),
        ),
        condition=condition,
        done=is_done("line"),
        made=is_at("line", "location_id", "production"),
    )
