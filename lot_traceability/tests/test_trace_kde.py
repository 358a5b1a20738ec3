import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..documents import epcis_file, kde, kde_file, kde_rows
from ..evidence import facts
from .test_lot_conversion import ConversionCase


@tagged("post_install", "-at_install")
class TestKde(BaseCase):
    """The columns of the rule, without a database."""

    def column(self, sheet, name):
        number = kde.SHEETS[sheet].index(name)
        return openpyxl.utils.get_column_letter(number + 1)

    def test_columns_stand_where_the_example_workbook_has_them(self):
        for sheet in ("Receiving", "Shipping"):
            self.assertEqual(self.column(sheet, "tlc"), "A")
            self.assertEqual(self.column(sheet, "date"), "X")
            self.assertEqual(self.column(sheet, "tlc_source_name"), "Y")
            self.assertEqual(self.column(sheet, "tlc_source_reference"), "AF")
            self.assertEqual(self.column(sheet, "document_2"), "AJ")
        self.assertEqual(self.column("Transformation", "new_tlc"), "J")
        self.assertEqual(self.column("Transformation", "date_completed"), "S")
        self.assertEqual(self.column("Transformation", "document_2"), "AE")

    def test_what_is_missing_is_named(self):
        row = kde.get_row("Receiving", {"tlc": "L-1", "quantity": 2})
        self.assertEqual(row[:2], ["L-1", 2])
        missing = row[-1].split(", ")
        self.assertIn("UoM", missing)
        self.assertIn("Previous source phone", missing)
        self.assertIn("TLC source", missing)
        self.assertNotIn("Previous source state", missing)
        self.assertNotIn("Brand", missing)

    def test_complete_row(self):
        values = dict.fromkeys(kde.SHEETS["Shipping"], "x")
        self.assertEqual(kde.get_row("Shipping", values)[-1], "ok")

    def test_rows_are_counted_before_they_are_made(self):
        def made(count, kind, **more):
            fact = {"kind": kind, "company_id": 1, "document_name": "MO/1"}
            return [fact | {"document_model": "mrp.production"} | more] * count

        for expected, found in (
            (3, made(3, "shipment") + made(2, "scrap") + made(4, "counted_in")),
            (4, made(1, "transfer") + made(1, "dropship")),
            # each pair of an order, and of no other
            (6, made(3, "used") + made(2, "made")),
            (1, made(1, "used") + made(1, "made") + made(5, "made", company_id=2)),
            (0, made(3, "used", document_model="repair.order")),
            (1_000_000, made(1000, "used") + made(1000, "made")),
        ):
            self.assertEqual(kde_rows.count_rows(found), expected)


