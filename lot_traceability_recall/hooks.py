from odoo.addons.lot_traceability.leaving import leave


def uninstall_hook(env):
    """Export what is lost, and leave the database in order."""
    leave(env, "lot_traceability_recall")
