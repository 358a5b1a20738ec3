from odoo import models


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

    def _get_unfit_quantities(self, partner, moment, warehouse):
        """What of the free stock a partner cannot get, by today and by the day of the
        delivery, in the unit of the product; another addon says what that is."""
        self.ensure_one()
        return 0.0, 0.0
