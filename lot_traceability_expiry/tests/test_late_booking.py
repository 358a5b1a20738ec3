from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestLateBooking(FefoCase):
    """Goods that left some days ago, and are booked now."""

    def _deliver_late_booked(self, lot, days=-4):
        picking = self._open_delivery(1)
        picking.move_line_ids.lot_id = lot
        picking.expiry_left_on = self._in_days(days)
        return picking

    def _be_there(self, lots, days):
        """The lots came in on that day."""
        self.env["stock.quant"].search(
            [("lot_id", "in", lots.ids), ("location_id.usage", "=", "internal")]
        ).in_date = self._in_days(days)

    def test_dates_of_the_transfer(self):
        picking = self._deliver_late_booked(self.soon)
        moved = picking.expiry_left_on
        self.assertIs(self._validate(picking), True)
        self.assertEqual(picking.date_done, moved)
        self.assertEqual(picking.move_ids.date, moved)
        self.assertEqual(picking.move_line_ids.date, moved)
        self.assertEqual(self._picks(picking).date, moved)

    def test_what_has_expired_since_is_not_asked(self):
        picking = self._deliver_late_booked(self.soon)
        self.soon.removal_date = self._in_days(-2)
        self.assertIs(self._validate(picking), True)

    def test_what_had_expired_is_asked(self):
        picking = self._deliver_late_booked(self.soon)
        self.soon.removal_date = self._in_days(-5)
        action = self._validate(picking)
        self.assertEqual(action["res_model"], "expiry.picking.confirmation")

    def test_earlier_lot_that_has_expired_since_was_the_better_one(self):
        self._be_there(self.soon + self.late, -10)
        self.soon.removal_date = self._in_days(-2)
        picking = self._deliver_late_booked(self.late)
        self._validate(picking)
        self.assertEqual(self._picks(picking).better_lot_id, self.soon)

    def test_earlier_lot_that_came_in_since_was_not_there(self):
        self._be_there(self.soon + self.mid, -1)
        self._be_there(self.late, -10)
        picking = self._deliver_late_booked(self.late)
        self._validate(picking)
        self.assertFalse(self._picks(picking).is_deviation)

    def test_shelf_life_on_the_day_it_left(self):
        """SOON has 10 days left now, and had 14 when it left."""
        rule = self.env["lot.shelf.life.rule"].create({"minimum": 14})
        picking = self._deliver_late_booked(self.soon).with_user(self.keeper)
        rule.minimum = 15
        with self.assertRaisesRegex(UserError, "SOON has 1 days"):
            self._validate(picking)
        rule.minimum = 14
        self.assertIs(self._validate(picking), True)

    def test_not_in_the_future(self):
        with self.assertRaisesRegex(ValidationError, "Leave “Really Left On” empty"):
            self._deliver_late_booked(self.soon, days=1)
