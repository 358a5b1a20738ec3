from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_forbidden_names = fields.Char(
        related="company_id.lot_forbidden_names", readonly=False
    )
    lot_serial_conflict_policy = fields.Selection(
        related="company_id.lot_serial_conflict_policy", readonly=False
    )
