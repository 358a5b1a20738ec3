from odoo.addons.lot_traceability.adoption import big_database
from odoo.addons.lot_traceability.leaving import leave

# see ``big_database.COLUMNS``
COLUMNS = {
    "stock_lot": {
        "expiry_limit_date": "timestamp",
        "expiry_precision": "varchar",
        "made_on": "date",
        "opened_on": "date",
        "opening_before": "jsonb",
        "opening_conversion_id": "int4",
        "printed_expiration_date": "timestamp",
        "retest_date": "date",
    },
    "stock_move": {"is_cleared_out": "bool"},
    "stock_move_line": {
        "expiry_override_reason": "varchar",
        "expiry_precision": "varchar",
        "fefo_reason": "varchar",
        "made_on": "date",
        "shelf_life_reason": "varchar",
    },
    "stock_picking": {"expiry_left_on": "timestamp"},
    "stock_picking_type": {
        "fefo_picks": "varchar NOT NULL DEFAULT 'leaving'",
        "fefo_policy": "varchar NOT NULL DEFAULT 'log'",
    },
}


def pre_init_hook(env):
    """On a large database, add the columns before Odoo locks the tables."""
    if big_database.is_large(env.cr):
        big_database.add_columns(env.cr, COLUMNS)


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
