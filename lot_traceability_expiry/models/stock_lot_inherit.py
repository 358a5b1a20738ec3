from odoo import models


class StockLot(models.Model):
    """A lot is good for no longer than what it is made of."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    def _inherit_dates(self, sources, document):
        """Let the lot be good until the earliest date of its inputs at most.

        :param sources: the lots that went in and whose dates count
        :param document: name of what made the lot of them, for the history
        """
        self.ensure_one()
        dated = (sources - self).filtered("expiration_date")
        if not self.use_expiration_date or not dated:
            return
        oldest = min(dated, key=lambda lot: (lot.expiration_date, lot.id))
        limit = oldest.expiration_date
        # again the same inputs: a date that was extended meanwhile stays
        if self.expiry_limit_date and self.expiry_limit_date <= limit:
            return
        vals = {"expiry_limit_date": limit}
        if not self.expiration_date or self.expiration_date > limit:
            vals |= self._shift_dates(limit)
        if oldest.product_id == self.product_id:
            vals |= self._get_kept_dates(dated)
        reason = self.env._("%(document)s: %(lot)s", document=document, lot=oldest.name)
        self.with_context(lot_date_reason=reason).write(vals)

    def _get_kept_dates(self, lots):
        """Goods that are worked on again are as old as they were."""
        same = lots.filtered(lambda lot: lot.product_id == self.product_id)
        made = [lot.made_on for lot in same if lot.made_on]
        retests = [lot.retest_date for lot in same if lot.retest_date]
        vals = {}
        if made:
            vals["made_on"] = min(made)
        if retests:
            vals["retest_date"] = min(retests)
        return vals
