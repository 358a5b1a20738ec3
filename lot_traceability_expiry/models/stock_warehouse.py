from odoo import models

from ..tools.calendar_days import get_zone


class StockWarehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse"]

    def _get_expiry_tz(self):
        """The time zone whose calendar days count for the dates of lots.

        That of the warehouse, else of its company, else of the user; also for no
        warehouse at all.
        """
        # sudo: the address tells the time, whoever asks
        warehouse = self.sudo()
        if name := warehouse.partner_id.tz:
            return get_zone(name)
        company = warehouse.company_id or self.env.company.sudo()
        return get_zone(company.partner_id.tz, str(self.env.tz))

    def _get_quarantine_locations(self):
        """Where goods lie that must not be picked."""
        return self.lot_quarantine_location_id
