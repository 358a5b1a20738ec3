from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestHoldPlaces(LotTraceCase):
    """A hold for one place, a release of one place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelves = [cls.build.location(name) for name in ("Shelf A", "Shelf B")]
        for shelf in cls.shelves:
            cls.build.receive((cls.product, "P1"), 10, cls.vendor, to=shelf)
        cls.lot = cls.build.lot(cls.product, "P1")
        cls.quarantine = cls.build.warehouse.lot_quarantine_location_id
        cls.quality = cls._create_user("quality", "lot_traceability.group_lot_hold")

    def reserve(self, quantity):
        delivery = self.build.open_delivery(self.product, quantity, self.customer)
        return {
            line.location_id: line.quantity for line in delivery.move_line_ids
        }, delivery

    def test_hold_of_a_shelf_holds_that_shelf(self):
        first, second = self.shelves
        _lines, delivery = self.reserve(20)
        self.lot.with_user(self.quality).action_hold("Wet", first.ids)
        self.assertEqual(delivery.move_line_ids.location_id, second)
        self.assertTrue(self.lot.on_hold)
        self.assertFalse(self.lot.held_whole)
        self.assertIn("Shelf A", self.lot.hold_text)
        held = self.lot.quant_ids.filtered("lot_on_hold")
        self.assertEqual(held.location_id, first)
        self.assertEqual(
            self.env["stock.quant"].search([("lot_on_hold", "=", True)]), held
        )
        delivery.do_unreserve()
        lines, _delivery = self.reserve(20)
        self.assertEqual(lines, {second: 10})
        self.build.deliver(self.lot, 1, self.customer, source=second)
        with self.assertRaisesRegex(UserError, "Wet"):
            self.build.deliver(self.lot, 1, self.customer, source=first)

    def test_a_place_inside_is_held_too(self):
        first, _second = self.shelves
        corner = self.build.location("Corner", first)
        self.build.move(self.lot, 2, first, corner)
        self.lot.action_hold("Wet", first.ids)
        with self.assertRaises(UserError):
            self.build.deliver(self.lot, 1, self.customer, source=corner)

    def test_release_of_a_shelf_frees_that_shelf(self):
        first, second = self.shelves
        self.lot.action_hold("Metal found")
        self.assertTrue(self.lot.held_whole)
        ended = self.lot.with_user(self.quality).action_release("Sieved", first.ids)
        self.assertEqual(len(ended), 1)
        self.assertTrue(self.lot.on_hold)
        self.assertIn("Shelf A", self.lot.hold_text)
        lines, delivery = self.reserve(20)
        self.assertEqual(lines, {first: 10})
        delivery.do_unreserve()
        with self.assertRaises(UserError):
            self.build.deliver(self.lot, 1, self.customer, source=second)
        self.build.deliver(self.lot, 1, self.customer, source=first)
        self.lot.action_release("Sieved", second.ids)
        self.assertFalse(self.lot.on_hold)
        self.assertFalse(self.lot.hold_ids.filtered(lambda h: h.state == "held"))

    def test_a_shelf_of_another_company(self):
        """The lot is of all companies, the shelf is not."""
        company = self.env["res.company"].create({"name": "Sister"})
        sister = self._create_user(
            "sister", "stock.group_stock_manager", companies=company
        )
        self.lot.company_id = False
        self.lot.action_hold("Glass", location_ids=self.shelves[0].ids)
        lot = self.lot.with_user(sister)
        lot = lot.with_context(allowed_company_ids=company.ids)
        with self.assertRaisesRegex(AccessError, "another company"):
            lot.action_release("Let it go")
        place = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        lot.action_hold("Ours", location_ids=place.lot_stock_id.ids)
        lot.action_release("Ours is well")
        self.assertEqual(
            self.lot.hold_ids.filtered(lambda hold: hold.state == "held").location_id,
            self.shelves[0],
        )

    def test_release_of_a_hold_of_that_shelf(self):
        first, _second = self.shelves
        self.lot.action_hold("Wet", first.ids)
        self.lot.action_release("Dry", first.ids)
        self.assertFalse(self.lot.on_hold)

    def test_freed_shelf_is_held_again(self):
        first, _second = self.shelves
        self.lot.action_hold("Metal found")
        self.lot.action_release("Sieved", first.ids)
        self.assertTrue(self.lot.action_hold("Metal again", first.ids))
        with self.assertRaises(UserError):
            self.build.deliver(self.lot, 1, self.customer, source=first)
        self.lot.action_release("Sieved again", first.ids)
        self.assertTrue(self.lot.action_hold("All of it"))
        self.assertTrue(self.lot.held_whole)

    def test_held_goods_stay_held_in_quarantine(self):
        first, _second = self.shelves
        self.lot.action_hold("Wet", first.ids)
        self.build.move(self.lot, 4, first, self.quarantine)
        with self.assertRaisesRegex(UserError, "Wet"):
            self.build.deliver(self.lot, 1, self.customer, source=self.quarantine)
        self.lot.action_release("Dry")
        self.assertFalse(self.lot.on_hold)

    def test_a_recall_holds_and_releases_places(self):
        first, second = self.shelves
        recall = self.customer
        self.lot._hold("Recall", origin="RC/1", holder=recall)
        self.lot._release("Good", holder=recall, locations=first)
        self.assertFalse(self.lot._hold("Recall", origin="RC/1", holder=recall))
        self.build.deliver(self.lot, 1, self.customer, source=first)
        with self.assertRaises(UserError):
            self.build.deliver(self.lot, 1, self.customer, source=second)
        # what comes back there is held again
        self.lot._hold("Back", origin="RC/1", holder=recall, locations=first)
        with self.assertRaises(UserError):
            self.build.deliver(self.lot, 1, self.customer, source=first)
        self.lot._release("Over", holder=recall)
        self.assertFalse(self.lot.on_hold)

    def test_only_places_in_a_warehouse(self):
        with self.assertRaises(UserError):
            self.lot.action_hold("Wet", self.build.customers.ids)

    def test_no_places_are_not_all_of_them(self):
        """A program that has found no place holds and releases nothing."""
        for judge in (self.lot.action_hold, self.lot.action_reject):
            with self.assertRaisesRegex(UserError, "location_ids"):
                judge("Wet", location_ids=[])
            self.assertFalse(self.lot.on_hold)
        # what is named twice is held once
        held = (self.lot.browse(self.lot.ids * 2)).action_hold("Wet")
        self.assertEqual(len(held), 1)
        shelf_id = self.shelves[0].id
        other = self.build.lot(self.product, "P2")
        held = other.action_hold("Wet", location_ids=[shelf_id, shelf_id])
        self.assertEqual(len(held), 1)
        with self.assertRaisesRegex(UserError, "location_ids"):
            self.lot.action_release("Dry", location_ids=[])
        self.assertTrue(self.lot.on_hold)
        self.lot.action_release("Dry", location_ids=None)
        self.assertFalse(self.lot.on_hold)

    def test_the_right_is_asked_for_places_too(self):
        clerk = self._create_user("clerk", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.lot.with_user(clerk).action_hold("Wet", self.shelves[0].ids)

    def test_dialog(self):
        first, second = self.shelves
        wizard = self.env["lot.hold.wizard"].create(
            {
                "lot_ids": [(6, 0, self.lot.ids)],
                "location_ids": [(6, 0, first.ids)],
                "reason": "Wet",
            }
        )
        self.assertEqual(wizard.possible_location_ids, first | second)
        wizard.action_apply()
        self.assertEqual(self.lot.hold_ids.location_id, first)


@tagged("post_install", "-at_install")
class TestHoldWayOut(LotTraceCase):
    """Every hold has a way out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.receive((cls.product, "W1"), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "W1")
        cls.quality = cls._create_user("quality", "lot_traceability.group_lot_hold")

    def test_a_user_releases_their_own_while_a_recall_holds(self):
        self.lot.with_user(self.quality).action_hold("Smells")
        own = self.lot.hold_ids
        self.lot._hold("Recall", origin="RC/1", holder=self.customer)
        self.assertEqual(
            self.lot.with_user(self.quality).action_release("Aired"), own.ids
        )
        self.assertEqual(own.state, "released")
        self.assertTrue(self.lot.on_hold)
        with self.assertRaisesRegex(UserError, "RC/1"):
            self.lot.with_user(self.quality).action_release("Again")

    def test_what_a_holder_left_that_is_gone(self):
        holder = self.env["res.partner"].create({"name": "Recall"})
        self.lot._hold("Recall", origin="RC/1", holder=holder)
        holder.unlink()
        self.lot.with_user(self.quality).action_release("It is over")
        self.assertFalse(self.lot.on_hold)
