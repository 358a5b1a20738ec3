import pytz

from odoo import api, fields, models

from ..imports.cell_values import read_date, read_quantity


class LotImportValue(models.AbstractModel):
    """The part of the dry run that is about quantities, dates and references."""

    _name = "lot.import.value"
    _description = "Values in the dry run of a lot import"

    @api.model
    def _read_line(self, run, line):
        self._read_quantity(run, line)
        self._read_values(run, line)

    def _read_quantity(self, run, line):
        text = line.texts.get("quantity")
        if not text:
            return
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        # a number from a spreadsheet has no thousands separator
        thousands = lang.thousands_sep if run.document.file_kind == "csv" else ""
        value = read_quantity(text, lang.decimal_point, thousands)
        problem = self._get_quantity_problem(line.product, value)
        if problem:
            self.env["lot.import.check"]._add_problem(run, line, "quantity", problem)
        else:
            line.quantity = value

    def _get_quantity_problem(self, product, value):
        if value is None:
            return self.env._(
                "this is not clearly a number; write it like 12 or 1.5, without "
                "thousands separators."
            )
        if value < 0:
            return self.env._("write 0 or more.")
        if product and abs(product.uom_id.round(value) - value) > 1e-9:
            return self.env._(
                "%(unit)s is counted in steps of %(step)s; round the quantity.",
                unit=product.uom_id.name,
                step=f"{product.uom_id.rounding:g}",
            )
        return None

    def _read_values(self, run, line):
        lot_fields = self.env["stock.lot"]._fields
        for name, text in line.texts.items():
            if not text or name not in lot_fields or name in ("product", "name"):
                continue
            if lot_fields[name].type in ("date", "datetime"):
                self._read_date(run, line, name)
            else:
                line.values[name] = text

    def _read_date(self, run, line, name):
        value = read_date(line.texts[name], self._get_date_formats())
        if not value:
            advice = self.env._("this is not a date; write it like 2026-12-31.")
        elif line.product and not line.product["use_expiration_date"]:
            advice = self.env._(
                "the product does not use expiration dates; switch them on there, or "
                "leave the cell empty."
            )
        else:
            line.values[name] = self._to_field(name, value)
            return
        self.env["lot.import.check"]._add_problem(run, line, name, advice)

    def _get_date_formats(self):
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        clocks = ("", f" {lang.time_format}", " %H:%M")
        return [f"{lang.date_format}{clock}" for clock in clocks]

    def _to_field(self, name, value):
        """The value as the field stores it, as text; the clock is that of the user."""
        if self.env["stock.lot"]._fields[name].type == "date":
            return fields.Date.to_string(value)
        moment = self.env.tz.localize(value).astimezone(pytz.utc)
        return fields.Datetime.to_string(moment)
