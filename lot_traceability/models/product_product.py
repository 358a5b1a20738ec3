from odoo import fields, models

from ..holds import promise


class ProductProduct(models.Model):
    _inherit = "product.product"

    def unlink(self):
        # not left to the database: each has a sequence there
        counters = self.env["ir.sequence"].sudo()
        counters.search([("lot_product_id", "in", self.ids)]).unlink()
        return super().unlink()

    def _is_held_on_receipt(self):
        self.ensure_one()
        return self.hold_on_receipt

    # -- what an order promises -------------------------------------------
    def _get_unfit_quantities(self, partner, moment, warehouse):
        """What of the free stock a partner cannot get, by today and by the day of the
        delivery, in the unit of the product."""
        self.ensure_one()
        if self.tracking == "none":
            return 0.0, 0.0
        now = fields.Datetime.now()
        unfit = self._find_unfit_stock(partner, max(moment, now), warehouse)
        return tuple(
            sum(
                quantity
                for (lot, _place), quantity in unfit.items()
                if self._is_counted_free(lot, when, warehouse)
            )
            for when in (now, max(moment, now))
        )

    def _get_unfit_in_shop(self, partner, warehouse_id):
        """What of the free stock somebody cannot get who buys it now.

        :param warehouse_id: of the shop; all of the companies in use if empty
        """
        warehouses = self.env["stock.warehouse"].browse(warehouse_id or [])
        if not warehouses:
            companies = self.env.companies.ids
            warehouses = warehouses.search([("company_id", "in", companies)])
        now = fields.Datetime.now()
        return sum(
            self._get_unfit_quantities(partner, now, warehouse)[0]
            for warehouse in warehouses
        )

    def _find_unfit_stock(self, partner, moment, warehouse):
        """``{(lot, place): free quantity}`` of what a partner cannot get; another addon
        knows more of it."""
        return promise.find_held(self, warehouse)

    def _is_counted_free(self, lot, moment, warehouse):
        """Whether Odoo counts a lot as free at a moment."""
        return True
