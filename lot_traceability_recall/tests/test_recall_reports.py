import base64
import hashlib
import io
import warnings
import zipfile

from lxml.html import fromstring, tostring

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.lot_traceability.imports.table_file import read_table

from ..case import closing
from .common import REASONS, RecallCase


@tagged("post_install", "-at_install")
class TestRecallReports(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"email": "shop@example.com"})
        cls.build.deliver(cls.lot, 1)
        cls.recall = cls.create_approved()
        wizard = cls.env["lot.recall.wizard"].browse(
            cls.recall.action_open_wizard()["res_id"]
        )
        wizard.stock_ids.disposition = "scrap"
        wizard.action_carry_out()

    def render(self, name):
        report = f"lot_traceability_recall.action_report_recall_{name}"
        html = self.env["ir.actions.report"]._render_qweb_html(report, self.recall.ids)
        return html[0].decode()

    def read_cells(self, content):
        table = read_table(content)
        return [table.header, *(cells for _number, cells in table.rows)]

    def test_the_six_items_of_the_status_report(self):
        self.recall.date_deadline = "2030-05-06"
        text = self.render("status")
        for number in range(1, 7):
            self.assertIn(f"{number}. ", text)
        for part in (
            "0 of",
            "2 consignees",
            "Customer",
            "Unknown",
            "0 of 5 Units (0 %)",
        ):
            self.assertIn(part, " ".join(text.split()))
        self.assertIn("05/06/2030", text)

    def test_nothing_stands_under_the_heading_beside_it(self):
        """Of whom nobody has told yet, there is no date: the cell stays."""
        for name in ("status", "closing"):
            page = fromstring(self.render(name))
            for table in page.iter("table"):
                heads = table.findall(".//th")
                for row in table.findall(".//tbody/tr") if heads else ():
                    self.assertEqual(
                        sum(int(cell.get("colspan", 1)) for cell in row),
                        len(heads),
                        tostring(row),
                    )
                if table.find("colgroup") is not None:
                    # a column that is as wide as said: what does not break runs over
                    self.assertFalse(table.findall(".//td[@class='text-nowrap']"))

    def test_the_internal_reason_stays_in_the_house(self):
        """The status report goes to an authority; the closing report is our own."""
        inside, told = "Complaint 118 of Corner Grocery", "A part can break."
        self.recall.write({"reason": inside, "notice_reason": told})
        status, closing_report = self.render("status"), self.render("closing")
        self.assertNotIn(inside, status)
        self.assertIn(told, status)
        self.assertIn(inside, closing_report)

    def test_the_closing_report(self):
        self.recall._advance("closed", REASONS)
        text = " ".join(self.render("closing").split())
        for part in ("BAD-1", "Scrap orders", "0 of 5 Units (0 %)", "Signed by"):
            self.assertIn(part, text)
        self.assertNotIn("Exercise", text)
        # what it says stays true of that day, whoever is renamed afterwards
        self.customer.write({"name": "Bought by Others", "email": "new@example.com"})
        self.product.write({"name": "New Name"})
        self.env.invalidate_all()
        again = " ".join(self.render("closing").split())
        self.assertEqual(again, text)
        recall = self.recall
        spec = {"partner_id": {"fields": {"display_name": {}}}, "email": {}}
        shown = recall.consignee_ids.filtered("partner_id").web_read(spec)
        self.assertEqual(shown[0]["partner_id"]["display_name"], "Customer")
        self.assertEqual(shown[0]["email"], "shop@example.com")
        spec = {"product_id": {"fields": {"display_name": {}}}}
        shown = recall.balance_ids.web_read(spec)
        self.assertEqual(shown[0]["product_id"]["display_name"], "Raw")
        # and so do programs, exports, and the parts that name somebody in passing
        [row] = recall.consignee_ids.filtered("partner_id").read(["partner_id"])
        self.assertEqual(row["partner_id"][1], "Customer")
        self.lot.name, closer = "RENAMED", recall.signed_by_id
        closer.name = "Married Since"
        self.env.invalidate_all()
        found = self.env["lot.recall.balance"].search_read(
            [("recall_id", "=", recall.id)], ["lot_id", "product_id", "display_name"]
        )
        self.assertEqual(
            [(row["lot_id"][1], row["product_id"][1]) for row in found],
            [("BAD-1", "Raw")],
        )
        self.assertEqual(found[0]["display_name"], "BAD-1")
        for parts, field, label in (
            (recall.seed_ids, "lot_id", "BAD-1"),
            (recall.disposition_ids, "lot_id", "BAD-1"),
            (recall.consignee_line_ids, "product_id", "Raw"),
        ):
            names = {row[field][1] for row in parts.read([field])}
            self.assertEqual(names, {label}, parts)
            cells = parts.export_data([field])["datas"]
            self.assertEqual({cell for [cell] in cells}, {label}, parts)
        for record, field in ((recall, "signed_by_id"), (recall.step_ids, "user_id")):
            names = {row[field][1] for row in record.read([field])}
            self.assertNotIn("Married Since", names)
        line = recall.consignee_line_ids[0]
        self.assertEqual(line.display_name, "BAD-1, Raw")

    def test_papers_of_a_closed_recall_stay_as_they_were(self):
        """Whatever is renamed, priced or booked afterwards."""
        self.product.write({"standard_price": 2, "barcode": "4006381333931"})
        self.env.company.write({"phone": "555-1", "street": "Old Street 1"})
        partners = self.recall.consignee_ids.partner_id
        partners.street = "Ramp 1"
        self.recall._advance("closed", REASONS)
        mock = self.create_recall(is_mock=True)
        mock.finding_ids.create({"recall_id": mock.id, "name": "Late", "user_id": 2})
        mock._advance("closed", REASONS)
        reports = [(self.recall, name) for name in ("closing", "rasff", "gpsr")]
        reports.append((mock, "mock"))
        texts = [self.render_of(*report) for report in reports]
        sheet = self.recall._get_consignee_xlsx()
        self.recall = reports[0][0]
        letters = self.render_letters()
        for told in ("Old Street 1", "Ramp 1", "4006381333931", partners[0].name):
            self.assertIn(told, letters)
        self.assertIn("Old Street 1", texts[0])
        self.assertIn("data:image", texts[0])
        self.assertIn("Vendor", texts[3])
        unit = self.product.uom_id
        unit.name = "Tins"
        self.product.write({"standard_price": 9, "barcode": "4012345678901"})
        self.product.product_tmpl_id.write({"name": "Cooked", "lot_brand": "Brand X"})
        self.product.categ_id.name = "Other Family"
        self.lot.name, self.vendor.name = "BAD-X", "Vendor X"
        self.env.ref("base.user_admin").name = "Somebody Else"
        self.shelf.name = "Other Shelf"
        self.env.company.write(
            {"name": "Firm X", "phone": "555-2", "street": "New Street 2"}
        )
        partners.write({"name": "Shop X", "street": "Ramp 2"})
        other = self.build.lot(self.product, "MORE-1")
        self.build.receive(other, 1000, self.vendor)
        self.build.receive(self.lot, 7, self.build.partner("Late Vendor"))
        self.env.invalidate_all()
        for (recall, name), text in zip(reports, texts, strict=True):
            with self.subTest(report=name):
                self.assertEqual(self.render_of(recall, name), text)
        self.recall = reports[0][0]
        self.assertEqual(self.render_letters(), letters)
        self.assertEqual(
            self.read_cells(self.recall._get_consignee_xlsx()), self.read_cells(sheet)
        )
        self.assertEqual(self.recall.impact_share, 1)
        # the firm gets another logo, and counts in another currency
        company, currency = self.env.company, self.recall.currency_id
        self.assertIn(currency.symbol, texts[0])
        company.logo = False
        self.assertNotIn("data:image", self.render_of(self.recall, "closing"))
        company.logo = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        other = self.env["res.currency"].create({"name": "QQQ", "symbol": "¤"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET currency_id = %s WHERE id = %s",
            (other.id, company.id),
        )
        self.env.invalidate_all()
        text = self.render_of(self.recall, "closing")
        self.assertNotIn("data:image", text)
        self.assertNotIn("¤", text)
        self.assertEqual(text.count(currency.symbol), texts[0].count(currency.symbol))

    def render_letters(self):
        text = self.env["ir.qweb"]._render(
            "lot_traceability_recall.report_recall_notice",
            {"docs": self.recall.consignee_ids},
        )
        # without the address of the answer, and its picture: each print has its own
        text = fromstring(str(text)).text_content()
        return " ".join(word for word in text.split() if "/reply/" not in word)

    def render_of(self, recall, name):
        self.recall = recall
        return " ".join(self.render(name).split())

    def test_groups_of_a_closed_recall_are_called_as_then(self):
        """In lists, pivots, exports and for programs; of several recalls, too."""
        recall = self.recall
        recall._advance("closed", REASONS)
        self.product.name, self.customer.name = "Cooked", "Bought by Others"
        self.product.uom_id.name = "Tins"
        self.env.invalidate_all()
        lines = self.env["lot.recall.consignee.line"]
        domain = [("recall_id", "=", recall.id)]
        by = ["product_id", "partner_id"]
        for row in lines.formatted_read_group(domain, by, ["shipped:sum"]):
            self.assertEqual(row["product_id"][1], "Raw")
            self.assertIn((row["partner_id"] or (0, "Customer"))[1], ("Customer",))
        sets = lines.formatted_read_grouping_sets(domain, [by[:1], []], ["shipped:sum"])
        self.assertEqual([row["product_id"][1] for row in sets[0]], ["Raw"])
        groups = lines.web_read_group(domain, by[:1], ["shipped:sum"])["groups"]
        self.assertEqual([row["product_id"][1] for row in groups], ["Raw"])
        with warnings.catch_warnings(action="ignore"):
            rows = lines.read_group(domain, ["shipped"], by, lazy=False)
        self.assertEqual({row["product_id"][1] for row in rows}, {"Raw"})
        of_recall = [("id", "=", recall.id)]
        [row] = recall.formatted_read_group(of_recall, ["seed_product_ids"])
        self.assertEqual(row["seed_product_ids"][1], "Raw")
        # what several names were true for has them all
        other = self.create_recall(self.build.lot(self.product, "OTHER-1"))
        self.env.flush_all()
        [row] = recall.formatted_read_group(
            [("id", "in", (recall | other).ids)], ["seed_product_ids"]
        )
        self.assertEqual(row["seed_product_ids"][1], "Raw / Cooked")
        # tags, units and exports as well
        spec = {"fields": {"display_name": {}}}
        names = ("seed_product_ids", "seed_lot_ids")
        [row] = recall.web_read(dict.fromkeys(names, spec))
        self.assertEqual(row["seed_product_ids"][0]["display_name"], "Raw")
        [row] = recall.balance_ids.web_read({"product_uom_id": spec})
        self.assertEqual(row["product_uom_id"]["display_name"], "Units")
        for context in ({}, {"import_compat": False}):
            found = recall.with_context(**context)
            [cells] = found.export_data(["seed_product_ids", "name"])["datas"]
            self.assertEqual(cells, ["Raw", recall.name])
        [row] = other.web_read(dict.fromkeys(names, spec))
        self.assertEqual(row["seed_product_ids"][0]["display_name"], "Cooked")

    def test_retained_samples_are_told_as_such(self):
        room = self.build.location(
            "Samples", self.build.stock.location_id, keeps_samples=True
        )
        lot = self.build.lot(self.product, "KEPT-1")
        self.build.receive(lot, 10, self.vendor)
        self.build.move(lot, 2, self.build.stock, room)
        self.build.deliver(lot, 3, self.customer)
        wizard = self.open_wizard(lot)
        wizard.all_disposition = "scrap"
        wizard._onchange_all_disposition()
        left = wizard.stock_ids.filtered(lambda row: not row.disposition)
        self.assertEqual(left.location_id, room)
        recall = self.recall_of(wizard.action_carry_out())
        recall.action_balance()
        [line] = recall.balance_ids
        self.assertEqual((line.on_hand, line.retained, line.scrapped), (0, 2, 5))
        self.assertEqual(
            recall.accounted_text,
            "Raw: 2 kept as samples + 3 with customers + 5 scrapped = 10 of 10 Units "
            "(100 %)",
        )
        self.assertNotIn("stock", closing.get_open_points(recall))

    def test_what_it_cost_against_a_blanket_recall(self):
        self.product.standard_price = 2
        self.build.receive(self.build.lot(self.product, "GOOD-1"), 60, self.vendor)
        self.assertEqual(
            self.recall._get_told("value"), {"recalled": 40, "blanket": 160}
        )
        self.recall.action_balance()
        text = " ".join(self.render("closing").split())
        self.assertRegex(text, "40.00.*blanket recall.*160.00")

    def test_the_balance_over_all_lots_of_a_product(self):
        second = self.build.lot(self.product, "BAD-2")
        self.build.receive(second, 7, self.vendor)
        recall = self.create_recall(second, is_mock=True)
        recall._add_seeds(self.lot, "Picked")
        recall._advance("recovery")
        recall.action_balance()
        [(product, total)] = recall._get_balance_totals()
        self.assertEqual(product, self.product)
        self.assertEqual((total["made"], total["on_hand"]), (27, 7))
        self.assertEqual(
            total["made"],
            sum(value for name, value in total.items() if name != "made"),
        )

    def test_recovered_product_by_product(self):
        jam = self.build.lot(self.build.product("Jam"), "JAM-1")
        self.build.receive(jam, 10, self.vendor)
        delivery = self.build.deliver(jam, 8, self.customer)
        recall = self.create_recall(jam, is_mock=True)
        recall._add_seeds(self.lot, "Picked")
        recall._advance("approved")
        self.build.return_picking(delivery, {jam.product_id: 2})
        recall.action_refresh_consignees()
        rows = {row["product"]: row for row in recall._get_recovered_rows()}
        row = rows[jam.product_id]
        self.assertEqual((row["recovered"], row["shipped"], row["percent"]), (2, 8, 25))
        self.assertEqual(rows[self.product]["recovered"], 0)
        self.recall = recall
        text = " ".join(self.render("status").split())
        self.assertIn("Jam: 2 of 8 Units (25 %)", text)

    def test_repacked_goods_are_counted_once(self):
        lot = self.build.lot(self.build.product("Flour"), "F-1")
        self.build.receive(lot, 50, self.vendor)
        line = {"product_id": lot.product_id.id, "quantity": 15}
        line["location_id"] = self.build.stock.id
        conversion = self.env["lot.conversion"].create(
            {
                "kind": "repack",
                "reason": "Torn bag",
                "source_line_ids": [(0, 0, dict(line, side="source", lot_id=lot.id))],
                "target_line_ids": [(0, 0, dict(line, side="target", number="F-2"))],
            }
        )
        conversion.action_done()
        lot.product_id.standard_price = 2
        recall = self.create_recall(lot, is_mock=True)
        recall._advance("approved")
        recall.action_balance()
        [(product, total)] = recall._get_balance_totals()
        self.assertEqual(product, lot.product_id)
        self.assertEqual((total["made"], total["consumed"]), (50, 0))
        self.assertEqual(total["on_hand"], 50)
        self.assertEqual(recall._get_told("value"), {"recalled": 100, "blanket": 100})
        self.assertEqual(recall.impact_cost, 100)
        # what belongs to somebody else is not worth anything to the company
        quants = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quants.sudo().owner_id = self.customer
        recall.invalidate_recordset()
        self.assertEqual(recall.impact_cost, 30)

    def test_units_are_never_added(self):
        """10 of 10 kg and 0 of 300 pieces: by value, or not in one figure at all."""
        kilo = self.env.ref("uom.product_uom_kgm")
        jam = self.build.product("Jam", uom_id=kilo.id)
        pieces = self.build.product("Piece")
        lots = self.build.lot(jam, "JAM-1") | self.build.lot(pieces, "PIECE-1")
        deliveries = []
        for lot, quantity in zip(lots, (10, 1234567.5), strict=True):
            self.build.receive(lot, quantity, self.vendor)
            deliveries.append(self.build.deliver(lot, quantity, self.customer))
        recall = self.create_recall(lots, is_mock=True)
        recall._advance("approved")
        self.build.return_picking(deliveries[0])
        recall.action_refresh_consignees()
        recall.action_balance()
        self.assertEqual((recall.recovered_basis, recall.recovered_percent), (False, 0))
        self.assertEqual((recall.shipped_quantity, recall.recovered_quantity), (0, 0))
        jam.standard_price, pieces.standard_price = 300, 1000 / 1234567.5
        recall.action_balance()
        self.assertEqual(recall.recovered_basis, "value")
        self.assertAlmostEqual(recall.recovered_percent, 75)
        self.assertEqual(
            recall.recovered_text,
            "Jam: 10 of 10 kg (100 %)\nPiece: 0 of 1,234,567.5 Units (0 %)",
        )
        self.recall = recall
        for name in ("status", "closing"):
            text = " ".join(self.render(name).split())
            self.assertIn("Piece: 0 of 1,234,567.5 Units (0 %)", text)
            self.assertNotIn("1234577", text.replace(",", ""))
            self.assertNotIn("e+0", text)

    def test_the_consignee_list_drops_nobody(self):
        header, *rows = self.read_cells(self.recall._get_consignee_xlsx())
        self.assertEqual(header[0], "Consignee")
        names = ("Consignee", "E-mail", "Phone", "Shipped")
        at = [header.index(name) for name in names]
        found = sorted([row[column] for column in at] for row in rows)
        self.assertEqual(
            found,
            [
                ["Customer", "shop@example.com", "missing", "4"],
                ["Unknown: find out from the delivery", "missing", "missing", "1"],
            ],
        )

    def test_the_evidence_has_everything_with_its_hash(self):
        self.recall.action_balance()
        self.recall.message_post(body="Called the shop")
        pack = zipfile.ZipFile(io.BytesIO(self.recall._get_evidence()))
        names = set(pack.namelist())
        self.assertEqual(
            names,
            {
                *("closing.pdf", "status.pdf", "consignees.xlsx", "trace.xlsx"),
                *("scope.xlsx", "balance.xlsx", "stock.xlsx", "steps.xlsx"),
                *("signatures.xlsx", "messages.xlsx", "log.xlsx", "log.jsonl"),
                *("check_log.py", "INTERIM.txt", "hashes.txt", "manifest.json"),
            },
        )
        lines = pack.read("hashes.txt").decode().splitlines()
        self.assertEqual(len(lines), len(names) - 2)
        for line in lines:
            digest, name = line.split("  ")
            self.assertEqual(hashlib.sha256(pack.read(name)).hexdigest(), digest)
        messages = self.read_cells(pack.read("messages.xlsx"))
        self.assertIn("Called the shop", [row[-1] for row in messages])
        scope = self.read_cells(pack.read("scope.xlsx"))
        self.assertIn("BAD-1", scope[1])

    def test_figures(self):
        self.recall.sudo().write(
            {
                "date_opened": fields.Datetime.subtract(
                    self.recall.step_ids[0].date, hours=2
                )
            }
        )
        self.assertGreaterEqual(self.recall.hours_to_hold, 2)
        self.assertGreaterEqual(self.recall.hours_to_trace, 2)
        self.assertEqual(self.recall.seed_product_ids, self.product)
        # what is not there yet does not better an average
        self.recall.sudo().copy()
        hours = [f"hours_to_{name}:avg" for name in ("hold", "close")]
        ((held, closed),) = self.env["lot.recall"]._read_group([], [], hours)
        self.assertGreaterEqual(held, 2)
        self.assertFalse(closed)
        recalls = self.env["lot.recall"]
        self.assertFalse(recalls.search([("is_overdue", "=", True)]))
        self.recall.date_deadline = "2020-01-01"
        self.assertTrue(self.recall.is_overdue)
        self.assertEqual(recalls.search([("is_overdue", "=", True)]), self.recall)
        self.assertNotIn(self.recall, recalls.search([("is_overdue", "=", False)]))
        self.recall._advance("closed", REASONS)
        self.assertFalse(self.recall.is_overdue)


@tagged("post_install", "-at_install")
class TestRecallDownload(HttpCase, RecallCase):
    def test_who_may_read_the_recall_gets_it(self):
        recall = self.create_approved()
        url = recall.action_evidence()["url"]
        self.auditor.password = "recall-auditor"
        self.authenticate(self.auditor.login, "recall-auditor")
        response = self.url_open(url)
        self.assertEqual(response.headers["Content-Type"], "application/zip")
        zipfile.ZipFile(io.BytesIO(response.content)).testzip()
        response = self.url_open(recall.action_consignee_list()["url"])
        self.assertEqual(response.status_code, 200)

    def test_one_of_another_company_is_like_none(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        recall = self.create_recall(self.lot.browse(), company_id=company.id)
        self.auditor.password = "recall-auditor"
        self.authenticate(self.auditor.login, "recall-auditor")
        for url in (
            recall.action_evidence()["url"],
            "/lot_traceability_recall/999999/consignees.xlsx",
        ):
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(url).status_code, 404)

    def test_who_may_not_gets_nothing(self):
        recall = self.create_approved()
        clerk = self._create_user("clerk", "stock.group_stock_user")
        clerk.password = "recall-clerk"
        self.authenticate(clerk.login, "recall-clerk")
        with mute_logger("odoo.http"):
            response = self.url_open(recall.action_evidence()["url"])
        self.assertEqual(response.status_code, 403)
