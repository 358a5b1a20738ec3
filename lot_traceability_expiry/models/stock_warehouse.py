from odoo import models

from odoo.addons.lot_traceability.tools.zone import get_zone_of_warehouse


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _get_expiry_tz(self):
        """The time zone whose calendar days count for the dates of lots; also for no
        warehouse at all."""
        return get_zone_of_warehouse(self)

    def _get_quarantine_locations(self):
        """Where goods lie that must not be picked."""
        return self.lot_quarantine_location_id
