from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.sql import table_exists


def migrate(cr, version):
    keep_strict(cr)
    take_first_alerts(cr)


def keep_strict(cr):
    """Companies from before keep what they had: past the best-before date only with the
    right and a reason. New ones begin with a question."""
    cr.execute("UPDATE res_company SET lot_past_policy = 'reason'")


def take_first_alerts(cr):
    """Alerts of the first version are those of the rule for the alert date, so that
    nobody is alerted of it again."""
    if not table_exists(cr, "lot_expiry_alert_first"):
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("lot_traceability_expiry.lot_alert_rule_alert_date")
    step = rule.step_ids[:1]
    cr.execute(
        SQL(
            """
            INSERT INTO lot_expiry_alert
                   (lot_id, product_id, product_categ_id, rule_id, step_id, step_value,
                    step_unit, day, user_id, company_id, date_sent,
                    create_uid, create_date, write_uid, write_date)
            SELECT DISTINCT ON (alert.lot_id, local.day)
                   alert.lot_id, lot.product_id, template.categ_id, %(rule)s, %(step)s,
                   %(value)s, %(unit)s, local.day, alert.user_id, alert.company_id,
                   alert.date_sent, alert.create_uid, alert.create_date,
                   alert.write_uid, alert.write_date
              FROM lot_expiry_alert_first alert
              JOIN stock_lot lot ON lot.id = alert.lot_id
              JOIN product_product product ON product.id = lot.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN res_company company ON company.id = alert.company_id
              LEFT JOIN res_partner partner ON partner.id = company.partner_id
             CROSS JOIN LATERAL (
                   SELECT (alert.alert_date AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(partner.tz, 'UTC'))::date AS day
                   ) local
             ORDER BY alert.lot_id, local.day, alert.id DESC
            """,
            rule=rule.id,
            step=step.id or None,
            value=step.value,
            unit=step.unit or None,
        )
    )
    cr.execute(SQL("DROP TABLE lot_expiry_alert_first"))
