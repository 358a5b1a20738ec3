from odoo.tests import BaseCase, tagged

from ..trace.shortages import Shortage, get_arrival, get_shortages


@tagged("post_install", "-at_install")
class TestLateBooking(BaseCase):
    def test_never_below_zero(self):
        self.assertEqual(get_shortages([("A", 1, 1, 5), ("A", 1, 2, 0)]), {})

    def test_below_zero_until_it_was_booked(self):
        stocks = [("A", 1, 1, -2), ("A", 1, 3, -1), ("A", 1, 5, 4), ("B", 1, 1, 1)]
        self.assertEqual(get_shortages(stocks), {"A": [Shortage(1, 5)]})

    def test_still_below_zero(self):
        self.assertEqual(get_shortages([("A", 1, 2, -1)]), {"A": [Shortage(2)]})

    def test_places_do_not_help_each_other(self):
        stocks = [("A", 1, 1, 9), ("A", 2, 2, -1), ("A", 2, 4, 0)]
        self.assertEqual(get_shortages(stocks), {"A": [Shortage(2, 4)]})

    def test_rounding_is_no_spell(self):
        self.assertEqual(get_shortages([("A", 1, 1, -1e-9)]), {})

    def test_arrival(self):
        shortages = [Shortage(2, 4), Shortage(7)]
        self.assertEqual(
            [get_arrival(moment, shortages) for moment in (1, 2, 3, 4, 5, 7, 9)],
            [1, 2, 2, 2, 5, 7, 7],
        )
