from odoo import fields, models

from ..fefo import scope


class StockLocation(models.Model):
    _inherit = "stock.location"

    removal_strategy_id = fields.Many2one(
        default=lambda self: scope.get_default(self.env)
    )
