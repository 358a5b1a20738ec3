from odoo.tests import BaseCase, tagged

from ..trace.settling import Return, Shipment, settle


@tagged("post_install", "-at_install")
class TestShipments(BaseCase):
    def test_return_is_booked_on_its_move(self):
        shipped = [Shipment(1, 7, 1, 4, move=1), Shipment(1, 7, 2, 4, move=2)]
        rest = settle(shipped, [Return(1, 7, 3, 3, origin_move=2)])
        self.assertEqual([s.returned for s in shipped], [0, 3])
        self.assertFalse(rest)

    def test_return_without_a_move_goes_to_the_oldest_of_the_partner(self):
        shipped = [
            Shipment(1, 8, 1, 4, move=1),
            Shipment(1, 7, 2, 4, move=2),
            Shipment(1, 7, 3, 4, move=3),
        ]
        settle(shipped, [Return(1, 7, 4, 5)])
        self.assertEqual([s.returned for s in shipped], [0, 4, 1])

    def test_return_of_an_unknown_sender(self):
        shipped = [Shipment(1, 8, 1, 4, move=1)]
        settle(shipped, [Return(1, False, 4, 1)])
        self.assertEqual(shipped[0].returned, 1)

    def test_what_was_sent_later_did_not_come_back(self):
        shipped = [Shipment(1, 7, 5, 4, move=1)]
        rest = settle(shipped, [Return(1, 7, 4, 1)])
        self.assertEqual(shipped[0].returned, 0)
        self.assertEqual(rest[0][1], 1)

    def test_another_lot_is_another_matter(self):
        shipped = [Shipment(1, 7, 1, 4, move=1)]
        rest = settle(shipped, [Return(2, 7, 4, 1)])
        self.assertEqual(shipped[0].returned, 0)
        self.assertEqual(len(rest), 1)

    def test_return_by_the_company_of_the_address(self):
        companies = {7: 70, 70: 70, 8: 8}
        shipped = [
            Shipment(1, 8, 1, 5, move=1),
            Shipment(1, 7, 2, 5, move=2),
            Shipment(1, 8, 3, 5, move=3),
        ]
        rest = settle(shipped, [Return(1, 70, 4, 5)], companies)
        self.assertEqual([s.returned for s in shipped], [0, 5, 0])
        self.assertFalse(rest)

    def test_return_by_anybody_else_goes_to_the_latest_first(self):
        shipped = [Shipment(1, 8, 1, 5, move=1), Shipment(1, 7, 2, 5, move=2)]
        back = Return(1, 9, 4, 7)
        rest = settle(shipped, [back])
        self.assertEqual([s.returned for s in shipped], [2, 5])
        self.assertEqual([(s.partner, q) for s, q in back.booked], [(7, 5), (8, 2)])
        self.assertFalse(rest)

    def test_more_came_back_than_was_sent(self):
        shipped = [Shipment(1, 8, 1, 5, move=1)]
        [(back, left)] = settle(shipped, [Return(1, 9, 4, 7)])
        self.assertEqual((shipped[0].returned, back.partner, left), (5, 9, 2))

    def test_at_the_same_date_the_order_of_the_lines_counts(self):
        shipped = [
            Shipment(1, 8, 1, 5, move=1, line=1),
            Shipment(1, 7, 1, 5, move=3, line=3),
        ]
        settle(shipped, [Return(1, 9, 1, 5, line=2)])
        self.assertEqual([s.returned for s in shipped], [5, 0])
