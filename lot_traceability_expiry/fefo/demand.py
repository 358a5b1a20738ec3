"""What leaves each warehouse, in SQL: what customers, production, subcontractors and
other warehouses take, less what they give back.

Each query is read beside ``zone``: warehouse, days of demand and the day there.
"""

from odoo import fields
from odoo.api import Environment
from odoo.tools import SQL


def get_demand_sql(env: Environment) -> SQL:
    """``product_id``, ``warehouse_id``, ``quantity`` of the days that are looked at."""
    return SQL(
        """
        SELECT line.product_id, zone.warehouse_id,
               SUM(CASE WHEN way.leaves THEN line.quantity_product_uom
                        ELSE -line.quantity_product_uom END) AS quantity
          FROM stock_move_line AS line
          JOIN stock_move AS move ON move.id = line.move_id
          JOIN stock_location AS source ON source.id = line.location_id
          JOIN stock_location AS dest ON dest.id = line.location_dest_id
    CROSS JOIN LATERAL (SELECT %(leaves)s AS leaves, %(returns)s AS returns) AS way
          JOIN zone ON zone.warehouse_id = CASE WHEN way.leaves
                       THEN source.warehouse_id ELSE dest.warehouse_id END
         WHERE line.state = 'done'
           AND line.date >= %(now)s::timestamp - zone.days * INTERVAL '1 day'
           AND line.date <= %(now)s::timestamp
           AND (way.leaves OR way.returns)
      GROUP BY line.product_id, zone.warehouse_id
        """,
        leaves=_get_leaves_sql(env),
        returns=_get_returns_sql(env),
        now=fields.Datetime.now(),
    )


def _get_leaves_sql(env):
    """Goods leave their warehouse for good; those that are taken apart do not."""
    return SQL(
        """(source.usage = 'internal' AND source.warehouse_id IS NOT NULL
            AND COALESCE(%(apart)s, %(unbuilt)s) IS NULL
            AND (dest.usage IN ('customer', 'production', 'transit')
                 OR (dest.usage = 'internal'
                     AND dest.warehouse_id IS DISTINCT FROM source.warehouse_id)))""",
        apart=_get_move_column(env, "consume_unbuild_id"),
        unbuilt=_get_move_column(env, "unbuild_id"),
    )


def _get_returns_sql(env):
    """They come back: from customers, by unbuilding, from where they were sent; and
    what only changes its number in a conversion is not used up."""
    return SQL(
        """(dest.usage = 'internal' AND dest.warehouse_id IS NOT NULL
            AND (source.usage = 'customer'
                 OR (source.usage = 'production' AND %(apart)s IS NOT NULL)
                 OR (move.origin_returned_move_id IS NOT NULL
                     AND (source.usage IN ('transit', 'production')
                          OR (source.usage = 'internal'
                              AND source.warehouse_id
                                  IS DISTINCT FROM dest.warehouse_id)))
                 OR (source.usage = 'production'
                     AND move.lot_conversion_id IS NOT NULL
                     AND EXISTS (
                         SELECT 1
                           FROM stock_move AS used
                           JOIN stock_location AS used_at
                             ON used_at.id = used.location_dest_id
                            AND used_at.usage = 'production'
                          WHERE used.lot_conversion_id = move.lot_conversion_id
                            AND used.product_id = move.product_id))))""",
        apart=_get_move_column(env, "unbuild_id"),
    )


def _get_move_column(env, name):
    """A column of moves that another app may bring."""
    field = env["stock.move"]._fields.get(name)
    return (
        SQL("move.%s", SQL.identifier(name)) if field and field.store else SQL("NULL")
    )


def get_beginning_sql() -> SQL:
    """Products that are young: ``product_id``, ``warehouse_id`` and the ``days`` since
    the first of them came, where that was within the days that are looked at.

    If something left before the first that came, there was stock that nobody booked:
    then nothing is known of the beginning.
    """
    return SQL(
        """
        SELECT first.product_id, first.warehouse_id,
               GREATEST(first.today - first.came_on, 1) AS days
          FROM (
               SELECT line.product_id, zone.warehouse_id, zone.today,
                      MIN((line.date AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date)
                      FILTER (WHERE dest.warehouse_id = zone.warehouse_id) AS came_on,
                      MIN(line.date) FILTER (
                          WHERE dest.warehouse_id = zone.warehouse_id) AS came,
                      MIN(line.date) FILTER (
                          WHERE source.warehouse_id = zone.warehouse_id) AS went,
                      MIN(%(now)s::timestamp - zone.days * INTERVAL '1 day') AS start
                 FROM stock_move_line AS line
                 JOIN stock_location AS source ON source.id = line.location_id
                 JOIN stock_location AS dest ON dest.id = line.location_dest_id
                 JOIN zone ON zone.warehouse_id
                              IN (source.warehouse_id, dest.warehouse_id)
                WHERE line.state = 'done'
                  AND source.warehouse_id IS DISTINCT FROM dest.warehouse_id
                  AND line.date >= %(now)s::timestamp - zone.days * INTERVAL '1 day'
                  AND line.date <= %(now)s::timestamp
             GROUP BY line.product_id, zone.warehouse_id, zone.today
               ) AS first
         WHERE first.came IS NOT NULL
           AND (first.went IS NULL OR first.came <= first.went)
           AND NOT EXISTS (
               SELECT 1
                 FROM stock_move_line AS line
                 JOIN stock_location AS source ON source.id = line.location_id
                 JOIN stock_location AS dest ON dest.id = line.location_dest_id
                WHERE line.product_id = first.product_id
                  AND line.state = 'done'
                  AND line.date < first.start
                  AND first.warehouse_id IN (source.warehouse_id, dest.warehouse_id))
        """,
        now=fields.Datetime.now(),
    )


def get_unsellable_sql() -> SQL:
    """Whether a ``quant`` of a ``lot`` in a ``place`` is held or lies in quarantine."""
    return SQL(
        """EXISTS (
               SELECT 1
                 FROM stock_location AS around
                WHERE place.parent_path LIKE around.parent_path || '%%'
                  AND (around.is_quarantine OR around.id IN (
                       SELECT lot_quarantine_location_id FROM stock_warehouse)))
           OR (lot.on_hold AND EXISTS (
               SELECT 1
                 FROM lot_hold AS hold
            LEFT JOIN stock_location AS held_at ON held_at.id = hold.location_id
                WHERE hold.lot_id = quant.lot_id
                  AND hold.state = 'held'
                  AND (hold.location_id IS NULL
                       OR place.parent_path LIKE held_at.parent_path || '%%')))"""
    )
