import io
from datetime import date

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..imports import sheet_source
from .lot_import_common import LotImportCase

HEADER = ("Product", "Number", "Quantity")
NOT_CLEAR = "not clearly a number"
OTHERWISE = "otherwise than it is kept"
NO_QUANTITY = "as a percentage, as money or not at all"
A_DATE = "has taken this for a date or a time"


@tagged("post_install", "-at_install")
class TestLotImportFiles(LotImportCase):
    """Files as they come: each row is understood exactly, or refused with a reason."""

    def load_sheet(self, *rows, change=None, header=HEADER):
        """Check a workbook.

        :param change: what happens to the book and its first sheet
        """
        book = openpyxl.Workbook()
        for row in (header, *rows):
            book.active.append(row)
        if change:
            change(book, book.active)
        stream = io.BytesIO()
        book.save(stream)
        return self.load_bytes(stream.getvalue(), "lots.xlsx")

    def tell(self, document, name="numbers"):
        """What came of each row: a value, or what is wrong."""
        return [
            row.message or (row.numbers[0] if name == "numbers" else row[name])
            for row in document.row_ids
        ]

    def check(self, told, expected):
        self.assertEqual(len(told), len(expected))
        for found, wanted in zip(told, expected, strict=True):
            if isinstance(found, str) and found != wanted:
                self.assertIn(str(wanted), found)
            else:
                self.assertEqual(found, wanted)

    def test_quantities_in_a_text(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        flour = self.build.product("Flour by weight", uom_id=kilogram.id)
        flour.default_code = "KG"
        cases = {
            "5 kg": 5,
            "5kg": 5,
            "5.5 KG": 5.5,
            "0": 0,
            "-0": 0,
            "00005": 5,
            "0.50": 0.5,
            "1.5": 1.5,
            "\u0665": 5,
            "\uff15": 5,
            "1.25": 1.25,
            **dict.fromkeys(("5 t", "5 Units", "5 g", "kg", "$5", "5%"), NOT_CLEAR),
            **dict.fromkeys(("1 000,5", "1\u00a0000,5", "1'000.5"), NOT_CLEAR),
            **dict.fromkeys(("1.000,5", "1,000.5", "12,345", "1_000"), NOT_CLEAR),
            **dict.fromkeys(
                ("+5", "5-", "(5)", "5.", ".5", "1e3", "\u00bd"), NOT_CLEAR
            ),
            **dict.fromkeys(("5 5", "TRUE", "--5", "5\u00b2", "0x10"), NOT_CLEAR),
            "-5": "write 0 or more",
            **dict.fromkeys(("5.0000000001", "0.000000001"), "in steps of 0.01"),
        }
        document = self.load(*(["KG", f"Q{i}", text] for i, text in enumerate(cases)))
        self.check(self.tell(document, "quantity"), list(cases.values()))

    def test_the_unit_of_a_quantity(self):
        """In the header or in a column: what is not the product's is refused."""
        kilogram = self.env.ref("uom.product_uom_kgm")
        flour = self.build.product("Flour by weight", uom_id=kilogram.id)
        flour.default_code = "KG"
        grams, dozens = "the file has it in g", "the file has it in Dozens"
        for header, unit, wanted in (
            ("Quantity (kg)", "", [5000, "in kg, the product is counted in Units"]),
            ("Qty (g)", "", [grams, grams]),
            ("Menge [Stk]", "", ["the file has it in Stk", 5000]),
            ("Quantity (available)", "", [5000, 5000]),
            ("Quantity", "UoM", [grams, 5000]),
            ("Bestand", "Einheit", [grams, 5000]),
        ):
            rows = [["KG", "L1", "5000", unit and "g"], ["RAW", "L2", "5000", ""]]
            document = self.load(*rows, header=["Product", "Number", header, unit])
            self.check(self.tell(document, "quantity"), wanted)
        units = {
            "kg": 2,
            "KGS": 2,
            "Dozens": dozens,
            "pcs": "in pcs",
            "": 2,
            "x": "in x",
        }
        document = self.load(
            *(["KG", f"L{at}", "2", unit] for at, unit in enumerate(units)),
            header="Product,Number,Quantity,Unit",
        )
        self.check(self.tell(document, "quantity"), list(units.values()))

    def test_letters_of_a_file_that_does_not_say_which(self):
        """A number is not guessed: another one would be in stock."""
        which = "does not say which letters"
        for encoding, number, wanted in (
            ("cp1252", "Größe-1", "Größe-1"),
            ("latin-1", "Ü1", "Ü1"),
            ("cp850", "Ü1", which),
            ("mac-roman", "Ü1", which),
            ("cp1250", "Łódź-1", which),
            ("cp1251", "Партия-1", which),
            ("koi8-r", "Лот1", which),
            ("cp1253", "Λοτ1", which),
            ("cp1254", "Şişe1", which),
            ("shift_jis", "ロット1", "cannot be stored"),
            ("gb18030", "批号1", which),
            ("utf-8", "L\ufffd1", "cannot be stored"),
            ("utf-8", "Ü1".encode().decode("latin-1"), "cannot be stored"),
        ):
            text = f"Product,Number,Quantity\nRAW,{number},5\nRAW,L2,5\n"
            with self.subTest(encoding=encoding, number=number):
                document = self.load_bytes(text.encode(encoding))
                self.check(self.tell(document), [wanted, "L2"])
        # whose language is written with other letters
        self.env["res.lang"]._activate_lang("ru_RU")
        self.manager.lang = "ru_RU"
        document = self.load_bytes("Product,Number\nRAW,Ü1\n".encode("cp1252"))
        self.assertTrue(self.errors(document))

    def test_marks_of_thousands_that_fit_the_file(self):
        """1.000 is one where a comma parts the cells, and nothing sure where a
        semicolon does."""
        for delimiter, wanted in ((",", 1), (";", NOT_CLEAR), ("\t", 1)):
            rows = (HEADER, ["RAW", "L1", "1.000"], ["RAW", "L2", "0.500"])
            text = "\n".join(delimiter.join(row) for row in rows)
            document = self.load_bytes(text.encode())
            self.check(self.tell(document, "quantity"), [wanted, 0.5])
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        texts = ("1.000", "1,000", "0,5")
        rows = [["RAW", f"L{i}", text] for i, text in enumerate(texts)]
        document = self.load(*rows)
        self.assertEqual([row.quantity for row in document.row_ids], [0, 0, 0.5])
        self.assertEqual(list(self.errors(document)), [2, 3])
        document = self.load_sheet(*rows, ["RAW", "L9", 1.25])
        self.assertEqual([row.quantity for row in document.row_ids], [0, 1, 0.5, 1.25])
        self.assertEqual(list(self.errors(document)), [2])

    def test_numbers_in_a_text(self):
        cases = {
            **{text: text for text in ("1/2", "1-2", "MAR1", "JAN-25", "2026-01-02")},
            **{text: text for text in ("01/02/2026", "12:30", "+1", "-1", "@x", "A,2")},
            "'00126": "00126",
            "'A7'": "A7",
            '"A8"': "A8",
            "\ufeffA9": "A9",
            **dict.fromkeys(("2-Jan", "02. Jan", "Jan-02", "02-janv", "1-Mrz"), A_DATE),
            **dict.fromkeys(("2026-01-03 00:00:00", "2026-01-03T00:00:00.000"), A_DATE),
            **dict.fromkeys(("Total", "SUMME:", "Grand total"), "names a total"),
            **dict.fromkeys(
                ("Serial Number", "Lot/Serial No."), "heading of the column"
            ),
            **dict.fromkeys(("=1+1", "=A1"), "this is a formula"),
            "A,2": "these are 2 numbers",
        }
        document = self.load(*(["RAW", text, "1"] for text in cases))
        self.check(self.tell(document), list(cases.values()))
        document = self.load("DEV,SN-09..SN-11,3", "DEV,SN-01..SN-10,9")
        self.assertEqual(self.numbers(document)[0], ["SN-09", "SN-10", "SN-11"])
        self.assertIn("As a list, SN-01..SN-10 gives 10", self.errors(document)[3])
        # as they stand, if somebody says so
        document = self.load("RAW,2-Jan,1", "RAW,Total,1", expressions="never")
        self.assertEqual(self.numbers(document), [["2-Jan"], ["Total"]])

    def test_numbers_and_quantities_as_a_cell_shows_them(self):
        cases = (
            (5, "0%", OTHERWISE, NO_QUANTITY),
            (0.05, "0.00%", OTHERWISE, NO_QUANTITY),
            (1234.5, '#,##0.00 "EUR"', OTHERWISE, NO_QUANTITY),
            (5, '"$"#,##0', OTHERWISE, NO_QUANTITY),
            (5, "[$\u20ac-407]0.00", OTHERWISE, NO_QUANTITY),
            (7, ";;;", OTHERWISE, NO_QUANTITY),
            (0.5, "# ?/?", OTHERWISE, 0.5),
            (8, '0 "Units"', "8 Units", 8),
            (8.5, '0.0 "Units"', OTHERWISE, 8.5),
            (9, '0 "t"', "9 t", NOT_CLEAR),
            (9.5, '0.0 "t"', OTHERWISE, NOT_CLEAR),
            (1234, "#,##0", "1234", 1234),
            (6, "_(* #,##0_)", "6", 6),
            (3, "[$-409]0", "3", 3),
            (True, "General", "no value", NOT_CLEAR),
            # as a sheet writes what XML cannot hold
            ("L_x0041_9", "General", "LA9", NOT_CLEAR),
            ("L_x005F_x0041_9", "General", "L_x0041_9", NOT_CLEAR),
        )

        def set_formats(_book, sheet):
            for position, (_value, pattern, *_expected) in enumerate(cases, start=2):
                sheet.cell(position, 2).number_format = pattern
                sheet.cell(position + len(cases), 3).number_format = pattern

        document = self.load_sheet(
            *(["RAW", value, 1] for value, *_expected in cases),
            *(["RAW", f"L{i}", case[0]] for i, case in enumerate(cases)),
            change=set_formats,
        )
        self.check(self.tell(document)[: len(cases)], [case[2] for case in cases])
        told = self.tell(document, "quantity")[len(cases) :]
        self.check(told, [case[3] for case in cases])

    def test_cells_and_rows_that_are_not_seen_as_they_are_kept(self):
        def join_and_hide(_book, sheet):
            for cells in ("A2:A3", "C4:C5", "B6:C6"):
                sheet.merge_cells(cells)
            sheet.row_dimensions[7].hidden = True

        rows = [["RAW", f"L{number}", number] for number in range(2, 9)]
        document = self.load_sheet(*rows, change=join_and_hide)
        joined = "is joined with the one above or beside it"
        self.check(
            self.tell(document),
            ["L2", joined, "L4", joined, joined, "The row is hidden", "L8"],
        )

    def test_columns_that_are_not_seen(self):
        def hide(_book, sheet):
            sheet.column_dimensions["C"].hidden = True

        rows = (["RAW", "L1", 5], ["RAW", "L2", 5])
        document = self.load_sheet(*rows, change=hide)
        self.check(self.tell(document), ["Quantity “5”: the column is hidden"] * 2)
        # what nobody reads may be hidden
        document = self.load_sheet(
            *rows, change=hide, header=("Product", "Number", "Colour")
        )
        self.check(self.tell(document), ["L1", "L2"])
        # without any height or width
        row = b'<row r="2"/><row r="3" spans="1:3" ht="0" customHeight="1">'
        self.assertEqual(sheet_source.find_hidden(row), {3})
        column = b'<cols><col min="2" max="3" width="0"/></cols><sheetData/>'
        self.assertEqual(sheet_source.find_hidden_columns(column), {1, 2})

    def test_the_table_is_found(self):
        """Titles above it, empty rows, other sheets."""
        titles = (["Stock list"], [], ["as of", date(2026, 1, 1)], [], HEADER)
        row = ["RAW", "L1", 5]

        def add_sheet(book, sheet):
            sheet.merge_cells("A1:C1")
            book.create_sheet("Empty")
            book.create_sheet("More").append(HEADER)

        document = self.load_sheet(*titles[1:], row, header=titles[0], change=add_sheet)
        self.assertEqual((document.row_ids.row_number, document.error_count), (6, 0))
        self.assertIn("Only the first sheet is read: Sheet.", document.message)
        self.assertIn("not imported: More.", document.message)

        def hide_first(book, sheet):
            sheet.sheet_state = "hidden"
            data = book.create_sheet("Data")
            data.append(HEADER)
            data.append(row)
            book.active = 1

        document = self.load_sheet(["not", "a", "table"], change=hide_first)
        self.assertEqual(self.tell(document), ["L1"])
        self.assertFalse(document.message)
        text = "Lots;;\n\nas of;2026;\nMATNR;Batch #;Qty On Hand;\nRAW;L1;5;\n"
        document = self.load_bytes(text.encode())
        self.assertEqual(
            (document.row_ids.row_number, self.tell(document)), (5, ["L1"])
        )
        document = self.load_bytes(b"'Product','Number'\n'RAW','L1'\n")
        self.assertEqual(self.tell(document), ["L1"])

    def test_a_quote_that_is_not_closed_takes_in_no_rows(self):
        head = "Product,Number,Quantity,Note\nRAW,L1,1,x\n"
        for rows in (
            'RAW,L2,1,"5 inch\nRAW,L3,1,y\n',
            'RAW,L2,1,"5 inch\nRAW,L3,1,"6 inch\n',
            'RAW,L2,1,"a \\"b\\" c"\n',
        ):
            with self.assertRaisesRegex(UserError, "Row 3: a quotation mark"):
                self.load_bytes((head + rows).encode())
        document = self.load_bytes((head + 'RAW,"L ""2""",1,5" pipe\n').encode())
        self.assertEqual(self.tell(document), ["L1", 'L "2"'])

    def test_day_and_month_the_other_way_round(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("no expiration dates")
        self.product.use_expiration_date = True
        self.env["ir.config_parameter"].set_param(
            "lot_traceability.import_batch_size", 2
        )
        texts = ("01/02/2030", "05/05/2030", "12/31/2030", "2030-01-02", "31/01/2030")
        document = self.load(
            *(["RAW", f"L{i}", text] for i, text in enumerate(texts)),
            header="Product,Number,Expiration Date",
        )
        errors = self.errors(document)
        self.assertEqual(list(errors), [2, 6])
        self.assertIn("day and month the other way round", errors[2])
        self.assertEqual(document.error_count, 2)
        # the years of other calendars, and of programs that have none
        texts = ("2570-01-31", "1448-05-01", "9999-12-31", "1999-01-01")
        document = self.load(
            *(["RAW", f"L{i}", text] for i, text in enumerate(texts)),
            header="Product,Number,Expiration Date",
        )
        self.assertEqual(list(self.errors(document)), [2, 3, 4])
        # nothing speaks against the order of the language
        document = self.load(
            "RAW,L1,01/02/2030", header="Product,Number,Expiration Date"
        )
        self.assertIn("2030-01-02", document.row_ids.lot_values["expiration_date"])
