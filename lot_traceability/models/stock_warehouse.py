from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..leaving.leave import find_quarantines


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    lot_quarantine_location_id = fields.Many2one(
        "stock.location",
        "Quarantine Location",
        check_company=True,
        help="Where lots on hold are put away. It is beside the stock, so that nothing "
        "there is reserved for a delivery or an order.",
    )

    @api.constrains("lot_stock_id", "lot_quarantine_location_id")
    def _check_stock_is_beside_quarantine(self):
        for warehouse in self:
            location = warehouse.lot_stock_id
            quarantine = warehouse.lot_quarantine_location_id
            if location._is_in_quarantine() or (
                quarantine and location._child_of(quarantine)
            ):
                raise ValidationError(
                    self.env._(
                        "The stock of %(warehouse)s is in %(location)s: it cannot be "
                        "a quarantine, or held lots could be moved anywhere in it.",
                        warehouse=warehouse.name,
                        location=location.display_name,
                    )
                )

    def _get_locations_values(self, vals, code=False):
        locations = super()._get_locations_values(vals, code=code)
        locations["lot_quarantine_location_id"] = {
            "name": self._get_quarantine_name(),
            "active": True,
            "usage": "internal",
            "is_quarantine": True,
        }
        return locations

    @api.model
    def _get_quarantine_name(self):
        return self.env._("Quarantine")

    @api.model
    def _create_missing_quarantines(self):
        """Give the warehouses that are there a quarantine each: the one of an earlier
        installation where it is still there."""
        warehouses = self.with_context(active_test=False)
        for warehouse_id, place_id in find_quarantines(self.env).items():
            warehouse = warehouses.browse(warehouse_id)
            if not warehouse.lot_quarantine_location_id:
                place = self.env["stock.location"].browse(place_id)
                place.is_quarantine = True
                warehouse.lot_quarantine_location_id = place
        for warehouse in warehouses.search(
            [("lot_quarantine_location_id", "=", False)]
        ):
            warehouse._create_missing_locations({})