@tagged("post_install", "-at_install")
class TestTraceKde(ConversionCase):
    def setUp(self):
        super().setUp()
        self.env.user.tz = "UTC"
        self.build.warehouse.partner_id.tz = "America/New_York"
        self.vendor.write(
            {"phone": "0012", "street": "=1 Farm Road", "city": "Ames", "zip": "05001"}
        )
        self.build.receive(
            (self.product, "K-1"), 10, self.vendor, at="2026-01-06 03:00"
        )
        self.lot = self.build.lot(self.product, "K-1")
        self.convert("relabel", [(self.lot, 6)], [((self.product, "K-2"), 6)])
        self.new = self.build.lot(self.product, "K-2")
        self.build.deliver(self.new, 4, self.customer)

    def sheets(self, lots):
        content = kde_file.get_xlsx(lots)
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", cell.coordinate)
        tables = {}
        for sheet in book:
            rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
            tables[sheet.title] = [
                dict(zip(rows[0], row, strict=True)) for row in rows[1:]
            ]
        return tables

    def test_what_is_too_large_is_refused_before_the_work(self):
        """By its trace, and by the rows of its orders: each pair of what went in and
        what came out is one."""
        limit = self.env["ir.config_parameter"].set_param
        limit("lot_traceability.kde_row_limit", 3)
        with self.assertRaisesRegex(UserError, "more than 3 rows"):
            kde_file.get_xlsx(self.lot)
        limit("lot_traceability.kde_row_limit", 100)
        numbers = [f"N-{number}" for number in range(9)]
        self.build.receive((self.product, "K-8"), 45, self.vendor)
        source = self.build.lot(self.product, "K-8")
        self.convert(
            "relabel",
            [(source, 5)] * 9,
            [((self.product, number), 5) for number in numbers],
        )
        self.assertTrue(kde_file.get_xlsx(source))
        limit("lot_traceability.kde_row_limit", 80)
        made = AssertionError("a row was made")
        with (
            patch.object(kde_rows.KdeRows, "get_rows", side_effect=made),
            self.assertRaisesRegex(UserError, "more than 80 rows"),
        ):
            kde_file.get_xlsx(source)

    def test_receiving(self):
        self.lot.supplier_number = "FARM-9"
        (row,) = self.sheets(self.lot)["Receiving"]
        self.assertEqual(row["TLC"], "FARM-9")
        self.assertEqual(row["Internal number"], "K-1")
        self.assertEqual((row["Quantity"], row["UoM"]), (10, "Units"))
        self.assertEqual(row["Previous source name"], "Vendor")
        self.assertEqual(row["Previous source phone"], "0012")
        self.assertEqual(row["Previous source street"], "=1 Farm Road")
        self.assertEqual(row["Previous source zip"], "05001")
        self.assertEqual(row["Date"], "2026-01-05")
        self.assertIn("TLC source", row["Missing"])
        self.assertIn("Previous source country", row["Missing"])

    def test_transformation_and_shipping(self):
        sheets = self.sheets(self.new)
        (row,) = sheets["Transformation"]
        self.assertEqual((row["Input TLC"], row["New TLC"]), ("K-1", "K-2"))
        self.assertEqual((row["Quantity used"], row["Quantity produced"]), (6, 6))
        (shipped,) = sheets["Shipping"]
        self.assertEqual(shipped["TLC"], "K-2")
        self.assertEqual(shipped["Subsequent recipient name"], "Customer")
        warehouse = self.build.warehouse.partner_id
        self.assertEqual(shipped["TLC source name"], warehouse.display_name)
        self.assertNotIn("TLC source", shipped["Missing"].split(", "))

    def test_what_gets_a_new_code(self):
        """By 21 CFR 1.1310 a new label, a new pack and a mixture are a transformation;
        what is only divided keeps its code."""
        (self.lot | self.new).supplier_number = "FARM-9"
        product, sheets = self.product, self.sheets(self.new)
        (row,) = sheets["Transformation"]
        self.assertEqual((row["Input TLC"], row["New TLC"]), ("FARM-9", "K-2"))
        (shipped,) = sheets["Shipping"]
        self.assertEqual((shipped["TLC"], shipped["Internal number"]), ("K-2", "K-2"))
        self.assertNotIn("TLC source", shipped["Missing"].split(", "))
        self.convert("split", [(self.new, 2)], [((product, "K-3"), 2)])
        part = self.build.lot(product, "K-3")
        self.build.deliver(part, 1, self.customer)
        sheets = self.sheets(part)
        self.assertEqual(len(sheets["Transformation"]), 1)
        row = next(row for row in sheets["Shipping"] if row["Internal number"] == "K-3")
        self.assertEqual(row["TLC"], "K-2")
        self.assertTrue(row["TLC source name"])
        self.convert("repack", [(part, 1)], [((product, "K-4"), 1)])
        repacked = self.build.lot(product, "K-4")
        rows = self.sheets(repacked)["Transformation"]
        self.assertIn(("K-2", "K-4"), [(r["Input TLC"], r["New TLC"]) for r in rows])

    def test_events_are_those_of_epcis(self):
        document = epcis_file.get_document(self.lot)
        told = {event["eventID"] for event in document["epcisBody"]["eventList"]}
        sheets = self.sheets(self.lot)
        names = ("Receiving", "Shipping", "Transformation")
        self.assertEqual({row["Event"] for name in names for row in sheets[name]}, told)

    def test_what_nobody_wrote_down_is_read_and_not_written(self):
        """A file is the same before and after the scheduler has come, and asking for
        it writes nothing."""
        before = self.sheets(self.lot)
        del before["Glossary"]
        self.env.cr.execute("DELETE FROM lot_trace_fact")
        with patch.object(facts, "copy_rows", side_effect=AssertionError("written")):
            now = self.sheets(self.lot)
        self.assertEqual({name: now[name] for name in before}, before)

    def test_what_was_written_down_is_not_told_anew(self):
        move = type(self.env["stock.move"])
        with patch.object(move, "_get_source_document", side_effect=AssertionError):
            kde_file.get_xlsx(self.lot)

    def test_queries_do_not_grow_with_the_lots(self):
        """Whether written down or not: as many for nine lots as for three."""

        def count(size):
            self.build.receive((self.product, f"G-{size}"), 9 * size, self.vendor)
            source = self.build.lot(self.product, f"G-{size}")
            news = [((self.product, f"H-{size}-{n}"), 9) for n in range(size)]
            self.convert("repack", [(source, 9)] * size, news)
            for (_product, name), _quantity in news:
                lot = self.build.lot(self.product, name)
                self.build.deliver(lot, 4, self.build.partner(f"Customer of {name}"))
            found = []
            for query in ("SELECT 1", "DELETE FROM lot_trace_fact"):
                self.env.cr.execute(query)
                self.env.flush_all()
                self.env.invalidate_all()
                queries = self.env.cr.sql_log_count
                kde_file.get_xlsx(source)
                found.append(self.env.cr.sql_log_count - queries)
            return found

        count(1)
        self.assertEqual(count(9), count(3))

    def test_glossary(self):
        rows = self.sheets(self.lot)["Glossary"]
        texts = {text for row in rows for text in row.values()}
        self.assertIn(kde.GLOSSARY["tlc"], texts)
