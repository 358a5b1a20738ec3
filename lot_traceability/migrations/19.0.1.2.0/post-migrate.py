from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Warehouses have a quarantine from this version on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["stock.warehouse"]._create_missing_quarantines()
