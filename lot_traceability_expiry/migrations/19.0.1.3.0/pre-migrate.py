from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists


def migrate(cr, version):
    """Alerts of the first version had one date, and no rules: they are put aside until
    there is the rule that means the same."""
    is_first = table_exists(cr, "lot_expiry_alert")
    if not is_first or column_exists(cr, "lot_expiry_alert", "rule_id"):
        return
    cr.execute(
        SQL("CREATE TABLE lot_expiry_alert_first AS SELECT * FROM lot_expiry_alert")
    )
    cr.execute(SQL("DELETE FROM lot_expiry_alert"))
