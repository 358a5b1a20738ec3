from odoo import fields, models

from ..fefo import fresh_stock


class ProductProduct(models.Model):
    """What is free and forecast of goods with dates, by the day instead of a moment."""

    _inherit = "product.product"

    def _compute_quantities_dict(
        self, lot_id, owner_id, package_id, from_date=False, to_date=False
    ):
        # core takes what is due at the moment for gone; its last day still counts
        quantities = super()._compute_quantities_dict(
            lot_id, owner_id, package_id, from_date=from_date, to_date=to_date
        )
        dated = self.filtered(lambda product: product._origin.use_expiration_date)
        if not dated:
            return quantities
        asked = self.env.context.get("to_date") or fields.Date.today()
        correction = fresh_stock.get_correction(
            dated, asked, lot_id, owner_id, package_id
        )
        for product in dated:
            more = correction.get(product._origin.id)
            row = more and quantities.get(product.id)
            if row:
                for name in ("free_qty", "virtual_available"):
                    row[name] = product.uom_id.round(row[name] + more)
        return quantities

    def _find_unfit_stock(self, partner, moment, warehouse):
        known = super()._find_unfit_stock(partner, moment, warehouse)
        return known | fresh_stock.find_unfit_stock(self, partner, moment, warehouse)

    def _is_counted_free(self, lot, moment, warehouse):
        # what is past its dates is left out already
        counted = super()._is_counted_free(lot, moment, warehouse)
        return counted and not fresh_stock.is_gone(lot, moment, warehouse)
