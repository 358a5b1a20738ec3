from odoo import fields, models


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category"]

    removal_strategy_id = fields.Many2one(
        default=lambda self: self.env["lot.fefo.scope"]._get_default()
    )

    def action_set_fefo(self):
        """Let the chosen categories reserve by FEFO."""
        self.removal_strategy_id = self.env["lot.fefo.scope"]._get_fefo()
