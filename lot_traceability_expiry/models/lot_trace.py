from odoo import api, fields, models

from odoo.addons.lot_traceability.tools.calendar_days import (
    day_end,
    is_past,
    last_day,
    local_date,
)


class LotTrace(models.AbstractModel):
    _inherit = "lot.trace"

    @api.model
    def _get_days(self, lot, tz):
        """Also the day it was made, and which kind of date the other one is."""
        days = super()._get_days(lot, tz)
        if lot.made_on:
            days["productionDate"] = lot.made_on.isoformat()
        if lot.expiration_date:
            day = local_date(lot.expiration_date, tz)
            day = last_day(day, lot.expiry_precision or "day").isoformat()
            is_best_before = lot.use_expiration_date and lot.expiry_kind != "use_by"
            days.pop("itemExpirationDate", None)
            name = "bestBeforeDate" if is_best_before else "itemExpirationDate"
            days[name] = day
        return days

    @api.model
    def _get_day_fields(self):
        names = ("made_on", "expiry_precision", "expiry_kind")
        return [*super()._get_day_fields(), *names]

    @api.model
    def _get_expired_moments(self, lots):
        moments = super()._get_expired_moments(lots)
        now = fields.Datetime.now()
        for lot in lots.filtered("expiration_date"):
            tz = lot._get_expiry_tz()
            if is_past(lot.expiration_date, now, tz):
                moments[lot] = day_end(local_date(lot.expiration_date, tz), tz)
        return moments
