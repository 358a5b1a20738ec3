from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Numbers are compared in a form of their own from this version on."""
    api.Environment(cr, SUPERUSER_ID, {})["lot.number"]._rebuild()
