from odoo import api, models
from odoo.fields import Domain


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant"]

    @api.model
    def _get_gather_domain(self, *args, **kwargs):
        domain = super()._get_gather_domain(*args, **kwargs)
        limit = self.env.context.get("shelf_life_from")
        if limit:
            domain &= Domain("expiration_date", ">=", limit) | Domain(
                "expiration_date", "=", False
            )
        short = self.env.context.get("shelf_life_not_lots")
        if short:
            domain &= Domain("lot_id", "not in", short)
        return domain
