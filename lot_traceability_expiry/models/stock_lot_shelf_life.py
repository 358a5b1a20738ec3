from odoo import fields, models

from ..tools.calendar_days import local_date
from ..tools.shelf_life import get_required_days, get_shortfall


class StockLot(models.Model):
    """How much of its life a lot still has."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    def _get_shelf_life_day(self, tz):
        """The last day on the calendar on which the lot may be used, or None."""
        return local_date(self.expiration_date, tz) if self.expiration_date else None

    def _get_total_life_days(self):
        """Days from the beginning to the end of its life, or None if not known."""
        days = self.product_id.expiration_time
        if days > 0 or not self.expiration_date:
            return days or None
        return (self.expiration_date - self._get_life_start()).days

    def _get_life_start(self):
        if self.made_on:
            return fields.Datetime.to_datetime(self.made_on)
        # else the day the lot was made known
        return self.create_date or fields.Datetime.now()

    def _get_missing_life(self, rule, day, tz):
        """Days that a lot lacks on a day for a rule; 0 if it fits."""
        last_day = self._get_shelf_life_day(tz)
        if not rule or not last_day:
            return 0
        total = self._get_total_life_days() if rule.unit == "percent" else None
        required = get_required_days(rule.value, rule.unit, total)
        # a share of an unknown life cannot be asked for
        return 0 if required is None else get_shortfall(last_day, day, required)

    def _is_past_removal(self, move):
        """Whether the day of its removal date was over when a move was made."""
        return self._is_past(
            "removal_date", move._get_booking_moment(), move._get_expiry_tz()
        )
