import io
from datetime import datetime

from lxml import html

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.misc import format_datetime
from odoo.tools.pdf import PdfFileReader

from ..documents import epcis_file, kde_file, trace_file
from ..documents.trace_document import TraceDocument
from ..documents.words import get_kinds, get_label
from ..trace import Story
from .builder import StockBuilder
from .common import LotTraceCase

REPORT = "lot_traceability.report_lot_trace"


@tagged("post_install", "-at_install")
class TestTraceReport(LotTraceCase):
    """The printed trace says what the trace result says."""

    def setUp(self):
        super().setUp()
        self.env.user.tz = "Asia/Tokyo"
        vendor = self.build.partner("Mill & Sons <b>")
        self.build.receive((self.product, "R-1"), 10.5, vendor, at="2026-01-05 08:00")
        self.lot = self.build.lot(self.product, "R-1")
        self.lot.supplier_number = "MILL-77"
        delivery = self.build.deliver(self.lot, 4, self.customer, at="2026-01-06 23:30")
        self.build.return_picking(delivery, {self.product: 1}, at="2026-01-08 09:00")

    def page(self, lots=None, user=None):
        lots = self.lot if lots is None else lots
        report = lots.env["ir.actions.report"].with_user(user or self.env.user)
        content, kind = report._render_qweb_html(REPORT, lots.ids)
        self.assertEqual(kind, "html")
        return html.fromstring(content)

    def rows(self, page, section):
        """``[{heading: text}]`` of a table."""
        (box,) = page.xpath(f"//div[@data-section='{section}']")
        headings = [
            cell.text_content().strip() for cell in box.xpath("(.//thead)[1]//th")
        ]
        return [
            dict(
                zip(
                    headings,
                    [cell.text_content().strip() for cell in row.xpath("td")],
                    strict=True,
                )
            )
            for row in box.xpath(".//tbody/tr")
        ]

    def text(self, page, css_class):
        (box,) = page.xpath(f"//*[contains(@class, '{css_class}')]")
        return " ".join(box.text_content().split())

    def test_head(self):
        about = self.text(self.page(), "o_trace_about")
        for text in (
            "R-1",
            "Raw",
            "MILL-77",
            self.env.company.name,
            self.env.user.name,
        ):
            self.assertIn(text, about)
        self.assertIn("JST (UTC+0900)", about)
        self.assertIn(self.env.cr.dbname, about)

    def test_figures_are_those_of_the_result(self):
        page = self.page()
        down = self.lot.trace_downstream()
        (delivery,) = down["deliveries"]
        (row,) = self.rows(page, "Deliveries")
        self.assertEqual(row["Customer"], delivery["partner"])
        self.assertEqual(float(row["Quantity"]), delivery["quantity"])
        self.assertEqual(float(row["Returned"]), delivery["returned"])
        moment = datetime(2026, 1, 6, 23, 30)
        self.assertEqual(
            row["Date"], format_datetime(self.env, moment, tz="Asia/Tokyo").strip()
        )
        self.assertTrue(row["Date"].startswith("01/07/2026 08:30"), row["Date"])
        (receipt,) = self.rows(page, "Receipts")
        self.assertEqual(receipt["Vendor"], "Mill & Sons <b>")
        self.assertEqual(float(receipt["Quantity"]), 10.5)
        (stock,) = self.rows(page, "Stock")
        self.assertEqual(float(stock["Quantity"]), down["stock"][0]["quantity"])
        (balance,) = self.rows(page, "Balance")
        for name in ("received", "shipped", "returned", "on_hand", "unaccounted"):
            label = get_label(self.env, name)
            self.assertEqual(float(balance[label]), down["balances"][0][name], name)
        (holder,) = self.rows(page, "Holders")
        self.assertEqual(float(holder["Holds Now"]), down["holders"][0]["holds"])

    def test_one_zone_for_head_and_rows(self):
        """That of who asks, also where a program names another one."""
        page = self.page(self.lot.with_context(tz="America/New_York"))
        self.assertIn("EST (UTC-0500)", self.text(page, "o_trace_about"))
        (row,) = self.rows(page, "Deliveries")
        self.assertTrue(row["Date"].startswith("01/06/2026 06:30"), row["Date"])

    def test_nothing_was_ever_done(self):
        """That no link is missing says nothing then."""
        page = self.page(self.build.lot(self.product, "EMPTY"))
        statement = self.text(page, "o_trace_statement")
        self.assertIn("not complete", statement)
        self.assertIn("Nothing is on record", statement)

    def test_every_movement_once(self):
        rows = self.rows(self.page(), "Movements")
        movements = self.lot.trace_movements("downstream")["movements"]
        self.assertEqual(
            [row["Reference"] for row in rows],
            [movement["reference"] for movement in movements],
        )
        self.assertEqual([float(row["Quantity"]) for row in rows], [10.5, 4, 1])

    def test_movements_of_several_pages(self):
        self.env["ir.config_parameter"].set_param("lot_traceability.trace_page", 2)
        self.assertEqual(len(self.rows(self.page(), "Movements")), 3)

    def test_several_lots(self):
        self.build.receive((self.product, "R-2"), 2, self.vendor)
        lots = self.lot | self.build.lot(self.product, "R-2")
        page = self.page(lots)
        names = [row["Lot/Serial Number"] for row in self.rows(page, "asked for")]
        self.assertEqual(names, ["R-1", "R-2"])
        self.assertEqual(len(self.rows(page, "Receipts")), 2)
        self.assertEqual(len(page.xpath("//h2")), 1)

    def test_complete(self):
        statement = self.text(self.page(), "o_trace_statement")
        self.assertIn("This trace is complete.", statement)

    def test_gaps_make_it_incomplete(self):
        self.build.count(self.lot, 5)
        page = self.page()
        statement = self.text(page, "o_trace_statement")
        self.assertIn("not complete", statement)
        self.assertIn("Gaps on record: 1", statement)
        (gap,) = self.rows(page, "Gaps")
        self.assertIn("2.5", gap["Message"])

    def test_what_is_open_makes_it_incomplete(self):
        """More out than in, or to nobody knows whom."""
        self.build.deliver(self.lot, 1)
        self.assertIn("Gaps on record: 1", self.text(self.page(), "o_trace_statement"))
        self.build.deliver(self.lot, 20, self.build.partner("Market"))
        statement = self.text(self.page(), "o_trace_statement")
        self.assertIn("not complete", statement)
        self.assertIn("Gaps on record: 2", statement)

    def test_what_is_hidden_is_said_in_words(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.lot.company_id = False
        build = type(self.build)(self.env, other)
        build.receive(self.lot, 3, self.vendor)
        build.deliver(self.lot, 3, build.partner("Secret Customer"))
        user = self._create_user("report_clerk", "stock.group_stock_user")
        page = self.page(user=user)
        statement = self.text(page, "o_trace_statement")
        self.assertIn("not complete", statement)
        hidden = self.lot.with_user(user).trace_downstream()["outside_scope"]
        self.assertGreater(hidden["count"], 0)
        self.assertIn(hidden["message"], statement)
        self.assertNotIn("Secret Customer", page.text_content())

    def test_every_kind_of_link_is_said_in_words(self):
        link = self.env["lot.trace.link"]
        present = dict.fromkeys(link._get_rare_rows(), True)
        for kind in link._get_link_kinds(present, "downstream"):
            self.assertIn(kind, get_kinds(self.env))

    def test_too_long_is_refused(self):
        name = "lot_traceability.report_row_limit"
        parameters = self.env["ir.config_parameter"]
        document = TraceDocument(self.lot, "PDF")
        lists = [
            *(part for trace in document.traces for part in trace.values()),
            document.movements,
        ]
        rows = sum(len(part) for part in lists if isinstance(part, list))
        parameters.set_param(name, rows)
        self.page()
        for most in (rows - 1, 5):
            parameters.set_param(name, most)
            with self.assertRaisesRegex(UserError, f"more than {most} rows.*{name}"):
                self.page()

    def test_each_direction_is_traced_once(self):
        for make in (
            lambda: self.page(),
            lambda: trace_file.get_xlsx(self.lot),
            lambda: trace_file.get_json(self.lot),
            lambda: epcis_file.get_jsonld(self.lot),
            lambda: kde_file.get_xlsx(self.lot),
            lambda: self.lot.get_trace_graph(),
        ):
            with self.count_walks() as walked:
                make()
            self.assertEqual(sorted(walked), ["downstream", "upstream"])

    def test_one_direction_is_traced_once(self):
        fields = ("trace_downstream_count", "trace_customer_count")
        for ask in (
            lambda: self.lot.trace_downstream(),
            lambda: self.lot.trace_balance(),
            lambda: self.lot.trace_movements(),
            lambda: self.lot.read([*fields, "trace_customer_ids"]),
        ):
            self.env.invalidate_all()
            with self.count_walks() as walked:
                ask()
            self.assertEqual(walked, ["downstream"])

    def test_a_story_is_handed_on(self):
        with self.count_walks() as walked:
            story = Story(self.env, self.lot.ids)
            parts = [story.get_result([name]) for name in story.parts]
        self.assertEqual(walked, ["downstream"])
        merged = {key: value for part in parts for key, value in part.items()}
        self.assertEqual(merged, self.lot.trace_downstream())

    def test_without_rights(self):
        guest = self._create_user("report_guest", "base.group_user")
        with self.assertRaises(AccessError):
            self.page(user=guest)

    def test_lots_that_do_not_exist(self):
        gone = self.build.lot(self.product, "GONE")
        lots = self.lot | gone
        gone_id = gone.id
        gone.unlink()
        with self.assertRaisesRegex(MissingError, str(gone_id)):
            self.page(lots)
        with self.assertRaises(UserError):
            self.page(self.env["stock.lot"].browse(()))

    def test_print_menu(self):
        action = self.env.ref("lot_traceability.action_report_lot_trace")
        self.assertEqual(action.binding_model_id.model, "stock.lot")
        self.assertEqual(action.binding_type, "report")
        clerk = self._create_user("print_clerk", "stock.group_stock_user")
        lot = self.lot.with_user(clerk).with_context(trace_format="pdf")
        printed = lot.action_export_trace()
        self.assertEqual(printed["report_name"], REPORT)
        self.assertEqual(printed["context"]["active_ids"], self.lot.ids)


@tagged("post_install", "-at_install")
class TestTraceReportFile(HttpCase):
    """The PDF as the browser gets it."""

    def test_pages_are_numbered(self):
        build = StockBuilder(self.env)
        lots = self.env["stock.lot"]
        for number in range(12):
            lot = build.lot(build.product(f"Printed {number}"), f"PRINT-{number}")
            build.receive(lot, 5, build.partner("Press"))
            lots |= lot
        self.authenticate("admin", "admin")
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(REPORT, lots.ids)
        self.assertEqual(kind, "pdf")
        pages = PdfFileReader(io.BytesIO(content)).pages
        self.assertGreater(len(pages), 1)
        for number, page in enumerate(pages, start=1):
            self.assertIn(f"{number} / {len(pages)}", page.extract_text())
