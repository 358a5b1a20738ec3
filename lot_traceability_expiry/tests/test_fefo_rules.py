from datetime import date

from odoo.tests import BaseCase, tagged

from ..fefo.judging import Stock, judge

DAY = date(2026, 5, 10)
BEFORE = date(2026, 5, 9)
LONG_BEFORE = date(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestFefoRules(BaseCase):
    def test_nothing_else(self):
        verdict = judge(1, DAY, [Stock(1, DAY, 5)])
        self.assertEqual((verdict.better, verdict.skipped), (None, None))

    def test_same_day_is_no_deviation(self):
        self.assertIsNone(judge(1, DAY, [Stock(2, DAY, 5)]).better)

    def test_the_lot_itself_elsewhere_is_no_deviation(self):
        self.assertIsNone(judge(1, DAY, [Stock(1, BEFORE, 5)]).better)

    def test_earlier_and_free(self):
        stock = [Stock(2, BEFORE, 5), Stock(3, LONG_BEFORE, 1)]
        self.assertEqual(judge(1, DAY, stock).better.lot, 3)

    def test_earlier_but_not_free(self):
        verdict = judge(1, DAY, [Stock(2, BEFORE, 0), Stock(3, BEFORE, -1)])
        self.assertIsNone(verdict.better)
        self.assertEqual(verdict.skipped.lot, 2)

    def test_earlier_but_must_not_go(self):
        stock = [Stock(2, LONG_BEFORE, 5, "on hold")]
        verdict = judge(1, DAY, stock)
        self.assertIsNone(verdict.better)
        self.assertEqual(verdict.skipped.obstacle, "on hold")
        self.assertEqual(judge(1, DAY, [*stock, Stock(3, BEFORE, 1)]).better.lot, 3)

    def test_rounding_dust_is_nothing(self):
        self.assertIsNone(judge(1, DAY, [Stock(2, BEFORE, 1e-12)]).better)
        self.assertIsNone(
            judge(1, DAY, [Stock(2, BEFORE, 0.001)], lambda qty: qty < 0.01).better
        )
