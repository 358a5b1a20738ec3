from odoo import models


class StockLocation(models.Model):
    _name = "stock.location"
    _inherit = ["stock.location"]

    def _takes_held_lots(self, source):
        # overridden: recalled goods stay on hold while they are reworked
        companies = self.env["res.company"].sudo()
        is_rework = companies.search_count(
            [("lot_recall_rework_location_id", "parent_of", self.id)], limit=1
        )
        return bool(is_rework) or super()._takes_held_lots(source)
