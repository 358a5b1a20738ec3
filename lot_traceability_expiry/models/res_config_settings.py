from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_expiry_responsible_id = fields.Many2one(
        related="company_id.lot_expiry_responsible_id", readonly=False
    )
