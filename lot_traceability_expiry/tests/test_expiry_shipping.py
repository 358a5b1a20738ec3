from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .dates_case import LotDatesCase

PAST = "2026-03-10 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 08:00:00")
class TestExpiryShipping(LotDatesCase):
    """What is past its date does not leave, by the kind of its date."""

    def setUp(self):
        super().setUp()
        self.lot = self._lot_until(PAST)

    def _use_by(self):
        self.milk.expiry_kind = "use_by"

    # -- use by -----------------------------------------------------------
    def test_use_by_is_refused_whoever_asks(self):
        self._use_by()
        wizard = self._answer(self._open_delivery(self.lot), override_reason="Please")
        self.assertIn("Milk, L1: use by 03/10/2026", wizard.refused_text)
        self.assertFalse(wizard.override_text)
        with self.assertRaisesRegex(UserError, "(?s)must not leave.*use by 03/10/2026"):
            wizard.process()

    def test_use_by_is_refused_behind_the_dialog(self):
        self._use_by()
        delivery = self._open_delivery(self.lot)
        with self.assertRaisesRegex(UserError, f"{delivery.name}: Milk, L1"):
            delivery.with_context(skip_expired=True)._action_done()
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(self.build.on_hand(self.lot), 10)

    def test_without_a_number_it_stays(self):
        """An operation type that uses no lots leaves what must not leave."""
        self._use_by()
        kind = self.build.warehouse.out_type_id.copy({"name": "Without Lots"})
        kind.write({"use_create_lots": False, "use_existing_lots": False})

        def send(quantity):
            return self.build.transfer(
                {self.milk: quantity}, kind, self.build.stock, self.build.customers
            )

        with self.assertRaisesRegex(UserError, "use by"), self.env.cr.savepoint():
            send(1)
        self.env.invalidate_all()
        self._lot_until("2026-04-01 12:00:00", "Fresh")
        sent = send(10)
        with self.assertRaisesRegex(UserError, "use by"), self.env.cr.savepoint():
            send(1)
        sent.is_locked = False
        with self.assertRaisesRegex(UserError, "use by"), self.env.cr.savepoint():
            sent.move_line_ids.quantity = 11
        # what left while it might can have been that, and the fresh goods go on
        sent.move_line_ids.date = datetime(2026, 3, 9, 12)
        self.env.flush_all()
        send(9)
        send(1)
        with self.assertRaisesRegex(UserError, "use by"), self.env.cr.savepoint():
            send(1)

    def test_the_rest_goes_without_it(self):
        self._use_by()
        fresh = self._lot_until("2026-04-01 12:00:00", "Fresh")
        delivery = self._open_delivery(self.lot)
        delivery.move_ids.product_uom_qty = 2
        delivery.move_ids.move_line_ids.copy({"lot_id": fresh.id, "quantity": 1})
        delivery.move_ids.picked = True
        wizard = self._answer(delivery)
        wizard.with_context(skip_backorder=True).process_no_expired()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(delivery.move_line_ids.lot_id, fresh)

    def test_the_last_day_leaves_without_a_question(self):
        self._use_by()
        delivery = self._open_delivery(self.lot)
        with freeze_time("2026-03-10 23:59:00"):
            self.assertIs(delivery.with_context(skip_sms=True).button_validate(), True)

    def test_never_into_production(self):
        self._use_by()
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        transfer = self._open_delivery(self.lot, dest=production)
        with self.assertRaisesRegex(UserError, "must not leave"):
            transfer._action_done()

    def test_always_out_of_the_way(self):
        """Quarantine, scrap and the vendor take what nobody else may have."""
        self._use_by()
        quarantine = self.build.location("Quarantine")
        internal = self.build.warehouse.int_type_id
        for dest in (quarantine, self.build.suppliers):
            transfer = self._open_delivery(self.lot, dest=dest, picking_type=internal)
            self._answer(transfer).process()
            self.assertEqual(transfer.state, "done")
        self.build.scrap(self.lot, 1)
        self.assertEqual(self.build.on_hand(self.lot), 8)

    def test_return_to_the_vendor_is_reserved(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": 3,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.suppliers.id,
            }
        )
        move._action_confirm(merge=False)
        move._action_assign()
        self.assertEqual(move.move_line_ids.lot_id, self.lot)

    # -- best before ------------------------------------------------------
    def test_best_before_needs_a_reason(self):
        delivery = self._open_delivery(self.lot)
        wizard = self._answer(delivery)
        self.assertIn("best before 03/10/2026", wizard.override_text)
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.process()
        wizard.override_reason = "Customer agreed"
        wizard.process()
        self.assertEqual(delivery.state, "done")
        line = delivery.move_line_ids
        self.assertEqual(line.expiry_override_reason, "Customer agreed")
        note = delivery.message_ids.filtered(lambda m: "Customer agreed" in m.body)
        self.assertIn("best before 03/10/2026", note.body)
        self.assertEqual(note.author_id, self.manager.partner_id)

    def test_best_before_needs_the_right(self):
        delivery = self._open_delivery(self.lot)
        wizard = self._answer(delivery, self.clerk, override_reason="I want to")
        self.assertFalse(wizard.can_override)
        with self.assertRaisesRegex(AccessError, "Override expiration dates"):
            wizard.process()
        with self.assertRaisesRegex(UserError, "only with a reason"):
            delivery.with_user(self.clerk).with_context(
                skip_expired=True
            ).button_validate()

    @mute_logger("odoo.models")
    def test_the_reason_is_not_written_past_the_dialog(self):
        line = self._open_delivery(self.lot).move_line_ids.with_user(self.clerk)
        with self.assertRaises(AccessError):
            line.expiry_override_reason = "I want to"

    def test_a_reason_is_for_one_lot(self):
        other = self._lot_until(PAST, "Other")
        line = self._open_delivery(self.lot).move_line_ids
        line.expiry_override_reason = "Customer agreed"
        line.with_user(self.clerk).write({"lot_id": self.lot.id})
        self.assertEqual(line.expiry_override_reason, "Customer agreed")
        line.with_user(self.clerk).lot_id = other
        self.assertFalse(line.expiry_override_reason)

    def test_removal_date_needs_a_reason_too(self):
        lot = self._lot_until("2026-04-01 12:00:00", "Old")
        lot.removal_date = "2026-03-11 12:00:00"
        wizard = self._answer(self._open_delivery(lot))
        self.assertIn("removed from stock by 03/11/2026", wizard.override_text)

    # -- booked late ------------------------------------------------------
    def test_judged_by_the_day_it_left(self):
        self._use_by()
        delivery = self._open_delivery(self.lot)
        delivery.with_user(self.manager).expiry_left_on = "2026-03-10 18:00:00"
        done = delivery.with_user(self.clerk).with_context(skip_sms=True)
        self.assertIs(done.button_validate(), True)
        self.assertEqual(delivery.date_done, datetime(2026, 3, 10, 18, 0))

    def test_left_too_late_all_the_same(self):
        self._use_by()
        delivery = self._open_delivery(self.lot)
        delivery.expiry_left_on = "2026-03-11 00:00:00"
        with self.assertRaisesRegex(UserError, "must not leave"):
            delivery._action_done()

    def test_a_planned_date_is_no_excuse(self):
        self._use_by()
        delivery = self._open_delivery(self.lot)
        delivery.scheduled_date = "2026-03-09 12:00:00"
        with self.assertRaisesRegex(UserError, "must not leave"):
            delivery._action_done()

    def test_not_in_the_future(self):
        delivery = self._open_delivery(self.lot)
        with self.assertRaisesRegex(ValidationError, "moved in the future"):
            delivery.expiry_left_on = "2026-03-12 08:00:01"

    @mute_logger("odoo.models")
    def test_not_by_everybody(self):
        delivery = self._open_delivery(self.lot).with_user(self.clerk)
        with self.assertRaises(AccessError):
            delivery.expiry_left_on = "2026-03-10 18:00:00"

    def test_forms_of_both_users_open(self):
        delivery = self._open_delivery(self.lot)
        for user in (self.clerk, self.manager):
            with Form(delivery.with_user(user)) as form:
                form.origin = user.name
            with Form(self.lot.with_user(user)) as form:
                form.ref = user.name
