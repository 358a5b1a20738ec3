from odoo import fields, models
from odoo.fields import Domain


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "lot.health.listed"]

    lot_on_hold = fields.Boolean(related="lot_id.on_hold", string="On Hold")

    def _get_gather_domain(self, product_id, *args, **kwargs):
        domain = super()._get_gather_domain(product_id, *args, **kwargs)
        if not self.env.context.get("without_held_lots"):
            return domain
        free = Domain("lot_id", "=", False) | Domain("lot_id.on_hold", "!=", True)
        return Domain(domain) & free

    def _gather(self, product_id, *args, **kwargs):
        quants = super()._gather(product_id, *args, **kwargs)
        context = self.env.context
        if context.get("without_held_lots") and context.get("quants_cache") is not None:
            # what is kept for a whole transfer was not searched with the domain
            return quants.filtered(lambda quant: not quant.lot_id.on_hold)
        return quants

    def _get_line_key(self):
        """What a move line has to say to take from this quant."""
        return {
            "lot_id": self.lot_id.id,
            "location_id": self.location_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
        }
