"""What a rule has to alert now."""

from collections import namedtuple

from odoo.fields import Domain
from odoo.tools import SQL

from ..dates.stock_day import get_stock_sql

Due = namedtuple("Due", "lot_id step_id day quantity value")


def find_due(rule, lot_ids=None) -> list[Due]:
    """What a rule has to alert now, the most urgent first, in one query.

    Of all steps reached only the last counts, so that a lot that arrives late is
    not alerted of each. What was alerted is told by the alerts that exist, also of a
    step that is removed; more of a lot that was settled opens it again.

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
              FROM (%(due)s) due
              LEFT JOIN LATERAL (
                   SELECT alert.id, alert.outcome, alert.settled_quantity
                     FROM lot_expiry_alert alert
                    WHERE alert.lot_id = due.lot_id
                      AND alert.day = due.day
                      AND (alert.step_id = due.step_id
                           OR alert.step_id IS NULL
                              AND alert.rule_id = %(rule)s
                              AND alert.step_unit = due.unit
                              AND alert.step_value <= due.step_value)
                    ORDER BY alert.outcome IS NULL DESC, alert.id DESC
                    LIMIT 1) last ON TRUE
             WHERE last.id IS NULL
                OR last.outcome IS NOT NULL
                   AND due.quantity > COALESCE(last.settled_quantity, 0) + 1e-6
             ORDER BY day, lot_id
            """,
            due=_get_reached_sql(rule, stock),
            rule=rule.id,
        )
    )
    return [Due(*row) for row in rows]


def _get_reached_sql(rule, stock):
    """For each lot the last of the steps reached."""
    return SQL(
        """
        SELECT DISTINCT ON (lots.lot_id) lots.*, step.id AS step_id,
               step.unit, step.value AS step_value
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
