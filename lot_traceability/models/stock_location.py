from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_quarantine = fields.Boolean(
        "Quarantine",
        help="Lots on hold may be moved here, and to the locations inside.",
    )

    def _is_in_quarantine(self):
        """Whether it, or a location around it, is a quarantine."""
        self.ensure_one()
        path = [int(part) for part in (self.parent_path or "").split("/") if part]
        # sudo: a place inside of a quarantine is one, whatever of it may be read
        return any(self.sudo().browse(path).mapped("is_quarantine"))

    def _takes_held_lots(self, source):
        """Whether a lot on hold may go from ``source`` to this location."""
        self.ensure_one()
        if source.usage not in ("internal", "transit"):
            return True
        if self.usage in ("supplier", "inventory"):
            return True
        return self._is_in_quarantine()
