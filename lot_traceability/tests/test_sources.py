from odoo.tests import BaseCase, tagged

from ..trace.sources import get_sources


@tagged("post_install", "-at_install")
class TestStockSources(BaseCase):
    """Movements are (id, moment, quantity)."""

    def test_sold_out_in_between(self):
        movements = [(1, 1, 5), (2, 2, -5), (3, 3, 5), (4, 4, -2)]
        self.assertEqual(get_sources(movements, (4, 4)), [3])
        self.assertEqual(get_sources(movements, (2, 2)), [1])

    def test_mixed_in_between(self):
        movements = [(1, 1, 5), (2, 2, -4), (3, 3, 5), (4, 4, -2)]
        self.assertEqual(get_sources(movements, (4, 4)), [1, 3])

    def test_what_came_in_later_does_not_count(self):
        self.assertEqual(get_sources([(1, 1, 5), (2, 2, -1), (3, 3, 5)], (2, 2)), [1])

    def test_booked_late(self):
        movements = [(1, 1, -3), (2, 2, 2), (3, 3, -9), (4, 4, 2), (5, 5, 9)]
        self.assertEqual(get_sources(movements, (1, 1)), [2, 4])

    def test_of_an_earlier_spell(self):
        movements = [(1, 1, -2), (2, 2, 5), (3, 3, -1)]
        self.assertEqual(get_sources(movements, (3, 3)), [2])

    def test_never_came_in(self):
        self.assertEqual(get_sources([(1, 1, -2)], (1, 1)), [])
