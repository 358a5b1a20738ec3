from datetime import datetime

from odoo.tests import tagged

from odoo.addons.lot_traceability.tests.builder import StockBuilder

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestLotWasteReport(LotExpiryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["lot.waste.report"]
        cls.milk.standard_price = 2
        tags = cls.env["stock.scrap.reason.tag"]
        cls.late = tags.create({"name": "Too late", "sequence": 1})
        cls.broken = tags.create({"name": "Broken", "sequence": 2})

    def _scrap(self, lot, quantity, reasons, moment):
        scrap = self.build.scrap(lot, quantity)
        scrap.scrap_reason_tag_ids = reasons
        lines = scrap.move_ids.move_line_ids
        lines.date = moment
        return scrap

    def _rows(self, lots):
        return self.report.search([("lot_id", "in", lots.ids)], order="date")

    def test_month_reason_quantity_and_value(self):
        lot = self._create_lot_in_stock("L1", 20)
        lot.expiration_date = datetime(2026, 3, 5, 12)
        none = self.env["stock.scrap.reason.tag"]
        self._scrap(lot, 1, none, datetime(2026, 2, 1, 12))
        self._scrap(lot, 2, self.late, datetime(2026, 3, 5, 20))
        scrap = self._scrap(lot, 3, self.late + self.broken, datetime(2026, 3, 6, 1))
        self.assertRecordValues(
            self._rows(lot),
            [
                {"quantity": 1, "value": 2, "reason": False, "expired": False},
                {"quantity": 2, "value": 4, "reason": "Too late", "expired": False},
                {
                    "quantity": 3,
                    "value": 6,
                    "reason": "Too late, Broken",
                    "expired": True,
                },
            ],
        )
        self.assertEqual(self._rows(lot)[-1].scrap_id, scrap)
        months = self.report._read_group(
            [("lot_id", "=", lot.id)], ["date:month"], ["quantity:sum", "value:sum"]
        )
        self.assertEqual([row[1:] for row in months], [(1, 2), (5, 10)])

    def test_reason_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.late.with_context(lang="fr_FR").name = "Trop tard"
        lot = self._create_lot_in_stock("L1", 20)
        self._scrap(lot, 1, self.late, datetime(2026, 3, 5))
        rows = self.report.with_context(lang="fr_FR").search([("lot_id", "=", lot.id)])
        self.assertEqual(rows.reason, "Trop tard")

    def test_only_what_was_written_off(self):
        lot = self._create_lot_in_stock("L1", 20)
        self.build.deliver(lot, 5)
        self.assertFalse(self._rows(lot))

    def test_company_of_the_reader(self):
        there = self.env["res.company"].create({"name": "There"})
        build = StockBuilder(self.env, there)
        away = self._create_lot("Away")
        build.receive(away, 3)
        build.scrap(away, 1)
        rows = self.report.with_user(self.keeper).search([("lot_id", "=", away.id)])
        self.assertFalse(rows)
