from odoo import models


class StockMove(models.Model):
    """Lots on hold are not reserved, but for where they may go."""

    _name = "stock.move"
    _inherit = ["stock.move"]

    def _takes_held_lots(self):
        """Whether a lot on hold may be moved: into quarantine, to be scrapped or
        counted, back to the vendor; and anything may come in."""
        self.ensure_one()
        return self.location_dest_id._takes_held_lots(self.location_id)

    def _without_held_lots(self):
        # most products have no lot on hold, and pay for nothing
        if self.product_id.id not in self.env["lot.hold"]._get_held_product_ids():
            return self
        if self.location_id and self._takes_held_lots():
            return self
        return self.with_context(without_held_lots=True)

    def _get_available_quantity(self, *args, **kwargs):
        move = self._without_held_lots()
        return super(StockMove, move)._get_available_quantity(*args, **kwargs)

    def _update_reserved_quantity_vals(self, *args, **kwargs):
        move = self._without_held_lots()
        return super(StockMove, move)._update_reserved_quantity_vals(*args, **kwargs)

    def _set_quantity_done_prepare_vals(self, qty):
        move = self._without_held_lots()
        return super(StockMove, move)._set_quantity_done_prepare_vals(qty)
