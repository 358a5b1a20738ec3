"""The one writer of XLSX files.

Text stays text: nothing is ever a formula, leading zeros are kept. Numbers are numbers,
and moments are told in the zone of the reader.
"""

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# below the headings of a sheet
MOST_ROWS = 1_048_575
# characters of a cell
MOST_TEXT = 32_767
# characters of the name of a sheet, and those that it may not have
MOST_NAME, NOT_IN_NAME = 31, re.compile(r"[\[\]:*?/\\]")


# by the first so many rows it is said how wide a column is
MEASURED_ROWS = 1_000
# characters that XML does not have
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class SpreadsheetError(ValueError):
    """What does not fit into a file; nothing is cut off in silence."""


class Spreadsheet:
    """A workbook that is written sheet by sheet.

    :param zone: in which moments are told; those without a zone are UTC
    :param is_large: write each row to the disk at once, for :meth:`add_texts`
    """

    def __init__(self, zone: tzinfo = UTC, is_large: bool = False):
        self._content = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._content,
            {
                "in_memory": not is_large,
                "constant_memory": is_large,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._zone = zone
        self._texts = _Texts(self._book.str_table)
        self._bold = self._book.add_format({"bold": True})
        self._heading = self._book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True}
        )
        self._text = self._book.add_format({"num_format": "@"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})

    def add_table(
        self,
        name: str,
        headings: Sequence[str],
        rows: Iterable[Sequence],
        frozen_columns: int = 0,
    ) -> None:
        """A sheet with a row of headings that stays in sight, and a filter.

        :param rows: of text, numbers, dates, moments and None
        :raise SpreadsheetError: if there are too many rows, or a text is too long
        """
        sheet = self._add_sheet(name)
        for column, heading in enumerate(headings):
            self._write(sheet, 0, column, heading, self._heading)
        last = 0
        for last, row in enumerate(rows, start=1):
            if last > MOST_ROWS:
                raise SpreadsheetError(f"more than {MOST_ROWS} rows")
            if last > MEASURED_ROWS:
                sheet.add_row(last, row, self._texts, self._tell)
                continue
            for column, value in enumerate(row):
                self._write(sheet, last, column, value)
            if last == MEASURED_ROWS:
                sheet.autofit()
        sheet.freeze_panes(1, frozen_columns)
        if headings:
            sheet.autofilter(0, 0, max(last, 1), len(headings) - 1)
        if last < MEASURED_ROWS:
            sheet.autofit()

    def add_facts(self, name: str, facts: Iterable[tuple[str, str]]) -> None:
        """A sheet of labels and texts; a text that is too long for a cell goes on in
        the next one."""
        sheet = self._add_sheet(name)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 100)
        row = 0
        for label, text in facts:
            self._write(sheet, row, 0, label, self._bold)
            for start in range(0, max(len(text), 1), MOST_TEXT):
                self._write(sheet, row, 1, text[start : start + MOST_TEXT])
                row += 1

    def add_texts(self, rows: Iterable[Sequence[str]]) -> None:
        """A sheet of nothing but text, as a file to be filled in and read again."""
        sheet = self._add_sheet(None)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                self._write(sheet, number, column, text, self._text)

    def get_content(self) -> bytes:
        """The file; nothing can be added afterwards."""
        self._book.close()
        return self._content.getvalue()

    def _add_sheet(self, name):
        name = name and NOT_IN_NAME.sub(" ", name)[:MOST_NAME].strip("' ")
        return self._book.add_worksheet(name or None, worksheet_class=_Sheet)

    def _tell(self, sheet, value):
        """What a cell holds, as the file says it."""
        if isinstance(value, str):
            return self._texts[str(value)]
        if isinstance(value, datetime):
            return sheet.tell_moment(self._to_local(value), self._moment)
        if isinstance(value, date):
            return sheet.tell_moment(value, self._day)
        return sheet.tell_number(value)

    def _write(self, sheet, row, column, value, style=None):
        if value is None or value is False:
            return
        if isinstance(value, str):
            sheet.write_string(row, column, _check_text(value), style)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, self._to_local(value), self._moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day)
        else:
            sheet.write_number(row, column, value, style)

    def _to_local(self, moment):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(self._zone).replace(tzinfo=None)


class _Texts(dict):
    """What a cell with a text holds: each is told once for all cells."""

    def __init__(self, table):
        super().__init__()
        self._table = table

    def __missing__(self, text):
        index = self._table._get_shared_string_index(_check_text(text))
        told = self[text] = f' t="s"><v>{index}</v>'
        return told


class _Sheet(Worksheet):
    """Rows further down are written as the file has them: what xlsxwriter does for each
    cell takes most of the time of a large table, and most of its memory."""

    # pylint: disable=protected-access,missing-return

    def __init__(self):
        super().__init__()
        self._rows_below = []
        self._columns = []
        self._last_row = 0

    def add_row(self, row, values, texts, tell):
        """A row below all that were written cell by cell.

        :param texts: what a cell with a text holds
        :param tell: the same of a cell of this sheet with another value
        """
        while len(self._columns) < len(values):
            self._columns.append(f'<c r="{xl_col_to_name(len(self._columns))}')
        self._last_row, number = row, row + 1
        cells = [
            f'{column}{number}"{texts[value]}</c>'
            if value.__class__ is str
            else f'{column}{number}"{tell(self, value)}</c>'
            for column, value in zip(self._columns, values, strict=False)
            if value is not None and value is not False
        ]
        self._rows_below.append(f'<row r="{number}">{"".join(cells)}</row>')

    def tell_moment(self, moment, style):
        number = self._convert_date_time(moment)
        return f' s="{style._get_xf_index()}"><v>{number:.16G}</v>'

    def tell_number(self, number):
        if not math.isfinite(number):
            raise SpreadsheetError(f"{number} is no number for a cell")
        return f"><v>{number:.16G}</v>"

    def _write_dimension(self):
        kept = self.dim_rowmax, self.dim_colmax
        if self._rows_below:
            self.dim_rowmax = self._last_row
            self.dim_colmax = max(self.dim_colmax, len(self._columns) - 1)
        super()._write_dimension()
        self.dim_rowmax, self.dim_colmax = kept

    def _write_rows(self):
        super()._write_rows()
        self.fh.writelines(self._rows_below)


def _check_text(text):
    if NOT_IN_XML.search(text):
        text = NOT_IN_XML.sub("", text)
    # Excel counts what is beyond the first plane twice
    if len(text) > MOST_TEXT // 2 and len(text.encode("utf-16-le")) > 2 * MOST_TEXT:
        raise SpreadsheetError(f"a text of {len(text)} characters in a cell")
    return text
