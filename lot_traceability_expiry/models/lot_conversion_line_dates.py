from odoo import models

# the earliest of what went in, beside the dates that a conversion knows itself
EARLIEST = ("made_on", "retest_date", "opened_on", "printed_expiration_date")


class LotConversionLine(models.Model):
    _name = "lot.conversion.line"
    _inherit = ["lot.conversion.line"]

    def _prepare_lot_vals(self, number):
        """Converted goods are as old, and as long open, as they were."""
        vals = super()._prepare_lot_vals(number)
        lots = self._get_origins().lot_id
        for name in EARLIEST:
            known = [lot[name] for lot in lots if lot[name]]
            if known:
                vals[name] = min(known)
        precisions = set(lots.mapped("expiry_precision")) - {False}
        if len(precisions) == 1:
            vals["expiry_precision"] = precisions.pop()
        return vals

    def _age_lot(self, dates):
        # the history of the lots tells which conversion it was
        reason = f"{self.conversion_id.name}: {self.conversion_id.reason}"
        line = self.with_context(lot_date_reason=reason)
        return super(LotConversionLine, line)._age_lot(dates)
