from odoo.addons.lot_traceability.adoption import big_database
from odoo.addons.lot_traceability.leaving import leave

# see ``big_database.COLUMNS``
COLUMNS = {
    "stock_picking": {"recall_id": "int4"},
    "stock_scrap": {"recall_id": "int4"},
}


def pre_init_hook(env):
    """On a large database, add the columns before Odoo locks the tables."""
    if big_database.is_large(env.cr):
        big_database.add_columns(env.cr, COLUMNS)


def uninstall_hook(env):
    """Export what is lost, and leave the database in order."""
    leave(env, "lot_traceability_recall")
