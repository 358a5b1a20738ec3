from odoo.addons.lot_traceability.leaving import leave


def post_init_hook(env):
    """Take over what Odoo alerted before, so that nobody is alerted of it again.

    Odoo only kept that it alerted, not whom nor when: these rows have neither.
    """
    rule = env.ref("lot_traceability_expiry.lot_alert_rule_alert_date")
    reminded = env["stock.lot"].search([("product_expiry_reminded", "=", True)])
    env["lot.expiry.alert"].create(
        [
            {
                "lot_id": due.lot_id,
                "step_id": due.step_id,
                "day": due.day,
                "company_id": env["stock.lot"].browse(due.lot_id).company_id.id,
            }
            for due in rule._get_due(reminded.ids)
        ]
    )


def uninstall_hook(env):
    """Export what is lost, and leave the database in order."""
    leave(env, "lot_traceability_expiry")
