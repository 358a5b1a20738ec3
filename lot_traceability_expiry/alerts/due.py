"""What a rule has to alert now."""

from collections import namedtuple

from odoo.fields import Domain
from odoo.tools import SQL

from ..dates.stock_day import get_stock_sql

Due = namedtuple("Due", "lot_id step_id day quantity value")


def find_due(rule, lot_ids=None) -> list[Due]:
    """What a rule has to alert now, the most urgent first, in one query.

    Of all steps reached only the last counts, so that a lot that arrives late is
    not alerted of each. What was alerted is told by the alerts that exist.

    :param lot_ids: looks only at these; at all lots if None
    :return: one per lot; the value is in the company's currency
    """
    rule.ensure_one()
    domain = rule._get_quant_domain()
    if lot_ids is not None:
        domain &= Domain("lot_id", "in", lot_ids)
    quants = rule.env["stock.quant"]._search(domain).subselect()
    stock = get_stock_sql(rule.env, rule.date_field, quants)
    rows = rule.env.execute_query(
        SQL(
            """
            SELECT lot_id, step_id, day, quantity, value
              FROM (%s) due
             WHERE NOT EXISTS (
                   SELECT 1
                     FROM lot_expiry_alert alert
                    WHERE alert.step_id = due.step_id
                      AND alert.lot_id = due.lot_id
                      AND alert.day = due.day)
             ORDER BY day, lot_id
            """,
            _get_reached_sql(rule, stock),
        )
    )
    return [Due(*row) for row in rows]


def _get_reached_sql(rule, stock):
    """For each lot the last of the steps reached."""
    return SQL(
        """
        SELECT DISTINCT ON (lots.lot_id) lots.*, step.id AS step_id
          FROM (SELECT lot_id, MIN(day) AS day, MIN(days_left) AS days_left,
                       MAX(life) AS life, SUM(quantity) AS quantity,
                       SUM(value) AS value
                  FROM (%s) stock
                 GROUP BY lot_id
                HAVING SUM(value) >= %s) lots
          JOIN lot_alert_step step ON step.rule_id = %s
          CROSS JOIN LATERAL (
               SELECT CASE step.unit
                      WHEN 'percent' THEN FLOOR(lots.life * step.value / 100)
                      ELSE step.value END AS days) threshold
         WHERE lots.days_left <= threshold.days
         ORDER BY lots.lot_id, threshold.days, step.id
        """,
        stock,
        rule.minimum_value,
        rule.id,
    )
