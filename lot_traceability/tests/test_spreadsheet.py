import io
from datetime import UTC, date, datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import openpyxl

from odoo.tests import BaseCase, tagged

from ..documents import spreadsheet
from ..documents.spreadsheet import Spreadsheet, SpreadsheetError


@tagged("post_install", "-at_install")
class TestSpreadsheet(BaseCase):
    """A large table, whose rows are written in another way than the first thousand."""

    def setUp(self):
        super().setUp()
        self.row = [
            *("=1+1", "0012", '<a> & "b"', " é\x01 ", None, False, 0, -2.5, 1e-7),
            *(date(2026, 1, 31), datetime(2026, 1, 31, 23, 30), "", True),
            datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
        ]

    def read_back(self, rows):
        book = Spreadsheet(ZoneInfo("Europe/Paris"))
        book.add_table("First", ["a"] * len(self.row), rows)
        book.add_table("Second", ["b"], [["0012"]] * 1_200)
        book = openpyxl.load_workbook(io.BytesIO(book.get_content()))
        first, second = book.worksheets
        self.assertEqual((second.max_row, second["A1201"].value), (1_201, "0012"))
        return first

    def test_all_rows_say_the_same(self):
        sheet = self.read_back([self.row] * 1_500)
        self.assertEqual((sheet.max_row, sheet.max_column), (1_501, len(self.row)))
        self.assertEqual(sheet.auto_filter.ref, "A1:N1501")
        told = {
            tuple((cell.value, cell.data_type, cell.number_format) for cell in row)
            for row in sheet.iter_rows(min_row=2)
        }
        self.assertEqual(len(told), 1)
        values = [value for value, _type, _format in told.pop()]
        self.assertEqual(values[:4], ["=1+1", "0012", '<a> & "b"', " é "])
        self.assertEqual(values[6:9], [0, -2.5, 1e-7])
        self.assertEqual(values[10], datetime(2026, 2, 1, 0, 30))
        self.assertEqual(values[13], datetime(2026, 2, 1, 0, 30))

    def test_a_text_is_written_once(self):
        tell = spreadsheet._Texts.__missing__
        told = patch.object(
            spreadsheet._Texts, "__missing__", autospec=True, side_effect=tell
        )
        with told as method:
            self.read_back([["one", "two", number % 7] for number in range(5_000)])
        self.assertEqual(method.call_count, 3)

    def test_what_does_not_fit_is_refused(self):
        for value in ("x" * 32_768, "🍎" * 16_384, float("nan")):
            for number in (1, 1_500):
                rows = [[1]] * number + [[value]]
                with (
                    self.subTest(number=number),
                    self.assertRaises((SpreadsheetError, TypeError)),
                ):
                    Spreadsheet().add_table("Sheet", ["a"], rows)
        Spreadsheet().add_table("Sheet", ["a"], [["🍎" * 16_383]] * 1_002)
