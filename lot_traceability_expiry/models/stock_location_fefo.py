from odoo import fields, models


class StockLocation(models.Model):
    _name = "stock.location"
    _inherit = ["stock.location"]

    removal_strategy_id = fields.Many2one(
        default=lambda self: self.env["lot.fefo.scope"]._get_default()
    )
