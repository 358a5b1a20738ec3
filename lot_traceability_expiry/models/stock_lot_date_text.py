from odoo import models
from odoo.tools import format_date

from ..tools.calendar_days import local_date, to_gs1


class StockLot(models.Model):
    """The expiration date as it is written on labels and papers."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    def _get_expiry_text(self, tz=None):
        """The expiration date as exactly as the label names it, in words."""
        self.ensure_one()
        if not self.expiration_date:
            return ""
        day = local_date(self.expiration_date, tz or self._get_expiry_tz())
        formats = {"month": "MM/yyyy", "year": "yyyy"}
        return format_date(
            self.env, day, date_format=formats.get(self.expiry_precision, False)
        )

    def _get_expiry_label(self):
        """The expiration date with what it means, as on a label."""
        date = self._get_expiry_text()
        if self.expiry_kind == "use_by":
            return self.env._("Use by %(date)s", date=date)
        return self.env._("Best before %(date)s", date=date)

    def _get_expiry_gs1(self):
        """The expiration date as a GS1 element string: 15 best before, 17 use by."""
        self.ensure_one()
        if not self.use_expiration_date or not self.expiration_date:
            return ""
        day = local_date(self.expiration_date, self._get_expiry_tz())
        identifier = "17" if self.expiry_kind == "use_by" else "15"
        return identifier + to_gs1(day, self.expiry_precision or "day")

    def _get_core_gs1_dates(self):
        """What core writes for the dates, in UTC and always with a day."""
        return "".join(
            identifier + self[name].strftime("%y%m%d")
            for identifier, name in (("15", "use_date"), ("17", "expiration_date"))
            if self[name]
        )
