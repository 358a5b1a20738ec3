import base64
import io
from datetime import date, datetime, time, timedelta

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..imports import file
from ..imports.table_file import read_table
from .lot_import_common import LotImportCase


@tagged("post_install", "-at_install")
class TestLotImportCheck(LotImportCase):
    """The dry run: what rows mean, and all that is wrong, without writing anything."""

    def test_nothing_is_written(self):
        lots, moves = self.env["stock.lot"], self.env["stock.move"]
        before = lots.search_count([]), moves.search_count([])
        document = self.load("RAW,L1,5", "DEV,S1,1", "DEV,S2,1")
        self.assertEqual((lots.search_count([]), moves.search_count([])), before)
        self.assertRecordValues(
            document,
            [
                {
                    "state": "checked",
                    "row_count": 3,
                    "error_count": 0,
                    "product_count": 2,
                    "number_count": 3,
                    "quantity": 7,
                }
            ],
        )

    def test_headers_of_other_programs(self):
        for header in (
            "SKU,Serial No,Quantity",
            "Item Code,Batch number,On Hand",
            "Part No.,Lot No.,Qty",
            "Article Number,S/N,Quantity on hand",
            "Product Code,Lot #,QTY",
            "Part Nr.,Serial Nr.,Stock Qty",
            "Material No.,Lot/Batch Number,Available Qty",
            "Artikelnummer,Chargennummer,Menge",
            "Référence,N° de lot,Quantité",
            "Default Code,lot_name,qty",
            "Item Name,Batch/Lot,Counted Quantity",
            "SKU,Serial No,Qty On Hand",
            "Material,Batch Number,Unrestricted",
            "sku_code,lot_no,stock_qty",
            "ProductCode,LotNumber,QtyAvailable",
            "product_id/default_code,name,quantity",
            "Internal Reference,Lot/Serial Number,Quantity",
            "Referencia interna,Número de serie,Cantidad",
            "Codice,Lotto,Quantità",
            "Référence interne,Numéro de lot,Quantité",
            "Artikelnummer,Partijnummer,Aantal",
            "Produto,Lote,Quantidade",
            "Artikel,Batchnummer,Antal",
            "Product / Internal Reference,Name,Qty",
            "品番,ロット番号,数量",
            "Part Number,Serial Number,Bin Qty",
            "ASIN,Batch ID,Units",
            "Product SKU,Batch #,Total Qty",
            "No.,Lot No.,Remaining Quantity",
            "MATNR,CHARG,LABST",
            "ItemCode,DistNumber,Quantity",
            "Material,Batch,Unrestricted-Use Stock",
        ):
            document = self.load("RAW,L1,5", header=header)
            self.assertEqual(document.error_count, 0, header)
            self.assertEqual(document.quantity, 5, header)
        # what is about something else is not guessed
        for label in ("Product Category", "Lot Expiry", "Item Price", "Batch Type"):
            document = self.load("RAW,L1,5,x", header=f"Product,Number,Qty,{label}")
            self.assertEqual(document.unused_columns, label)

    def test_product_as_odoo_writes_it(self):
        document = self.load(f"[RAW] {self.product.name},L1,5", "[NIX] Raw,L2,5")
        self.assertEqual(list(self.errors(document)), [3])

    def test_products_and_places_as_people_write_them(self):
        self.product.write({"name": "Raw Äpfel", "barcode": "4006381333931"})
        for text in ("Raw  Äpfel", "raw a\u0308pfel", "RAW\u200b", "04006381333931"):
            document = self.load([text, "L1", "5"])
            self.assertFalse(self.errors(document), text)
        name = self.stock.complete_name
        for text in (name.replace("/", " / "), f"{name.lower()}/", f"{name}\u200b"):
            header = "Product,Number,Quantity,Location"
            document = self.load(["RAW", "L1", "5", text], header=header)
            self.assertFalse(self.errors(document), text)
            self.assertEqual(document.row_ids.location_id, self.stock, text)

    def test_labels_and_signs_alone_are_no_numbers(self):
        gtin = "09506000134352"
        for text in (
            f"(01){gtin}(10)AB1",
            f"01{gtin}10AB1",
            f"]C101{gtin}10AB1",
            f"01 {gtin} 10 AB1",
            f"(02){gtin}(37)5(10)AB1",
            f"https://id.gs1.org/01/{gtin}/10/AB1",
        ):
            self.assertIn("GS1 label", self.error(["RAW", text, "1"]), text)
        for text in ("-", "...", "??", "_", "★"):
            error = self.error(["RAW", text, "1"], expressions="never")
            self.assertIn("neither a letter nor a digit", error, text)
        for text in (f"(01){gtin}", "(10)AB1", "0104711", "http://x.example/7", "#7"):
            self.assertFalse(self.errors(self.load(["RAW", text, "1"])), text)

    def test_what_spreadsheets_write_for_nothing_and_for_texts(self):
        for text in ("#N/A", "TRUE", "NULL", "nan"):
            self.assertIn("no value", self.error(["RAW", text, "1"]), text)
        document = self.load(
            ["RAW", '="00123"', "1"], ["RAW", "'00125", "1"], expressions=False
        )
        self.assertEqual(self.numbers(document), [["00123"], ["00125"]])

    def test_cells_as_a_spreadsheet_keeps_them(self):
        """Numbers as they are shown; what was made of a number is refused."""
        rows = (
            (456, "00000", "00456"),
            (456, "General", "456"),
            (456, "@", "456"),
            (42, '"SN-"0000', "SN-0042"),
            (12.1, "0.00", "12.10"),
            (0.1 + 0.2, "General", "0.3"),
            (123456789012345, "0", "123456789012345"),
            (1230000000000, "0.00E+00", "1230000000000"),
            (1234567890123456, "0", "made up"),
            (datetime(2026, 1, 2), "dd-mmm", "for a date or a time"),
            (date(2026, 1, 2), "yyyy-mm-dd", "for a date or a time"),
            (time(12, 30), "hh:mm", "for a date or a time"),
            (timedelta(hours=30), "[h]:mm", "for a date or a time"),
            (True, "General", "no value"),
            ("#NV", "General", "no value"),
            ("#N/D", "General", "no value"),
            ("VRAI", "General", "no value"),
            ("1,23E+12", "@", "shortened"),
            ("１.２３e+12", "@", "shortened"),
            ("'00125", "@", "00125"),
            (" L\u200b1 ", "@", "L1"),
            ("L" * 501, "@", "too long"),
            ("=1+1", "General", "is a formula"),
            (456, "00,000", "otherwise than it is kept"),
            (456, "00000_)", "00456"),
        )
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.append(["Product", "Number", "Expiration Date"])
        for position, (value, number_format, _expected) in enumerate(rows, start=2):
            sheet.cell(position, 1, "RAW")
            cell = sheet.cell(position, 2, value)
            if isinstance(value, str):
                cell.data_type = "s"
            cell.number_format = number_format
        stream = io.BytesIO()
        workbook.save(stream)
        document = self.load_bytes(stream.getvalue(), "cells.xlsx")
        self.assertEqual(len(document.row_ids), len(rows))
        for (value, number_format, expected), row in zip(
            rows, document.row_ids, strict=True
        ):
            found = row.message or row.numbers[0]
            check = self.assertIn if row.message else self.assertEqual
            check(expected, found, (value, number_format))

    def test_dates_in_cells_are_dates_where_dates_belong(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("no expiration dates")
        self.product.use_expiration_date = True
        workbook = openpyxl.Workbook()
        workbook.active.append(["Product", "Number", "Expiration Date"])
        workbook.active.append(["RAW", "L1", date(2030, 1, 2)])
        stream = io.BytesIO()
        workbook.save(stream)
        document = self.load_bytes(stream.getvalue(), "dates.xlsx")
        self.assertFalse(document.error_count, document.row_ids.message)
        self.assertIn("2030", document.row_ids.values_text)

    def test_all_errors_at_once_by_row(self):
        document = self.load("NIX,L1,5", "RAW,,x", "RAW,L2,3", "RAW,TBD,-1", "RAW,L2,1")
        errors = self.errors(document)
        self.assertEqual(list(errors), [2, 3, 5, 6])
        self.assertIn("Product “NIX”: no product has this reference", errors[2])
        self.assertIn("Number is empty: write the number", errors[3])
        self.assertIn("Quantity “x”: this is not clearly a number", errors[3])
        self.assertIn("is a placeholder", errors[5])
        self.assertIn("Quantity “-1”: write 0 or more", errors[5])
        self.assertIn("L2 is in row 4 already", errors[6])
        self.assertEqual((document.error_count, document.number_count), (4, 1))

    # -- columns --------------------------------------------------------
    def test_columns_in_any_order_and_spelling(self):
        for header in (
            "Number,PRODUCT, quantity ",
            "lot / serial number,Product,Qty",
            "Serial,product_id,On Hand Quantity",
        ):
            document = self.load("L1,RAW,5", header=header)
            self.assertEqual(document.error_count, 0, header)
            self.assertEqual(document.quantity, 5, header)

    def test_translated_columns(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.model.fields"]._get("stock.lot", "ref").with_context(
            lang="fr_FR"
        ).field_description = "Référence maison"
        self.manager.lang = "fr_FR"
        document = self.load("RAW,L1,X", header="Product,Number,RÉFÉRENCE MAISON")
        self.assertEqual(document.row_ids.lot_values, {"ref": "X"})

    def test_missing_column(self):
        with self.assertRaisesRegex(UserError, "no column Lot/Serial Number(.|\n)*Qty"):
            self.load("RAW,5", header="Product,Qty")

    def test_column_twice(self):
        with self.assertRaisesRegex(UserError, "“Lot” and “Serial” are the same"):
            self.load("RAW,1,2", header="Product,Lot,Serial")

    def test_unknown_columns_are_named(self):
        document = self.load("RAW,L1,x,", header="Product,Number,Colour,")
        self.assertEqual(document.unused_columns, "Colour")
        self.assertFalse(document.error_count)

    def test_too_many_cells(self):
        document = self.load("RAW,L1,1,5")
        self.assertIn("4 cells, the header has 3", self.errors(document)[2])

    def test_columns_are_guessed_shown_and_corrected(self):
        content = b"Prodct;Whatever;How many;MHD\nRAW;L1;5;\nRAW;L2;7;\n"
        model = self.env["lot.import"].with_user(self.manager)
        document = model.create({"file": base64.b64encode(content), "file_name": "x"})
        columns = document.column_ids
        self.assertEqual(
            [(c.label, c.sample, c.meaning, c.is_guess) for c in columns[:2]],
            [("Prodct", "RAW", "product", True), ("Whatever", "L1", False, False)],
        )
        self.assertEqual(document.guessed_columns, "Prodct")
        with self.assertRaisesRegex(UserError, "Say under “Columns” what they are"):
            document.action_check()
        columns[1].meaning = "number"
        columns[2].meaning = "quantity"
        document.action_check()
        self.assertEqual(self.numbers(document), [["L1"], ["L2"]])
        self.assertEqual(document.quantity, 12)
        # another meaning, another check
        columns[2].meaning = False
        self.assertEqual(document.state, "draft")
        document.action_check()
        self.assertEqual(document.quantity, 0)
        # the columns are those of the file
        for values in ({"label": "X"}, {"position": 5}, {"is_guess": True}):
            with self.assertRaises(UserError):
                columns[1].write(values)
        with self.assertRaises(UserError):
            columns.create({"import_id": document.id, "meaning": "ref"})
        document.action_import()
        with self.assertRaisesRegex(UserError, "has been started"):
            columns[0].meaning = False

    def test_two_columns_of_one_meaning_can_be_told_apart(self):
        model = self.env["lot.import"].with_user(self.manager)
        content = base64.b64encode(b"Product,Lot,Serial\nRAW,1,2\n")
        document = model.create({"file": content, "file_name": "x.csv"})
        document.column_ids[1].meaning = False
        document.action_check()
        self.assertEqual(self.numbers(document), [["2"]])

    # -- products -------------------------------------------------------
    def test_letter_case_of_products_and_places_does_not_matter(self):
        self.product.name = "Rohstoff Äpfel"
        rows = (
            ["raw", "L1", "1", "shelf-1"],
            ["rohstoff äpfel", "L2", "1", self.shelf.complete_name.upper()],
            ["[raw] whatever", "L3", "1", ""],
            ["raw-barcode", "L4", "1", ""],
        )
        document = self.load(*rows, header="Product,Number,Quantity,Location")
        self.assertFalse(self.errors(document))
        self.assertEqual(document.row_ids.product_id, self.product)
        self.assertEqual(document.row_ids[:2].location_id, self.shelf)
        # what is written exactly so counts first
        other = self.build.product("Other", default_code="raw")
        document = self.load("raw,L1,1", "RAW,L1,1", "Raw,L2,1")
        self.assertEqual(
            [row.product_id for row in document.row_ids[:2]], [other, self.product]
        )
        self.assertIn("this can be", self.errors(document)[4])

    def test_product_by_reference_barcode_and_name(self):
        document = self.load("RAW,L1,1", "RAW-BARCODE,L2,1", "Device,S1,1")
        self.assertEqual(
            [row.product_id for row in document.row_ids],
            [self.product, self.product, self.serial_product],
        )

    def test_ambiguous_product(self):
        self.build.product("Twin", barcode="T1")
        self.build.product("Other", default_code="Twin", barcode="T2")
        text = self.error("Twin,L1,1")
        self.assertIn("this can be Twin T1, [Twin] Other T2; write", text)

    def test_untracked_product(self):
        self.build.product("Loose", tracking="none")
        self.assertIn("this product is not tracked", self.error("Loose,L1,1"))

    def test_product_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.build.product("Foreign", company_id=other.id)
        self.manager.company_ids += other
        self.assertIn("no product has this", self.error("Foreign,L1,1"))

    # -- locations ------------------------------------------------------
    def test_locations(self):
        document = self.load(
            ["RAW", "L1", "1", self.shelf.complete_name],
            "RAW,L2,1,SHELF-1",
            "RAW,L3,1,",
            header="Product,Number,Quantity,Location",
        )
        self.assertEqual(
            [row.location_id for row in document.row_ids],
            [self.shelf, self.shelf, self.stock],
        )

    def test_wrong_locations(self):
        header = "Product,Number,Quantity,Location"
        self.assertIn(
            "there is no such location", self.error("RAW,L1,1,Moon", header=header)
        )
        customers = self.build.customers.complete_name
        self.assertIn(
            "goods cannot be in stock here",
            self.error(["RAW", "L1", "1", customers], header=header),
        )

    def test_location_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        place.lot_stock_id.barcode = "FOREIGN"
        header = "Product,Number,Quantity,Location"
        row = "RAW,L1,1,FOREIGN"
        # who may not see the company does not learn that there is such a place
        self.assertIn("there is no such location", self.error(row, header=header))
        self.manager.company_ids += other
        document = self.env["lot.import"].with_user(self.manager)
        document = document.with_context(
            allowed_company_ids=[self.env.company.id, other.id]
        ).create({"file": base64.b64encode(f"{header}\n{row}".encode())})
        document.action_check()
        self.assertIn("belongs to Other", self.errors(document)[2])

    # -- quantities -----------------------------------------------------
    def test_quantity_of_serials(self):
        document = self.load("DEV,S1,", "DEV,S2,1", "DEV,S3-S5,3", "DEV,S6-S7,")
        self.assertEqual(
            self.numbers(document), [["S1"], ["S2"], ["S3", "S4", "S5"], ["S6-S7"]]
        )
        self.assertEqual(document.quantity, 6)
        for quantity in ("0", "2", "1.5"):
            self.assertIn("Quantity", self.error(f"DEV,S1,{quantity}"), quantity)
        error = self.error("DEV,S1+1,5")
        self.assertIn("serial numbers in this row: 1", error)
        self.assertIn("As a list, S1+1 gives 2", error)

    def test_quantity_of_lots_is_that_of_each_number(self):
        document = self.load("RAW,L1-L3,2.5", expressions="always")
        self.assertEqual((document.number_count, document.quantity), (3, 7.5))

    def test_rounding(self):
        self.assertIn("is counted in steps of", self.error("RAW,L1,1.00001"))

    def test_quantity_in_the_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        document = self.load(["RAW", "L1", "1,5"], ["RAW", "L2", "1.000"])
        self.assertEqual(document.row_ids[0].quantity, 1.5)
        self.assertEqual(list(self.errors(document)), [3])

    # -- numbers --------------------------------------------------------
    def test_expressions(self):
        self.product.lot_sequence_id = False
        self.build.lot(self.product, "L-7")
        document = self.load(
            ["RAW", "SN/01-SN/03", "1"],
            ["RAW", "10+3", "1"],
            ["RAW", "~", "1"],
            ["RAW", "~+1", "1"],
            ["RAW", "A, B", "1"],
            ["RAW", "LOT A 12", "1"],
            ["RAW", "L-9", "1"],
            expressions="always",
        )
        self.assertFalse(self.errors(document))
        self.assertEqual(
            self.numbers(document),
            [
                ["SN/01", "SN/02", "SN/03"],
                ["10", "11", "12", "13"],
                ["L-8"],
                ["L-10", "L-11"],
                ["A", "B"],
                ["LOT A 12"],
                ["L-9"],
            ],
        )

    def test_next_numbers_go_on_in_the_next_batch(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability.import_batch_size", "2"
        )
        self.product.lot_sequence_id = False
        self.build.lot(self.product, "L-7")
        document = self.load(
            *["RAW,~,1", "RAW,~,1", "RAW,~,1", "RAW,~+1,1"], expressions="always"
        )
        self.assertEqual(
            self.numbers(document), [["L-8"], ["L-9"], ["L-10"], ["L-11", "L-12"]]
        )

    def test_numbers_as_they_stand(self):
        document = self.load("RAW,10+3,1", "RAW,2-5,1", expressions=False)
        self.assertEqual(self.numbers(document), [["10+3"], ["2-5"]])
        error = self.error(["RAW", "A\nB", "1"], expressions=False)
        self.assertIn("write it in one line", error)
        # one piece has one number
        self.assertEqual(self.numbers(self.load("DEV,2-5,1")), [["2-5"]])

    def test_a_list_only_where_it_gives_the_quantity_of_serials(self):
        self.product.lot_sequence_id = False
        self.build.lot(self.product, "L-7")
        rows = (
            # lots: what can be a number is one, whatever the quantity
            (["RAW", "25-47", "100"], ["25-47"]),
            (["RAW", "05-12", "8"], ["05-12"]),
            (["RAW", "2026-0042", "5"], ["2026-0042"]),
            (["RAW", "10+3", "4"], ["10+3"]),
            (["RAW", "_TS4 - 2021", "1"], ["_TS4 - 2021"]),
            (["RAW", "~", "50"], ["L-8"]),
            (["DEV", "9-5", "1"], ["9-5"]),
            (["DEV", "25-27", "1"], ["25-27"]),
            (["DEV", "25-28", ""], ["25-28"]),
            (["DEV", "S1-S3", "3"], ["S1", "S2", "S3"]),
            (["DEV", "A, B", "2"], ["A", "B"]),
            (["DEV", "70+3", "4"], ["70", "71", "72", "73"]),
        )
        document = self.load(*(row for row, _numbers in rows))
        self.assertFalse(self.errors(document))
        self.assertEqual(self.numbers(document), [numbers for _row, numbers in rows])
        self.assertEqual(document.row_ids[0].quantity, 100)
        for row in ("DEV,25-47,22", "DEV,9-5,5", "DEV,10+3,2"):
            self.assertIn("each for one piece", self.error(row), row)
        # what can be no number is refused where it does not fit
        for text, quantity in (("A, B", "5"), ("~+2", "5"), ("A\nB", "2")):
            for product in ("RAW", "DEV") if quantity == "5" else ("RAW",):
                error = self.error([product, text, quantity])
                self.assertIn("Write a row for each", error, text)

    def test_wrong_expression(self):
        self.assertIn("after the plus", self.error("RAW,9+x,1", expressions="always"))

    def test_duplicates_in_the_file(self):
        for other in ("sn-1", "ＳＮ-1", "SN-1"):
            document = self.load("DEV,SN-1,1", f"DEV,{other},1", "RAW,SN-1,1")
            errors = self.errors(document)
            self.assertEqual(list(errors), [3], other)
            # said once, in one line
            self.assertNotIn("\n", errors[3])
        # a lot can be in two places, a serial number cannot
        header = "Product,Number,Quantity,Location"
        rows = ["RAW,L1,1,", "RAW,L1,2,SHELF-1", "DEV,S1,1,", "DEV,S1,1,SHELF-1"]
        self.assertEqual(list(self.errors(self.load(*rows, header=header))), [5])

    def test_duplicates_over_products_where_numbers_are_unique_in_the_company(self):
        self.env.company.lot_number_scope = "company"
        (self.product | self.serial_product).company_id = self.env.company
        document = self.load("DEV,X-1,1", "RAW,x-1,1")
        self.assertIn("x-1 is in row 2 already", self.errors(document)[3])

    def test_a_lot_in_two_places_has_one_reference(self):
        header = "Product,Number,Location,ref"
        document = self.load(
            "RAW,L1,,A",
            "RAW,L1,SHELF-1,B",
            "RAW,L2,,A",
            "RAW,L2,SHELF-1,",
            header=header,
        )
        self.assertEqual(list(self.errors(document)), [3])

    def test_existing_numbers(self):
        self.build.lot(self.product, "L1")
        self.assertIn("L1 exists already", self.error("RAW,L1,1"))
        self.assertIn("l1 exists already", self.error("RAW,l1,1"))
        self.assertFalse(self.errors(self.load("RAW,L1,1", existing_lots="add")))
        self.assertFalse(self.errors(self.load("RAW,L1,1", existing_lots="update")))

    def test_serial_that_is_in_stock(self):
        self.build.receive((self.serial_product, "S1"), 1)
        text = self.error("DEV,S1,1", existing_lots="add")
        self.assertIn("S1 is in stock already", text)
        self.assertFalse(
            self.errors(self.load("DEV,S1,1", existing_lots="add", book_stock=False))
        )

    def test_rules_of_the_gate(self):
        self.env.company.lot_forbidden_names = "lorem"
        self.assertIn("is a placeholder", self.error("RAW,Lorem,1"))
        content = b"Product,Number\nRAW,L\x001\nRAW,L2\nRAW,L3\n"
        document = self.load_bytes(content)
        self.assertIn("cannot be stored", self.errors(document)[2])
        self.assertEqual(document.number_count, 2)

    # -- files ----------------------------------------------------------
    def test_xlsx(self):
        book = openpyxl.Workbook()
        for row in (["Product", "Number", "Quantity"], ["RAW", 4711.0, 2.0]):
            book.active.append(row)
        book.active.append(["RAW", "00123", None])
        stream = io.BytesIO()
        book.save(stream)
        document = self.load_bytes(stream.getvalue(), "lots.xlsx")
        self.assertEqual(self.numbers(document), [["4711"], ["00123"]])

    def test_cells_whose_digits_are_lost(self):
        book = openpyxl.Workbook()
        rows = (["Product", "Number", "Quantity"], ["DEV", 356938012345678901, 1])
        for row in (*rows, ["DEV", "356938012345678901", 1], ["DEV", True, 1]):
            book.active.append(row)
        book.active.append(["DEV", "L5", "=1+1"])
        stream = io.BytesIO()
        book.save(stream)
        document = self.load_bytes(stream.getvalue(), "lots.xlsx")
        errors = self.errors(document)
        self.assertEqual(list(errors), [2, 4, 5])
        # a program wrote it, and no spreadsheet has worked it out: not "nothing"
        self.assertIn("this is a formula", errors[5])
        self.assertIn("keeps 15 digits", errors[2])
        self.assertIn("no value", errors[4])

    def test_limits(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("lot_traceability.import_row_limit", "2")
        with self.assertRaisesRegex(UserError, "more than 2 rows; split it"):
            self.load("RAW,L1,1", "RAW,L2,1", "RAW,L3,1")
        with self.assertRaisesRegex(UserError, "Row 3: these are more than 2 numbers"):
            self.load("RAW,L1,1", "RAW,L2+1,1", expressions="always")

    def test_no_table(self):
        with self.assertRaisesRegex(UserError, "lots.csv: The file is empty"):
            self.load_bytes(b"\n")
        with self.assertRaisesRegex(UserError, "Choose a file first"):
            self.load_bytes(b"")
        with self.assertRaisesRegex(UserError, "neither as CSV nor as XLSX"):
            self.load_bytes(b"PK\x03\x04 no archive")

    def test_another_file_or_option_asks_for_another_check(self):
        document = self.load("RAW,L1,1")
        document.existing_lots = "add"
        self.assertEqual(document.state, "draft")
        with self.assertRaisesRegex(UserError, "now in the state “New”"):
            document.action_import()

    def test_template(self):
        for kind in ("csv", "xlsx"):
            content = file.get_template(self.env, kind)
            table = read_table(content)
            self.assertEqual(table.header[:2], ["Product", "Lot/Serial Number"])
            self.assertIn("Internal Reference", table.header)
            desk = self.build.product("Desk", "serial", default_code="DESK-01")
            if "use_expiration_date" in desk:
                desk.use_expiration_date = True
            document = self.load_bytes(content)
            self.assertEqual((document.error_count, document.number_count), (0, 3))
            self.assertFalse(document.unused_columns)
            desk.active = False

    def test_bad_rows_can_be_downloaded_corrected_and_loaded_again(self):
        for kind in ("csv", "xlsx"):
            document = self.load("RAW,=L1,x", "RAW,L2,1", kind=kind)
            content = file.get_errors(document)
            table = read_table(content)
            [(number, cells)] = list(table.rows)
            self.assertEqual(table.kind, kind)
            self.assertEqual(
                table.header, ["Product", "Number", "Quantity", "What is wrong"]
            )
            self.assertEqual((number, cells[:3]), (2, ["RAW", "=L1", "x"]))
            self.assertIn("not clearly a number", cells[3])
            again = self.load_bytes(content, f"lots.{kind}")
            self.assertFalse(again.unused_columns)
            self.assertEqual(list(self.errors(again)), [2])
            again_table = read_table(file.get_errors(again))
            self.assertEqual(again_table.header, table.header)
