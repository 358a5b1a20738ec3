from odoo import models

from ..dates.order import settle as settle_order

# the earliest of what went in, beside the dates that a conversion knows itself
EARLIEST = ("made_on", "retest_date", "opened_on", "printed_expiration_date")


class LotConversionLine(models.Model):
    _inherit = "lot.conversion.line"

    def _prepare_lot_vals(self, number):
        """Converted goods are as old, and as long open, as they were."""
        vals = super()._prepare_lot_vals(number)
        lots = self._get_origins().lot_id
        for name in EARLIEST:
            known = [lot[name] for lot in lots if lot[name]]
            if known:
                vals[name] = min(known)
        # what was out of order before stands in nobody's way
        vals |= settle_order(vals, ())
        precisions = set(lots.mapped("expiry_precision")) - {False}
        if len(precisions) == 1:
            vals["expiry_precision"] = precisions.pop()
        return vals

    def _age_lot(self, dates):
        # the history of the lots tells which conversion it was
        conversion = self.conversion_id
        reason = f"{conversion.name}: {conversion.reason}"
        return super()._age_lot({**dates, "date_change_reason": reason})
