from odoo import models


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "lot.health.listed"]

    def _get_line_key(self):
        """What a move line has to say to take from this quant."""
        return {
            "lot_id": self.lot_id.id,
            "location_id": self.location_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
        }
