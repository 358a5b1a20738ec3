from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    lot_forecast_days = fields.Integer(
        related="company_id.lot_forecast_days", readonly=False
    )
