import io
import json

import pytz
import xlsxwriter

from odoo import api, models

# of a sheet, below the headings
SHEET_ROWS = 1_048_575


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
    def _get_epcis(self, lots):
        """The events of the trace as JSON-LD, as UTF-8."""
        return self.env["lot.trace.epcis"]._to_json(lots)

    @api.model
    def _get_xlsx(self, lots):
        """One sheet for each table. Text is written as text, never as a formula; dates
        are those of the user's time zone."""
        document = self.env["lot.trace.document"]._read(lots, SHEET_ROWS, "XLSX")
        content = io.BytesIO()
        workbook = xlsxwriter.Workbook(
            content, {"in_memory": True, "strings_to_formulas": False}
        )
        self._write_about(workbook, document)
        for table in document.tables:
            self._write_table(workbook, table)
        workbook.close()
        return content.getvalue()

    def _write_about(self, workbook, document):
        sheet = workbook.add_worksheet(self.env._("About"))
        rows = self.env["lot.trace.document"]._get_about(document)
        title, texts = self.env["lot.trace.document"]._get_statements(document)
        rows += [(title, text) for text in texts]
        bold = workbook.add_format({"bold": True})
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        for index, (label, text) in enumerate(rows):
            sheet.write_string(index, 0, label, bold)
            sheet.write_string(index, 1, text)

    def _write_table(self, workbook, table):
        sheet = workbook.add_worksheet(table.name)
        bold = workbook.add_format({"bold": True, "bottom": 1})
        date = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        words = self.env["lot.trace.words"]
        zone = pytz.timezone(self.env.user.tz or "UTC")
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, words._get_label(name), bold)
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
