from odoo.tests import BaseCase, tagged

from ..trace.handovers import Handovers, Passage, _settle

A, B, C = 1, 2, 3
PLACE = 9


@tagged("post_install", "-at_install")
class TestHandovers(BaseCase):
    """Who took what out of the place between companies."""

    def settle(self, *passages):
        """``passages``: (lot, quantity, readable), below zero: taken out."""
        found = Handovers()
        rows = [
            Passage(line, lot, PLACE, 1 if n > 0 else -1, abs(n), *readable or [True])
            for line, (lot, n, *readable) in enumerate(passages, 1)
        ]
        _settle(rows, found)
        return found

    def assertFound(self, found, went=(), came=(), surplus=()):
        self.assertEqual(dict(found.went), dict(went))
        self.assertEqual(dict(found.came), dict(came))
        expected = {(lot, PLACE): quantity for lot, quantity in dict(surplus).items()}
        self.assertEqual(dict(found.surplus), expected)

    def test_some_of_it_is_on_its_way(self):
        found = self.settle((A, 6), (B, -4))
        self.assertFound(found, {A: 4}, {B: 4}, {A: 4, B: -4})
        self.assertEqual(dict(found.pairs), {(1, 2): 4})

    def test_in_two_parts(self):
        found = self.settle((A, 3), (B, -3), (A, 3), (B, -2))
        self.assertFound(found, {A: 5}, {B: 5}, {A: 5, B: -5})
        self.assertEqual(dict(found.pairs), {(1, 2): 3, (3, 4): 2})

    def test_taken_back_by_who_sent_it(self):
        found = self.settle((A, 6), (A, -5), (B, -1))
        self.assertFound(found, {A: 1}, {B: 1}, {A: 1, B: -1})

    def test_there_and_back(self):
        found = self.settle((A, 5), (B, -5), (B, 5), (A, -5))
        self.assertFound(found, {A: 5, B: 5}, {A: 5, B: 5})
        self.assertEqual(dict(found.pairs), {(1, 2): 5, (3, 4): 5})

    def test_on_to_a_third_company(self):
        found = self.settle((A, 5), (B, -5), (B, 5), (C, -5))
        self.assertFound(found, {A: 5, B: 5}, {B: 5, C: 5}, {A: 5, C: -5})

    def test_booked_in_before_it_was_booked_out(self):
        found = self.settle((B, -4), (A, 6))
        self.assertFound(found, {A: 4}, {B: 4}, {A: 4, B: -4})

    def test_two_took_it_and_one_may_not_be_seen(self):
        found = self.settle((A, 10), (B, -4), (C, -6, False))
        self.assertFound(found, {A: 10}, {B: 4}, {A: 10, B: -4, C: -6})
        self.assertEqual((found.sent, found.gone), ({1: 10}, {1: 6}))

    def test_one_lot_of_which_some_may_not_be_read(self):
        """Odoo has 2 there, by all companies; whose they are is known."""
        found = self.settle((A, 6, True), (A, -4, False))
        self.assertFound(found, {A: 4})
        self.assertEqual((found.hidden_to, found.hidden_from), ({A}, set()))
        found = self.settle((A, 6, False), (A, -4, True))
        self.assertFound(found, (), {A: 4}, {A: 2})
        self.assertEqual((found.hidden_to, found.hidden_from), (set(), {A}))
