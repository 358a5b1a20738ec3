from freezegun import freeze_time

from odoo.tests import tagged

from .dates_case import LotDatesCase


@tagged("post_install", "-at_install")
class TestExpiryLabels(LotDatesCase):
    """What is printed is the day where the goods are."""

    def setUp(self):
        super().setUp()
        self._set_zone("Asia/Tokyo")
        self.env.user.tz = "America/Los_Angeles"
        groups = "product_expiry.group_expiry_date_on_delivery_slip"
        groups = self.env.ref(groups) | self.env.ref("stock.group_lot_on_delivery_slip")
        groups |= self.env.ref("stock.group_production_lot")
        self.env.user.group_ids |= groups
        # the last second of 10 March in Tokyo, still the morning in California
        self.lot = self._lot_until("2026-03-10 14:59:59")

    def _render(self, report, record):
        reports = self.env["ir.actions.report"]
        content, _type = reports._render_qweb_html(report, record.ids)
        return content.decode()

    def test_delivery_slip(self):
        with freeze_time("2026-03-09 12:00:00"):
            delivery = self.build.deliver(self.lot, 1)
        self.assertIn(
            "03/10/2026", self._render("stock.action_report_delivery", delivery)
        )
        self.lot.expiry_precision = "month"
        page = self._render("stock.action_report_delivery", delivery)
        self.assertIn("03/2026", page)
        self.assertNotIn("03/31/2026", page)

    def test_lot_label(self):
        report = "stock.action_report_lot_label"
        self.assertIn("Best before 03/10/2026", self._render(report, self.lot))
        self.milk.expiry_kind = "use_by"
        self.lot.expiry_precision = "month"
        page = self._render(report, self.lot)
        self.assertIn("Use by 03/2026", page)
        self.assertNotIn("Best before", page)

    def test_gs1_lot_label(self):
        group = self.env.ref("stock.group_stock_lot_print_gs1")
        self.env.user.group_ids |= group
        self.lot.expiry_precision = "month"
        page = self._render("stock.action_report_lot_label", self.lot)
        self.assertIn("15260300", page)
        self.assertNotIn("17260331", page)

    def test_zebra_label(self):
        for group, code in (("", "^FDL1^FS"), ("gs1", "1526031010L1")):
            if group:
                group = self.env.ref("stock.group_stock_lot_print_gs1")
                self.env.user.group_ids |= group
            text, _type = self.env["ir.actions.report"]._render_qweb_text(
                "stock.label_lot_template", self.lot.ids
            )
            text = text.decode()
            self.assertIn("^FDBest before 03/10/2026^FS", text)
            self.assertEqual(text.count("03/10/2026"), 1)
            self.assertIn(code, text)

    def test_name_on_the_last_day(self):
        with freeze_time("2026-03-10 14:59:59"):
            lot = self.lot.with_context(formatted_display_name=True)
            self.assertEqual(lot.display_name, "L1\t--Expires today--")
        with freeze_time("2026-03-10 15:00:00"):
            self.env.invalidate_all()
            self.assertEqual(lot.display_name, "L1\t--Expired--")

    def test_form_says_the_day_of_the_label(self):
        self.assertEqual(self.lot.expiry_text, "03/10/2026")
