from collections import namedtuple

from odoo.tests import BaseCase, tagged

from ..tools.serial_walk import find_stuck

Move = namedtuple("Move", "source target")


@tagged("post_install", "-at_install")
class TestSerialWalk(BaseCase):
    def stuck(self, places, *moves):
        moves = [Move(*move) for move in moves]
        stuck = find_stuck(moves, places, lambda move, place: move.source == place)
        return ["".join(move) for move in stuck]

    def test_from_where_it_is(self):
        self.assertEqual(self.stuck("a", "ab"), [])

    def test_from_where_it_is_not(self):
        self.assertEqual(self.stuck("b", "ac"), ["ac"])

    def test_one_after_the_other_in_any_order(self):
        self.assertEqual(self.stuck("a", "bc", "cd", "ab"), [])

    def test_twice_from_one_place(self):
        self.assertEqual(self.stuck("a", "ab", "ac"), ["ac"])

    def test_two_units_known_already(self):
        self.assertEqual(self.stuck("ab", "bc", "ad"), [])

    def test_unknown_unit_comes_from_anywhere(self):
        self.assertEqual(self.stuck("", "ab"), [])
        self.assertEqual(self.stuck("", "bc", "ab"), [])

    def test_unknown_unit_twice(self):
        self.assertEqual(self.stuck("", "ab", "ac"), ["ac"])

    def test_nothing_moves(self):
        self.assertEqual(self.stuck("a"), [])
