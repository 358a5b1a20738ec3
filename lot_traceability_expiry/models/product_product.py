from odoo import fields, models

from ..fefo.fresh_stock import get_correction, get_unfit_quantities


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
        correction = get_correction(dated, asked, lot_id, owner_id, package_id)
        for product in dated:
            more = correction.get(product._origin.id)
            row = more and quantities.get(product.id)
            if row:
                for name in ("free_qty", "virtual_available"):
                    row[name] = product.uom_id.round(row[name] + more)
        return quantities

    def _get_unfit_quantities(self, partner, moment, warehouse):
        more = get_unfit_quantities(self, partner, moment, warehouse)
        known = super()._get_unfit_quantities(partner, moment, warehouse)
        return tuple(a + b for a, b in zip(known, more, strict=True))
