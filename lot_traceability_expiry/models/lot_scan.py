from odoo import api, models

from odoo.addons.lot_traceability.tools.calendar_days import day_end, in_days
from odoo.addons.lot_traceability.tools.zone import get_user_zone


class LotScan(models.AbstractModel):
    """What a label says of the dates of a lot."""

    _inherit = "lot.scan"

    @api.model
    def _read_row(self, scan, row):
        if row["type"] == "production_date":
            scan["dates"]["made_on"] = row["value"]
            return
        super()._read_row(scan, row)
        if row["type"] in ("expiration_date", "use_date"):
            has_day = row["string_value"][4:6] != "00"
            scan["dates"]["expiry_precision"] = "day" if has_day else "month"

    @api.model
    def _get_line_values(self, scan, product):
        values, dates = super()._get_line_values(scan, product), scan["dates"]
        if not product.use_expiration_date:
            return values
        if "expiration_date" in values:
            return values
        if "use_date" in dates and product.expiry_kind_used == "best_before":
            values["expiration_date"] = dates["use_date"]
        elif dates.get("made_on") and product.expiration_time:
            end = in_days(dates["made_on"], product.expiration_time)
            values["expiration_date"] = day_end(end, get_user_zone(self.env))
        return values
