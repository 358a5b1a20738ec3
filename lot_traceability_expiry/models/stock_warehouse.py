from odoo import api, models, tools

from odoo.addons.lot_traceability.tools.zone import get_zone_of_warehouse


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if not {"active", "company_id", "sequence"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _get_expiry_tz(self):
        """The time zone whose calendar days count for the dates of lots; for no
        warehouse at all that of the first one of the company."""
        if self:
            return get_zone_of_warehouse(self)
        first = self.browse(self._get_first_ids(self.env.company.id))
        return get_zone_of_warehouse(first)

    @api.model
    @tools.ormcache("company_id")
    def _get_first_ids(self, company_id):
        # sudo: what time it is does not depend on who asks
        found = self.sudo().search([("company_id", "=", company_id)], limit=1)
        return found._ids

    def _get_quarantine_locations(self):
        """Where goods lie that must not be picked."""
        return self.lot_quarantine_location_id
