from zoneinfo import ZoneInfo

from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _get_expiry_tz(self):
        """The time zone whose calendar days count: of the warehouse, its company, else
        of the user."""
        name = self.partner_id.tz or self.company_id.partner_id.tz or self.env.user.tz
        return ZoneInfo(name or "UTC")
