from zoneinfo import ZoneInfo

from odoo import models


class StockWarehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse"]

    def _get_expiry_tz(self):
        """The time zone whose calendar days count: of the warehouse, its company, else
        of the user."""
        name = self.partner_id.tz or self.company_id.partner_id.tz or self.env.user.tz
        return ZoneInfo(name or "UTC")

    def _get_quarantine_locations(self):
        """Where goods lie that must not be picked."""
        return self.lot_quarantine_location_id
