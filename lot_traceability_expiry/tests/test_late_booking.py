from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.lot_traceability.tools.calendar_days import local_date

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
        rule = self.env["lot.shelf.life.rule"].create(
            {"minimum": 14, "policy": "refuse"}
        )
        picking = self._deliver_late_booked(self.soon).with_user(self.keeper)
        rule.minimum = 15
        with self.assertRaisesRegex(UserError, "SOON is too short.*missing: 1"):
            self._validate(picking)
        rule.minimum = 14
        self.assertIs(self._validate(picking), True)

    def test_receipt_booked_late(self):
        """What came in five days ago is good, and first in, from then."""
        milk = self.build.product("Milk", use_expiration_date=True, expiration_time=30)
        dated = {"typed": self._in_days(9)}
        receipt = self.build.open_receipt(milk, 2)
        receipt.move_line_ids.unlink()
        line = {"product_id": milk.id, "quantity": 1, "move_id": receipt.move_ids.id}
        line["picking_id"] = receipt.id
        counted, typed = self.env["stock.move.line"].create(
            [
                dict(line, lot_name="COUNTED"),
                dict(line, lot_name="TYPED", expiration_date=dated["typed"]),
            ]
        )
        receipt.expiry_left_on = came = self._in_days(-5)
        self.assertEqual(counted.expiration_date, came + timedelta(days=30))
        self.assertEqual(typed.expiration_date, dated["typed"])
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        lots = receipt.move_line_ids.lot_id
        self.assertEqual(
            lots.filtered(lambda lot: lot.name == "COUNTED").expiration_date,
            came + timedelta(days=30),
        )
        quants = lots.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(set(quants.mapped("in_date")), {came})

    def test_whoever_validates_says_when_it_came(self):
        """A receipt planned five days ago and validated by a plain clerk: it is shown,
        one button says it, and who said it is kept."""
        clerk = self._create_user("late_clerk", "stock.group_stock_user")
        receipt = self.build.open_receipt(self.product, 1, "LATE").with_user(clerk)
        self.assertFalse(receipt.is_booked_late)
        receipt.scheduled_date = came = self._in_days(-5)
        self.assertTrue(receipt.is_booked_late)
        receipt.action_came_as_planned()
        self.assertEqual(receipt.expiry_left_on, came)
        self.assertFalse(receipt.is_booked_late)
        receipt.move_ids.picked = True
        receipt.button_validate()
        line = receipt.move_line_ids
        self.assertEqual((receipt.date_done, line.date), (came, came))
        entry = self.env["lot.trace.log"].search(
            [("lot_ref", "=", line.lot_id.id), ("reason", "like", "Booked late")]
        )
        self.assertEqual(entry.user_id, clerk)
        self.assertIn(fields.Datetime.to_string(came), entry.new_value)
        facts = self.env["lot.trace.fact"].search([("line_ref", "=", line.id)])
        self.assertEqual(facts.mapped("date"), [came])
        # of what leaves it is said by those who may let it pass
        with self.assertRaises(UserError):
            self._open_delivery(1).with_user(clerk).expiry_left_on = came

    def test_no_date_is_invented(self):
        """A product that says no days: nothing expires today."""
        milk = self.build.product("Milk", use_expiration_date=True)
        self.assertFalse(self.build.lot(milk, "A").expiration_date)
        receipt = self.build.open_receipt(milk, 1, "B")
        self.assertFalse(receipt.move_line_ids.expiration_date)
        receipt.button_validate()
        lot = receipt.move_line_ids.lot_id
        self.assertEqual(lot.name, "B")
        self.assertFalse(lot.expiration_date or lot.removal_date)
        # a lot without a date gets none from a line either
        milk.expiration_time = 30
        again = self.build.receive(lot, 1)
        self.assertFalse(again.move_line_ids.expiration_date or lot.expiration_date)

    def test_made_on_by_a_program(self):
        milk = self.build.product("Milk", use_expiration_date=True, expiration_time=30)
        receipt = self.build.open_receipt(milk, 1, "B")
        line = receipt.move_line_ids
        line.made_on = made = fields.Date.today() - timedelta(days=12)
        tz = line.move_id._get_expiry_tz()
        day = local_date(line.expiration_date, tz)
        self.assertEqual(day, made + timedelta(days=30))
        values = {"product_id": milk.id, "lot_name": "C", "quantity": 1}
        new = line.create({**values, "move_id": line.move_id.id, "made_on": made})
        self.assertEqual(new.expiration_date, line.expiration_date)

    def test_not_in_the_future(self):
        with self.assertRaisesRegex(ValidationError, "WH/OUT"):
            self._deliver_late_booked(self.soon, days=1)
