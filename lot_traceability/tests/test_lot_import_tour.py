import io

import openpyxl

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestLotImportTour(HttpCase):
    def setUp(self):
        super().setUp()
        self.product = StockBuilder(self.env).product("Tour Device", "serial")
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_stock_manager"
        )

    def names(self):
        lots = self.env["stock.lot"].search([("product_id", "=", self.product.id)])
        self.assertEqual(set(lots.mapped("product_qty")), {1})
        return lots.mapped("name")

    def test_file_with_errors_is_corrected(self):
        self.start_tour(
            "/odoo/lot-imports", "lot_traceability_import_corrected", login="admin"
        )
        self.assertEqual(self.names(), ["SN/01", "SN/02", "SN/03", "SN/04", "SN/05"])

    def test_valid_rows_only(self):
        self.start_tour(
            "/odoo/lot-imports", "lot_traceability_import_valid_rows", login="admin"
        )
        self.assertEqual(self.names(), ["SN/01", "SN/02", "SN/03"])
        document = self.env["lot.import"].search([], limit=1)
        errors = self.url_open(f"/lot_traceability/lot_import/{document.id}/errors")
        self.assertEqual(errors.status_code, 200)
        self.assertIn("bad%20errors.csv", errors.headers["Content-Disposition"])
        self.assertIn("Tour Divice;SN/04;1;", errors.text)

    def test_template(self):
        self.authenticate("admin", "admin")
        answer = self.url_open("/lot_traceability/lot_import/template.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        self.assertEqual(sheet["A1"].value, "Product")
        for url in ("template.exe", "0/errors"):
            answer = self.url_open(f"/lot_traceability/lot_import/{url}")
            self.assertEqual(answer.status_code, 404, url)

    def test_files_are_for_managers(self):
        self.env["res.users"].create(
            {
                "name": "Worker",
                "login": "worker",
                "password": "worker-password",
                "group_ids": [(6, 0, [self.env.ref("stock.group_stock_user").id])],
            }
        )
        document = self.env["lot.import"].create({"file_name": "x.csv", "header": []})
        self.authenticate("worker", "worker-password")
        for url in ("template.csv", f"{document.id}/errors"):
            with mute_logger("odoo.http"):
                answer = self.url_open(f"/lot_traceability/lot_import/{url}")
            self.assertEqual(answer.status_code, 403, url)
