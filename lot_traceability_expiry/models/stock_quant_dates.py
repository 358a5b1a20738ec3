from odoo import api, models
from odoo.fields import Domain


class StockQuant(models.Model):
    """Stock that is past its dates, by the day."""

    _name = "stock.quant"
    _inherit = ["stock.quant"]

    @api.model
    def _get_gather_domain(self, *args, **kwargs):
        context, quants = self.env.context, self
        if "lot_expiry_from" not in context:
            return super()._get_gather_domain(*args, **kwargs)
        given, start = context.get("with_expiration"), context["lot_expiry_from"]
        if given and given != start:
            quants = self.with_context(with_expiration=start)
        domain = super(StockQuant, quants)._get_gather_domain(*args, **kwargs)
        if given and (day := context.get("lot_retest_day")):
            domain &= ~Domain("lot_id", "any", Domain("retest_date", "<=", day))
        if limit := context.get("shelf_life_from"):
            fresh = Domain("expiration_date", ">=", limit)
            domain &= fresh | Domain("expiration_date", "=", False)
        if short := context.get("shelf_life_not_lots"):
            domain &= Domain("lot_id", "not in", short)
        return domain

    @api.depends("lot_id.expiration_date")
    def _compute_available_quantity(self):
        # core takes what is past at this moment for gone
        result = super()._compute_available_quantity()
        for quant in self:
            lot = quant.lot_id
            if (
                lot.use_expiration_date
                and lot.removal_date
                and not lot._is_past("removal_date")
            ):
                quant.available_quantity = quant.quantity - quant.reserved_quantity
        return result

    def _get_gs1_barcode(self, gs1_quantity_rules_ai_by_uom=False):
        barcode = super()._get_gs1_barcode(gs1_quantity_rules_ai_by_uom)
        lot = self.lot_id
        if not self.use_expiration_date or not lot.expiration_date:
            return barcode
        # core writes its dates in front: the one that counts instead, as on the label
        ours = barcode.removeprefix(lot._get_core_gs1_dates())
        return lot._get_expiry_gs1() + ours
