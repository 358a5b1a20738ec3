from odoo import models
from odoo.fields import Domain


class StockMoveLine(models.Model):
    """Lots that come from another company through the transit between companies."""

    _inherit = "stock.move.line"

    def _create_and_assign_production_lot(self):
        # a lot of no company would be that of the sender once more, which is refused
        own = self._get_intercompany_lines()
        candidates = own._get_candidates()
        own = own.filtered(lambda line: line._find_origin(candidates))
        marked = self.with_context(lot_company_line_ids=own.ids)
        return super(StockMoveLine, marked)._create_and_assign_production_lot()

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if self.id in self.env.context.get("lot_company_line_ids", ()):
            vals["company_id"] = self.company_id.id
        return vals

    def _link_origin_lots(self):
        """Link copies that came in to the lot that the other company sent."""
        lines = self._get_intercompany_lines().filtered(
            lambda line: line.lot_id.company_id and not line.lot_id.sudo().origin_lot_id
        )
        candidates = lines._get_candidates()
        for line in lines:
            origin = line._find_origin(candidates)
            if origin:
                line.lot_id.sudo().origin_lot_id = origin

    def _get_intercompany_lines(self):
        return self.filtered(
            lambda line: (
                line.location_id.usage == "transit" and not line.location_id.company_id
            )
        )

    def _get_candidates(self):
        """``{(location, product, key): lots sent there}``, the last sent first.

        With sudo, to find the lot only: the link is not shown to those who may not
        read it.
        """
        if not self:
            return {}
        lines = self.env["stock.move.line"].sudo()
        groups = lines._read_group(
            Domain("state", "=", "done")
            & Domain("location_dest_id", "in", self.location_id.ids)
            & Domain("lot_id.company_id", "!=", False)
            & Domain("lot_id.product_id", "in", self.product_id.ids)
            & Domain("lot_id.number_key", "in", [line._get_key() for line in self]),
            ["location_dest_id", "lot_id"],
            ["date:max"],
            order="date:max DESC",
        )
        found = {}
        for location, lot, _date in groups:
            key = (location.id, lot.product_id.id, lot.number_key)
            found[key] = found.get(key, lot.browse()) + lot
        return found

    def _find_origin(self, candidates):
        key = (self.location_id.id, self.product_id.id, self._get_key())
        lots = candidates.get(key, self.env["stock.lot"])
        return lots.filtered(lambda lot: lot.company_id != self.company_id)[:1]

    def _get_key(self):
        name = self.lot_id.name or self.lot_name
        return self.env["lot.number.scope"]._get_key(name)
