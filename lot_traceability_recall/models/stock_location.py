from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    lot_recall_rework_company_ids = fields.One2many(
        "res.company",
        "lot_recall_rework_location_id",
        help="The companies that rework recalled goods here.",
    )

    def _takes_held_lots(self, source):
        # overridden: recalled goods stay on hold while they are reworked
        return super()._takes_held_lots(source) or self._is_for_rework()

    def _is_for_rework(self):
        """Whether it, or a location around it, is where goods are reworked: in a
        warehouse, as with a customer they would be delivered."""
        if self.usage != "internal":
            return False
        path = [int(part) for part in (self.parent_path or "").split("/") if part]
        # sudo: what a place is for does not depend on who moves the goods
        return bool(self.sudo().browse(path).lot_recall_rework_company_ids)
