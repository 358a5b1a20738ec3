import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestFoodRules(LotTraceCase):
    """A request for records, readiness for it, and what goes with a shipment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = {
            "phone": "0012",
            "street": "1 Farm Road",
            "city": "Ames",
            "zip": "05001",
            "country_id": cls.env.ref("base.us").id,
        }
        cls.product.write(
            {
                "name": "Cucumber",
                "lot_is_ftl": True,
                "lot_pack_size": "10 lb",
                "lot_pack_style": "Case",
            }
        )
        (cls.vendor | cls.customer | cls.build.warehouse.partner_id).write(cls.address)
        cls.lot = cls.build.lot(cls.product, "K-1", supplier_number="FARM-9")
        cls.receipt = cls.build.receive(cls.lot, 10, cls.vendor)
        cls.delivery = cls.build.deliver(cls.lot, 4, cls.customer)

    def ask(self, user=None, **values):
        requests = self.env["lot.trace.request"].with_user(user or self.env.user)
        request = requests.create(values)
        request.action_make()
        return request

    def sheets(self, request):
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(request.file)))
        return {
            sheet.title: [
                dict(zip(headings, row, strict=True))
                for row in list(sheet.iter_rows(values_only=True))[1:]
                for headings in [[cell.value for cell in sheet[1]]]
            ]
            for sheet in book
        }

    def test_foods_and_days(self):
        today = self.receipt.move_line_ids.date.date()
        request = self.ask(
            product_ids=self.product.ids, date_from=today, date_to=today, asked_by="FDA"
        )
        sheets = self.sheets(request)
        (row,) = sheets["Receiving"]
        self.assertEqual((row["TLC"], row["Internal number"]), ("FARM-9", "K-1"))
        self.assertEqual(row["Packaging size"], "10 lb")
        (row,) = sheets["Shipping"]
        self.assertEqual(row["Subsequent recipient street"], "1 Farm Road")
        self.assertEqual(row["Missing"], "TLC source")
        self.assertEqual(request.gap_count, 2)
        self.assertEqual(len(sheets["Gaps"]), 2)
        self.assertTrue(sheets["Hashes"])
        self.assertTrue(sheets["Glossary"])
        entry = self.env["lot.trace.log"].search([("kind", "=", "document")], limit=1)
        self.assertIn(request.sha256, entry.new_value)
        self.assertIn("FDA", entry.new_value)
        other = self.ask(product_ids=self.product.ids, date_to="2000-01-01")
        self.assertEqual(other.row_count, 0)
        with self.assertRaisesRegex(UserError, "Say which"):
            self.ask()
        by_days = self.ask(date_from=today, date_to=today)
        self.assertGreaterEqual(by_days.row_count, 2)

    def test_what_is_mended_is_told_as_added_later(self):
        self.lot.lot_tlc_source_id = self.vendor
        self.product.lot_pack_size = False
        request = self.ask(lot_ids=self.lot.ids)
        self.assertEqual(request.gap_count, 0)
        # as it was packed then, whatever the product says now
        (row,) = self.sheets(request)["Shipping"]
        self.assertEqual((row["Packaging size"], row["Missing"]), ("10 lb", "ok"))
        self.product.lot_variety = "English"
        (row,) = self.sheets(self.ask(lot_ids=self.lot.ids))["Shipping"]
        self.assertEqual((row["Variety"], row["Added later"]), ("English", "Variety"))

    def test_receiving_from_exempt(self):
        farm = self.build.partner("Small Farm", lot_is_ftl_exempt=True, **self.address)
        lot = self.build.lot(self.product, "OURS-1")
        self.build.receive(lot, 5, farm)
        sheets = self.sheets(self.ask(lot_ids=lot.ids))
        self.assertFalse(sheets["Receiving"])
        (row,) = sheets["Receiving From Exempt"]
        self.assertEqual(row["TLC"], "OURS-1")
        self.assertEqual(row["TLC source name"], row["Place received name"])
        self.assertEqual(row["Missing"], "ok")

    def test_transfers_between_own_warehouses(self):
        there = self.build.partner("Second House", **self.address)
        second = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "WH2", "partner_id": there.id}
        )
        self.build.move(self.lot, 2, self.build.stock, second.lot_stock_id)
        sheets = self.sheets(self.ask(lot_ids=self.lot.ids))
        row = sheets["Shipping"][-1]
        self.assertEqual(row["Subsequent recipient name"], "Second House")
        row = sheets["Receiving"][-1]
        self.assertEqual(row["Place received name"], "Second House")
        here = self.build.warehouse.partner_id.display_name
        self.assertEqual(row["Previous source name"], here)

    def test_food_of_animal_origin(self):
        self.product.write({"lot_is_animal_food": True, "lot_brand": "Best"})
        request = self.ask(rule="eu931", lot_ids=self.lot.ids)
        rows = self.sheets(request)["Food of animal origin"]
        self.assertEqual({row["Direction"] for row in rows}, {"Received", "Dispatched"})
        sent = next(row for row in rows if row["Direction"] == "Dispatched")
        self.assertIn("Cucumber, Best, 10 lb, Case", sent["Description"])
        self.assertEqual(sent["Dispatched to name"], "Customer")
        self.assertEqual((sent["Quantity"], sent["Lot"]), (4, "FARM-9"))

    def test_who_may_ask(self):
        clerk = self._create_user("food_clerk", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.ask(clerk, lot_ids=self.lot.ids)

    def test_what_goes_with_the_shipment(self):
        report = "lot_traceability.action_report_shipment_records"
        self.customer.street = "2 Side St"
        html = self.env["ir.actions.report"]._render_qweb_html(
            report, self.delivery.ids
        )
        text = " ".join(html[0].decode().split())
        for part in (
            *("FARM-9", "Cucumber", "10 lb", "Case", "4", "Customer", "1 Farm Road"),
            *("1.1340", "Not entered"),
        ):
            self.assertIn(part, text)
        self.assertNotIn("compliant", text)
        # before that it is not offered, and says why if it is asked for all the same
        waiting = self.build.open_delivery(self.product, 1, self.customer)
        action = self.env.ref(report)
        shown = action.get_valid_action_reports("stock.picking", waiting.ids)
        self.assertFalse(shown)
        self.assertTrue(
            action.get_valid_action_reports("stock.picking", self.delivery.ids)
        )
        html = action._render_qweb_html(report, waiting.ids)[0].decode()
        self.assertIn("Not shipped yet", html)

    def test_readiness(self):
        self.vendor.phone = False
        self.env["lot.trace.request"]
        gaps = self.env["lot.trace.readiness"]._refresh()
        found = {(gap.kind, gap.res_model, gap.res_id): gap for gap in gaps}
        gap = found["partner", "res.partner", self.vendor.id]
        self.assertIn("phone", gap.missing.lower())
        gap = found["lot", "stock.lot", self.lot.id]
        self.assertIn("TLC source", gap.missing)
        action = gap.action_mend()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("stock.lot", self.lot.id)
        )
        self.vendor.phone = "0013"
        self.product.lot_tlc_source_reference = "https://example.com/tlc"
        self.product.lot_pack_style = False
        gaps = self.env["lot.trace.readiness"]._refresh()
        found = {(gap.kind, gap.res_model, gap.res_id): gap for gap in gaps}
        self.assertNotIn(("partner", "res.partner", self.vendor.id), found)
        self.assertNotIn(("lot", "stock.lot", self.lot.id), found)
        # of what was frozen nothing is missing; of what is done today it would be
        key = "product", "product.template", self.product.product_tmpl_id.id
        self.assertIn("Packaging", found[key].missing)
