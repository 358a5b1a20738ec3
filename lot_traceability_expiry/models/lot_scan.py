from odoo import api, models
from odoo.tools import format_date

from odoo.addons.lot_traceability.numbers import finder
from odoo.addons.lot_traceability.scanning import gs1
from odoo.addons.lot_traceability.tools.calendar_days import (
    day_end,
    in_days,
    local_date,
)
from odoo.addons.lot_traceability.tools.zone import get_user_zone

from ..fefo.pick_check import find_problems
from ..fefo.verdicts import describe, judge_lines


class LotScan(models.AbstractModel):
    """What a label says of the dates of a lot, and what the dates say of a scan."""

    _inherit = "lot.scan"

    @api.model
    def _read_row(self, scan, row):
        day = row["value"]
        if row["type"] == "production_date":
            has_day = row["string_value"][4:6] != "00"
            scan["dates"]["made_on"] = day
            scan["made_from"] = day if has_day else day.replace(day=1)
            return
        super()._read_row(scan, row)
        if row["type"] in ("expiration_date", "expiration_time"):
            # 24:00 is the end of its day
            day = gs1.read_date(row["string_value"][:6])
            scan["expiries"] = {*scan.get("expiries", ()), day}
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

    @api.model
    def _get_looks(self, scan, lines):
        looks = super()._get_looks(scan, lines)
        for line in lines.filtered("product_id.use_expiration_date"):
            looks += self._get_label_looks(scan, line) + self._get_date_looks(
                scan, line
            )
        looks += self._get_fefo_looks(lines)
        # a lot in two places is told about once
        return list(dict.fromkeys(looks))

    def _get_label_looks(self, scan, line):
        """Dates of the label that cannot all be right."""
        made, expiries = scan.get("made_from"), sorted(scan.get("expiries", ()))
        today = local_date(line._get_booking_moment(), line.move_id._get_expiry_tz())
        looks = []
        if made and made > today:
            day = format_date(self.env, made)
            looks.append(self.env._("The label says that it was made on %s.", day))
        if made and expiries and made > expiries[0]:
            looks.append(self.env._("By its label, it expired before it was made."))
        if len(expiries) > 1:
            days = ", ".join(format_date(self.env, day) for day in expiries)
            looks.append(self.env._("The label has two dates of expiry: %s.", days))
        return looks

    def _get_date_looks(self, scan, line):
        tz = line.move_id._get_expiry_tz()
        label = self._get_line_values(scan, line.product_id).get("expiration_date")
        lot = line.lot_id or self._find_existing(line)
        known = lot.expiration_date or line.expiration_date
        looks = []
        if label and known and local_date(label, tz) != local_date(known, tz):
            looks.append(
                self.env._(
                    "The label says %(label)s, but %(lot)s expires on %(known)s. The "
                    "date of the lot was kept.",
                    label=format_date(self.env, local_date(label, tz)),
                    lot=lot.name or line.lot_name,
                    known=format_date(self.env, local_date(known, tz)),
                )
            )
        moment = line._get_booking_moment()
        past = self.env["stock.lot"].new(
            {"product_id": line.product_id.id, "expiration_date": label or known}
        )
        if lot._is_past("expiration_date", moment, tz) if lot else False:
            looks.append(self._get_past_text("expiration_date", lot, tz))
        elif past._is_past("expiration_date", moment, tz):
            looks.append(
                self.env._(
                    "Expired on %s.",
                    format_date(self.env, local_date(label or known, tz)),
                )
            )
        elif lot and lot._is_past("removal_date", moment, tz):
            looks.append(self._get_past_text("removal_date", lot, tz))
        return looks

    def _find_existing(self, line):
        """The lot that a typed number will be."""
        if not line.lot_name:
            return line.lot_id
        return finder.find_one(
            self.env,
            line.lot_name,
            products=line.product_id,
            companies=line.company_id,
            vendor=False,
        ).lots[:1]

    def _get_past_text(self, name, lot, tz):
        day = format_date(self.env, local_date(lot[name], tz))
        if name == "removal_date":
            return self.env._(
                "%(lot)s should have been removed from stock on %(day)s.",
                lot=lot.name,
                day=day,
            )
        return self.env._("%(lot)s expired on %(day)s.", lot=lot.name, day=day)

    def _get_fefo_looks(self, lines):
        verdicts = judge_lines(lines)
        looks = [
            self.env._(
                "Not the lot to go first: %(lot)s. %(why)s",
                lot=line.lot_id.name,
                why=describe(line, verdict),
            )
            for line, verdict in verdicts.items()
            if verdict.better
        ]
        return looks + [
            problem.text for problem in find_problems(lines) if problem.kind != "fefo"
        ]
