import io
import json

import pytz
import xlsxwriter

from odoo import api, fields, models

from ..tools.trace_tables import get_tables


class LotTraceExport(models.AbstractModel):
    """The trace of lots as a file: the same figures as on the screen."""

    _name = "lot.trace.export"
    _description = "Export of the trace of lots"

    @api.model
    def _get_json(self, lots):
        """Both results as they are, as UTF-8."""
        traces = {
            "upstream": lots.trace_upstream(),
            "downstream": lots.trace_downstream(),
        }
        return json.dumps(traces, ensure_ascii=False, indent=1).encode()

    @api.model
    def _get_xlsx(self, lots):
        """One sheet for each table. Text is written as text, never as a formula; dates
        are those of the user's time zone."""
        content = io.BytesIO()
        workbook = xlsxwriter.Workbook(
            content, {"in_memory": True, "strings_to_formulas": False}
        )
        self._write_about(workbook, lots)
        tables = get_tables(lots.trace_upstream(), lots.trace_downstream())
        for table in tables:
            self._write_table(workbook, table)
        workbook.close()
        return content.getvalue()

    def _write_about(self, workbook, lots):
        sheet = workbook.add_worksheet(self.env._("About"))
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        rows = [
            (self.env._("Trace of"), ", ".join(lots.mapped("display_name"))),
            (self.env._("Products"), ", ".join(lots.product_id.mapped("display_name"))),
            (self.env._("Company"), self.env.company.name),
            (self.env._("Asked by"), self.env.user.name),
            (self.env._("Asked on"), now.strftime("%Y-%m-%d %H:%M:%S %Z")),
        ]
        for trace in (lots.trace_upstream(), lots.trace_downstream()):
            if trace["outside_scope"]["message"]:
                message = trace["outside_scope"]["message"]
                rows.append((self.env._("Not shown"), message))
        bold = workbook.add_format({"bold": True})
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 90)
        for index, (label, text) in enumerate(rows):
            sheet.write_string(index, 0, label, bold)
            sheet.write_string(index, 1, text)

    def _write_table(self, workbook, table):
        sheet = workbook.add_worksheet(table.name)
        bold = workbook.add_format({"bold": True, "bottom": 1})
        date = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        zone = pytz.timezone(self.env.user.tz or "UTC")
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, name.replace("_", " ").capitalize(), bold)
        for row, values in enumerate(table.rows, start=1):
            for column, value in enumerate(values):
                self._write_cell(sheet, row, column, value, date, zone)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
        sheet.autofit()

    def _write_cell(self, sheet, row, column, value, date, zone):
        if value is None:
            return
        if isinstance(value, str):
            sheet.write_string(row, column, value)
        elif hasattr(value, "hour"):
            local = pytz.utc.localize(value).astimezone(zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, date)
        else:
            sheet.write_number(row, column, value)
