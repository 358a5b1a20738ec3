import io
import time
import zipfile
from datetime import date, datetime

import openpyxl

from odoo.tests import BaseCase, tagged

from ..imports.cell_values import read_date, read_quantity
from ..imports.table_file import (
    FORMULA,
    BrokenText,
    InexactNumber,
    ShownOtherwise,
    TableFileError,
    cell_text,
    guard,
    read_table,
    unguard,
    write_table,
)


@tagged("post_install", "-at_install")
class TestTableFile(BaseCase):
    def rows(self, data, **limits):
        return list(read_table(data, **limits).rows)

    def code(self, data, **limits):
        with self.assertRaises(TableFileError) as caught:
            self.rows(data, **limits)
        return caught.exception.code

    def xlsx(self, *rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def test_encodings(self):
        text = "Product,Number\nMüsli,Ä-1\n"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            table = read_table(text.encode(encoding))
            self.assertEqual(table.header, ["Product", "Number"], encoding)
            self.assertEqual(list(table.rows), [(2, ["Müsli", "Ä-1"])], encoding)
        for encoding in ("utf-16-le", "utf-16-be"):
            self.assertEqual(
                self.rows(text.encode(encoding)), [(2, ["Müsli", "Ä-1"])], encoding
            )

    def test_delimiters(self):
        for delimiter in ",;\t|":
            table = read_table(
                f'Product{delimiter}Number\nA{delimiter}"1, 2; 3"\n'.encode()
            )
            self.assertEqual(table.delimiter, delimiter)
            self.assertEqual(list(table.rows), [(2, ["A", "1, 2; 3"])])
        for text in (
            "Product;Number;Quantity\nA;L1;1,5\nB;L2;2,5\n",
            'Product;Number\n"A; B";"1,2"\n',
            "Product;Number\nA, old, blue;L1\n",
            "Product;Number\rA;L1\r",
        ):
            self.assertEqual(read_table(text.encode()).delimiter, ";", text)
        self.assertEqual(self.rows(b"sep=;\nA,B;C\n1;2\n"), [(3, ["1", "2"])])
        self.assertEqual(read_table(b"Number\n1\n").header, ["Number"])

    def test_row_numbers_are_those_of_the_spreadsheet(self):
        self.assertEqual(
            self.rows(b'\nA,B\n\n1,"two\nlines"\n , \n3,4\n'),
            [(4, ["1", "two\nlines"]), (6, ["3", "4"])],
        )

    def test_xlsx_cells(self):
        data = self.xlsx(
            ["A", "B", "C", "D"],
            [123.0, "00123", 12.5, None],
            [None, None, None, None],
            [date(2026, 12, 31), datetime(2026, 12, 31, 8, 30), True, " x "],
            [2**60, 1e-7, 1e20, "=1+1"],
        )
        table = read_table(data)
        self.assertEqual((table.kind, table.header), ("xlsx", ["A", "B", "C", "D"]))
        self.assertEqual(
            list(table.rows),
            [
                (2, ["123", "00123", "12.5"]),
                (4, ["2026-12-31", "2026-12-31 08:30:00", "TRUE", "x"]),
                # nobody has calculated the formula: that is not an empty cell
                (5, [str(2**60), "0.0000001", "1" + "0" * 20, FORMULA]),
            ],
        )

    def test_xlsx_numbers_as_they_are_shown(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["Product", "Number"])
        cells = (
            (456, "00000", "00456"),
            (1234567, "00000", "1234567"),
            (42, '"SN-"0000', "SN-0042"),
            (123456789, "00000-0000", "12345-6789"),
            (7, "000;-000;0", "007"),
            (7, "[Red]000", "007"),
            (4711, "General", "4711"),
            (4711, "0", "4711"),
            (4711, "#,##0", "4711"),
            (0.5, "0.00", "0.50"),
            (True, "General", "TRUE"),
            (456, "00000_)", "00456"),
            # shown with zeros in front, in ways that are not known here
            (456, "0000.0", ShownOtherwise("456")),
            (456, "00,000", ShownOtherwise("456")),
            (456, "0*x00000", ShownOtherwise("456")),
            (5, "00##", ShownOtherwise("5")),
            (-5, "000", ShownOtherwise("-5")),
            (456, "[<1000]0000;00000", ShownOtherwise("456")),
            (45678, "0000.0", "45678"),
        )
        for value, pattern, _text in cells:
            sheet.append(["A", value])
            sheet.cell(sheet.max_row, 2).number_format = pattern
        stream = io.BytesIO()
        book.save(stream)
        rows = [row[1] for _number, row in self.rows(stream.getvalue())]
        self.assertEqual(rows, [text for _value, _pattern, text in cells])
        self.assertEqual(list(map(type, rows)), [type(cell[2]) for cell in cells])

    def test_zero_bytes_are_in_their_cell_alone(self):
        data = b"A,B\n1,L\x001\n2,L2\n" + b"3,ok\n" * 9
        rows = [row[1] for _number, row in self.rows(data)]
        self.assertEqual(rows[:2], ["L1", "L2"])
        self.assertEqual([type(text) for text in rows[:2]], [BrokenText, str])

    def test_a_cell_with_more_digits_than_it_keeps(self):
        for value in (356938012345678901, 1e15, -1e16):
            self.assertIsInstance(cell_text(value), InexactNumber, value)
        for value in (356938012345678, 12.5, "356938012345678901"):
            self.assertNotIsInstance(cell_text(value), InexactNumber, value)

    def test_limits(self):
        data = b"A\n1\n2\n3\n"
        self.assertEqual(len(self.rows(data, row_limit=3)), 3)
        self.assertEqual(self.code(data, row_limit=2), "too_many_rows")
        self.assertEqual(self.code(data, size_limit=7), "too_large")

    def test_bomb(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 10**7)
        self.assertEqual(self.code(stream.getvalue(), size_limit=10**5), "too_large")

    def test_not_readable(self):
        self.assertEqual(self.code(b""), "empty")
        self.assertEqual(self.code(b"\n ,\n"), "empty")
        self.assertEqual(self.code(b"PK\x03\x04 no archive"), "not_readable")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("letter.txt", "no workbook")
        self.assertEqual(self.code(stream.getvalue()), "not_readable")
        self.assertEqual(self.code(b"\x89PNG\r\n\x00\x1a" * 40), "not_readable")

    def test_formulas_are_guarded_and_come_back(self):
        for cell in ("=1+1", "+1", "-5", "@x", "\tx", "\rx"):
            self.assertEqual(guard(cell), f"'{cell}")
            self.assertEqual(unguard(guard(cell)), cell)
        for cell in ("", "x", "'x", "O'Neill"):
            self.assertEqual((guard(cell), unguard(cell)), (cell, cell))

    def test_written_and_read_again(self):
        rows = [["A", "B"], ["=cmd()", "007"], ["Ä", 'say "x"; y']]
        for kind, delimiter in (("csv", ";"), ("csv", ","), ("xlsx", ",")):
            table = read_table(write_table(kind, rows, delimiter))
            self.assertEqual([table.header, *(row for _n, row in table.rows)], rows)

    def test_written_xlsx_has_no_formula(self):
        data = write_table("xlsx", [["A"], ["=1+1"], ["007"]])
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        cells = [row[0] for row in sheet.iter_rows()]
        self.assertEqual({cell.data_type for cell in cells}, {"s"})

    def test_written_csv_is_guarded(self):
        self.assertIn(b"'=1+1", write_table("csv", [["A"], ["=1+1"]]))

    def test_no_sheet_makes_the_search_for_formulas_hang(self):
        # what comes first is in order, so that it is not refused there
        start = (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
            b'main"><dimension ref="A1:A2"/><sheetData>' + b"<row></row>" * 20_000
        )
        for cells in (
            b"<c " * 50_000 + b"<f",
            b"<c" + b' r="A1"' * 50_000 + b"<f",
            b'<c r="A1"><f/>' + b" " * 500_000,
        ):
            stream = io.BytesIO()
            with (
                zipfile.ZipFile(io.BytesIO(self.xlsx(["A"], [1]))) as book,
                zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as other,
            ):
                for name in book.namelist():
                    is_sheet = name.startswith("xl/worksheets/")
                    other.writestr(name, start + cells if is_sheet else book.read(name))
            started = time.process_time()
            self.assertEqual(self.code(stream.getvalue()), "not_readable")
            self.assertLess(time.process_time() - started, 5)

    def test_large_files_are_read_in_seconds(self):
        data = b"A,B\n" + b"10000000,x\n" * 200_000
        started = time.process_time()
        self.assertEqual(len(self.rows(data)), 200_000)
        self.assertLess(time.process_time() - started, 10)


@tagged("post_install", "-at_install")
class TestCellValues(BaseCase):
    def test_quantity(self):
        for text, value in (("3", 3), ("1.5", 1.5), ("-2", -2), ("0", 0)):
            self.assertEqual(read_quantity(text), value)
        for text in ("", "x", "1,5", "1 000", "1e5", "nan", "--1", "1\u00b2", "9" * 16):
            self.assertIsNone(read_quantity(text), text)

    def test_quantity_in_digits_of_other_scripts(self):
        for text, value in (
            *(("\u0663", 3), ("\u06f1\u06f2", 12), ("\u0967\u0968", 12)),
            *(("\uff11\uff0e\uff15", 1.5), ("-\u0662", -2)),
            *(("\u0661\u066b\u0662\u0665\u0660", 1.25), ("1\u066c000\u066b5", 1000.5)),
        ):
            self.assertEqual(read_quantity(text, ".", ","), value, text)

    def test_quantity_of_a_language(self):
        self.assertEqual(read_quantity("1,5", ",", "."), 1.5)
        self.assertEqual(read_quantity("1.5", ",", "."), 1.5)
        self.assertEqual(read_quantity("1.234", ","), 1.234)
        # a thousand, or one?
        self.assertIsNone(read_quantity("1.000", ",", "."))
        self.assertIsNone(read_quantity("1,000", ".", ","))

    def test_dates(self):
        day = datetime(2026, 3, 4, 12)
        for text in ("2026-03-04", "04/03/2026"):
            self.assertEqual(read_date(text, ["%d/%m/%Y"]), day)
        self.assertEqual(read_date("2026-03-04T08:30:00"), datetime(2026, 3, 4, 8, 30))
        self.assertEqual(read_date("2026-03-04 08:30"), datetime(2026, 3, 4, 8, 30))
        for text in ("2026-02-30", "04/03/2026", "soon", "", "20260304"):
            self.assertIsNone(read_date(text), text)
