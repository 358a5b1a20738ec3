import io
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.lot_traceability.imports.table_file import read_table

from .common import REASONS, RecallCase
from .recall_reply_common import ConsigneeCase


class PapersMixin:
    def render(self, name, records):
        report = f"lot_traceability_recall.action_report_recall_{name}"
        html = self.env["ir.actions.report"]._render_qweb_html(report, records.ids)
        return " ".join(html[0].decode().split())

    def unzip(self, recall):
        return zipfile.ZipFile(io.BytesIO(recall._get_evidence()))


@tagged("post_install", "-at_install")
class TestNoticePapers(PapersMixin, ConsigneeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.deliver(cls.lot, 1, cls.letter)
        cls.recall.action_refresh_consignees()

    def test_what_a_notice_says(self):
        self.product.write(
            {
                "barcode": "04006381333931",
                "lot_pack_size": "6 x 250 g",
                "lot_pack_style": "Case",
            }
        )
        self.recall.notice_hazard = "It can cut the mouth"
        headings = {
            "recall": "URGENT: PRODUCT RECALL",
            "correction": "URGENT: PRODUCT CORRECTION",
            "withdrawal": "URGENT: MARKET WITHDRAWAL",
            "stock_recovery": "URGENT: STOCK RECOVERY",
            "hold": "URGENT: GOODS ON HOLD",
        }
        for kind, heading in headings.items():
            with self.subTest(kind=kind):
                self.recall.sudo().kind = kind
                self.assertEqual(self.recall._get_notice_title(), heading)
                letter = self.render("notice", self.consignee())
                self.assertIn(heading, letter)
                self.assertEqual("recall goods" in letter, kind == "recall")
        for text in (
            *("Dear Customer", "Pieces of glass", "It can cut the mouth", "BAD-1"),
            *("04006381333931", "6 x 250 g, Case", "What to do", "Answer by"),
        ):
            self.assertIn(text, letter)
        self.assertNotIn("Corner Grocery", letter)

    def test_the_wizard_asks_for_the_reason(self):
        self.recall.sudo().notice_reason = False
        action = self.recall.action_open_notices()
        wizard = self.env["lot.recall.notice.wizard"].with_context(**action["context"])
        wizard = wizard.create({"recall_id": self.recall.id})
        self.assertFalse(wizard.notice_reason)
        with self.assertRaisesRegex(UserError, "Reason and Hazard"):
            wizard.action_send()
        self.assertFalse(self.recall.consignee_ids.notice_ids)
        wizard.write({"notice_reason": "Glass splinters", "notice_hazard": "Cuts"})
        wizard.action_send()
        self.assertEqual(self.recall.notice_reason, "Glass splinters")
        self.assertIn("Cuts", self.render("notice", self.consignee()))

    def test_no_way_out_without_a_reason(self):
        """Not printed, not mailed and not reminded once the text is gone again."""
        self.send()
        self.recall.sudo().notice_reason = " "
        with self.assertRaisesRegex(UserError, "Reason and Hazard"):
            self.render("notice", self.consignee())
        consignee = self.consignee()
        before = consignee.notice_ids
        consignee.sudo().deadline = "2020-01-01"
        before.sudo().state = "sent"
        self.env["lot.recall.notice"].sudo()._create_for(consignee, "reminder")
        self.run_cron("lot.recall.notice", "_cron_send")
        reminder = consignee.notice_ids - before
        self.assertEqual((reminder.state, reminder.mail_id.id), ("failed", False))
        self.assertIn("Reason and Hazard", reminder.failure)

    def test_letters_are_kept_as_they_were_sent(self):
        self.send()
        letter = self.consignee(self.letter).notice_ids
        report = self.env["ir.actions.report"]
        printed = report._render_qweb_pdf(
            "lot_traceability_recall.action_report_recall_notice",
            letter.consignee_id.ids,
        )[0]
        letter.with_user(self.user).action_mark_posted()
        self.letter.name = "Bought by Others"
        pack = self.unzip(self.recall)
        [name] = [
            one for one in pack.namelist() if one.startswith(f"letters/{letter.id}-")
        ]
        self.assertEqual(pack.read(name), printed)
        mailed = self.consignee().notice_ids
        [name] = [
            one for one in pack.namelist() if one.startswith(f"letters/{mailed.id}-")
        ]
        self.assertEqual(pack.read(name), mailed.mail_id.sudo().attachment_ids.raw)
        # the link in them is not for who only reads, while it can be answered by
        auditor = self.auditor
        pack = self.unzip(self.recall.with_user(auditor))
        self.assertFalse([one for one in pack.namelist() if "letters/" in one])

    def test_the_status_report_tells_each_consignee(self):
        self.customer.write({"street": "1 Main St", "city": "Ames"})
        self.customer.country_id = self.env.ref("base.us")
        self.send()
        self.reply(self.consignee(), on_hand=4)
        check = self.env["lot.recall.check"].sudo()
        check.create(
            {"recall_id": self.recall.id, "consignee_id": self.consignee().id}
        ).result = "acted"
        text = self.render("status", self.recall)
        for part in (
            *("1. Consignees notified", "6. Expected completion", "21 CFR 7.53"),
            *("shop@example.com", "In the Outbox", "Letter", "1 Main St", "E-mail"),
            *("1 of 1 made", "Notified, Followed: 1", "Phone"),
        ):
            self.assertIn(part, text)
        table = read_table(self.recall._get_consignee_xlsx())
        rows = [
            dict(zip(table.header, cells, strict=False)) for _at, cells in table.rows
        ]
        [row] = [row for row in rows if row["Consignee"] == "Customer"]
        self.assertIn("1 Main St", row["Address"])
        self.assertEqual((row["Country"], row["Unit"]), ("United States", "Units"))
        self.assertTrue(row["First Delivery"])


@tagged("post_install", "-at_install")
class TestRecallPapers(PapersMixin, RecallCase):
    def test_what_came_back_before_is_not_recovered(self):
        self.build.return_picking(self.delivery, {self.product: 1})
        for values in ({}, {"is_mock": True}):
            with self.subTest(values):
                recall = self.create_approved(**values)
                [row] = recall._get_recovered_rows()
                found = (row["recovered"], row["shipped"], row["before"])
                self.assertEqual(found, (0, 3, 1))
                self.assertEqual(recall.consignee_line_ids.returned_before, 1)
                recall._advance("closed", REASONS) if values else None
                if not values:
                    recall._cancel("Other way")
        recall = self.create_approved()
        self.build.return_picking(self.delivery, {self.product: 2})
        recall.action_refresh_consignees()
        recall.action_balance()
        [row] = recall._get_recovered_rows()
        found = (row["recovered"], row["shipped"], row["before"])
        self.assertEqual(found, (2, 3, 1))
        self.assertAlmostEqual(recall.recovered_percent, 200 / 3)
        text = self.render("status", recall)
        self.assertIn("1 Units had come back before the recall", text)

    def test_an_exercise_passes_or_fails(self):
        self.env.company.recall_target_hours = 2
        recall = self.create_recall(is_mock=True)
        self.assertEqual((recall.target_hours, recall.target_result), (2, "open"))
        recall._advance("recovery")
        recall.action_balance()
        self.assertEqual(recall.target_result, "pass")
        self.assertEqual(
            recall.accounted_text,
            "Raw: 16 on hand + 4 with customers = 20 of 20 Units (100 %)",
        )
        text = self.render("mock", recall)
        for part in ("Passed", "16 on hand + 4 with", "Vendor", "Customer", "2 hours"):
            self.assertIn(part, text)
        recall.sudo().date_opened -= timedelta(hours=3)
        self.assertEqual(recall.target_result, "fail")
        self.assertIn("Failed", self.render("mock", recall))
        self.assertFalse(self.create_recall(self.lot.browse()).target_result)

    def test_logistics_holds_at_once_and_nothing_is_lost(self):
        logistics = self._create_role("logistics")
        before = self.env["lot.recall"].search([], limit=1)
        wizard = self.open_wizard(user=logistics)
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertNotEqual(recall, before)
        self.assertEqual(recall.state, "draft")
        self.assertTrue(self.lot.on_hold)
        recall._advance("scoped")
        self.assertEqual(recall.planned_count, 2)
        self.assertEqual(set(recall.disposition_ids.mapped("disposition")), {"scrap"})

    def test_expired_goods_can_be_dealt_with(self):
        if "use_expiration_date" not in self.env["product.template"]._fields:
            self.skipTest("no expiration dates")
        self.env.company.lot_recall_rework_location_id = self.build.location("Rework")
        product = self.build.product(
            "Cheese", use_expiration_date=True, expiration_time=10
        )
        for kind in ("quarantine", "vendor", "rework", "scrap"):
            with self.subTest(kind):
                old, good = lots = self.env["stock.lot"].union(
                    *(self.build.lot(product, f"{kind}-{no}") for no in (1, 2))
                )
                for lot in lots:
                    self.build.receive(lot, 10, self.vendor)
                old.expiration_date = fields.Datetime.now() - timedelta(days=3)
                good.expiration_date = fields.Datetime.now() + timedelta(days=30)
                wizard = self.open_wizard(lots)
                self.tick(wizard, disposition=kind)
                recall = self.recall_of(wizard.action_carry_out())
                self.assertEqual(
                    recall.disposition_ids.mapped("state"), ["done", "done"]
                )
                self.assertFalse(self.build.on_hand(old, self.build.stock))

    def test_sheets_for_authorities(self):
        self.product.write({"barcode": "04006381333931", "lot_brand": "Best"})
        self.customer.country_id = self.env.ref("base.de")
        self.vendor.country_id = self.env.ref("base.fr")
        recall = self.create_approved(
            reason="Complaint of Corner Grocery",
            notice_reason="Pieces of glass",
            notice_hazard="Cuts",
        )
        rasff = self.render("rasff", recall)
        for part in (
            *("Cuts", "Vendor, France", "Germany, consignees: 1", "4 Units"),
            *("178/2002", "To be filled in", recall.name, "BAD-1"),
        ):
            self.assertIn(part, rasff)
        gpsr = self.render("gpsr", recall)
        for part in (
            *("Product safety recall", "Pieces of glass", "Best", "04006381333931"),
            *("2023/988", "Delivered from"),
        ):
            self.assertIn(part, gpsr)
        for text in (rasff, gpsr):
            self.assertNotIn("Corner Grocery", text)
            self.assertNotIn("compliant", text)
        recall.notice_remedy = "Your money back"
        self.assertIn("Your money back", self.render("gpsr", recall))
