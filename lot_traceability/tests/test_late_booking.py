from odoo.tests import BaseCase, tagged

from ..tools.late_booking import Spell, get_arrival, get_spells


@tagged("post_install", "-at_install")
class TestLateBooking(BaseCase):
    def test_never_below_zero(self):
        self.assertEqual(get_spells([("A", 1, 1, 5), ("A", 1, 2, 0)]), {})

    def test_below_zero_until_it_was_booked(self):
        stocks = [("A", 1, 1, -2), ("A", 1, 3, -1), ("A", 1, 5, 4), ("B", 1, 1, 1)]
        self.assertEqual(get_spells(stocks), {"A": [Spell(1, 5)]})

    def test_still_below_zero(self):
        self.assertEqual(get_spells([("A", 1, 2, -1)]), {"A": [Spell(2)]})

    def test_places_do_not_help_each_other(self):
        stocks = [("A", 1, 1, 9), ("A", 2, 2, -1), ("A", 2, 4, 0)]
        self.assertEqual(get_spells(stocks), {"A": [Spell(2, 4)]})

    def test_rounding_is_no_spell(self):
        self.assertEqual(get_spells([("A", 1, 1, -1e-9)]), {})

    def test_arrival(self):
        spells = [Spell(2, 4), Spell(7)]
        self.assertEqual(
            [get_arrival(moment, spells) for moment in (1, 2, 3, 4, 5, 7, 9)],
            [1, 2, 2, 2, 5, 7, 7],
        )
