import io
import json

import openpyxl

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestTraceExport(HttpCase):
    """Files with the figures of the one trace result."""

    def setUp(self):
        super().setUp()
        self.build = StockBuilder(self.env)
        self.product = self.build.product("=1+1 Flour")
        self.build.receive(
            (self.product, "+E1"),
            10,
            self.build.partner("@Mill"),
            at="2026-01-05 08:00",
        )
        self.lot = self.build.lot(self.product, "+E1")
        bakery = self.build.partner("<b>Bakery</b>")
        delivery = self.build.deliver(self.lot, 4, bakery, at="2026-01-06 23:30")
        self.build.return_picking(delivery, {self.product: 1})
        self.authenticate("admin", "admin")

    def get(self, file_type, lots=None):
        ids = ",".join(map(str, (lots or self.lot).ids))
        return self.url_open(f"/lot_traceability/trace.{file_type}?lots={ids}")

    def sheet(self, name):
        response = self.get("xlsx")
        self.assertEqual(response.status_code, 200)
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def test_json_is_the_result(self):
        answer = json.loads(self.get("json").content)
        self.assertEqual(answer["downstream"], self.lot.trace_downstream())
        self.assertEqual(answer["upstream"], self.lot.trace_upstream())

    def test_sheets_have_the_figures_of_the_result(self):
        self.env.ref("base.user_admin").tz = "Asia/Tokyo"
        (delivery,) = self.sheet("Deliveries")
        self.assertEqual(
            [delivery[name] for name in ("Partner", "Lot", "Quantity", "Returned")],
            ["<b>Bakery</b>", "+E1", 4, 1],
        )
        self.assertEqual(delivery["Holds Now"], 3)
        self.assertEqual(str(delivery["Date"]), "2026-01-07 08:30:00")
        (receipt,) = self.sheet("Receipts")
        self.assertEqual((receipt["Partner"], receipt["Quantity"]), ("@Mill", 10))
        (stock,) = self.sheet("Stock")
        self.assertEqual((stock["Quantity"], stock["Product"]), (7, "=1+1 Flour"))
        (balance,) = self.sheet("Balance")
        self.assertEqual((balance["Received"], balance["Unaccounted"]), (10, 0))
        # in words, as on the page and on paper
        (lot,) = self.sheet("Lots")
        self.assertEqual(
            (lot["Direction"], lot["Certainty"]), ("asked for", "Material")
        )
        self.assertEqual(stock["Usage"], "in stock")

    def test_movements_have_a_sheet(self):
        self.build.open_delivery(self.product, 2).action_assign()
        movements = self.lot.trace_movements()["movements"]
        self.assertEqual(
            {row["State"] for row in self.sheet("Movements")}, {"Done", "Reserved"}
        )
        self.assertEqual(
            [row["Reference"] for row in self.sheet("Movements")],
            [row["reference"] for row in movements],
        )

    def test_fsma_is_a_workbook_too(self):
        response = self.get("fsma")
        self.assertEqual(response.status_code, 200)
        self.assertIn("fsma204.xlsx", response.headers["Content-Disposition"])
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        self.assertEqual(
            book.sheetnames,
            [
                "Receiving",
                "Shipping",
                "Transformation",
                "Receiving From Exempt",
                "Glossary",
            ],
        )

    def test_text_is_never_a_formula(self):
        book = openpyxl.load_workbook(io.BytesIO(self.get("xlsx").content))
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", cell.coordinate)

    @mute_logger("odoo.http")
    def test_who_may_not_read_gets_nothing(self):
        self.env["res.users"].create(
            {
                "name": "Guest",
                "login": "guest_of_export",
                "password": "guest_of_export",
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        self.authenticate("guest_of_export", "guest_of_export")
        self.assertEqual(self.get("json").status_code, 403)

    def test_lots_that_do_not_exist(self):
        self.assertEqual(
            self.url_open("/lot_traceability/trace.json?lots=0,x").status_code, 404
        )
