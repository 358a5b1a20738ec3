from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .dates_case import LotDatesCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-01 12:00:00")
class TestLotRetest(LotDatesCase):
    """Goods that are tested again, and goods that are opened."""

    def setUp(self):
        super().setUp()
        self.milk.expiry_retest_days = 10
        self.lot = self._lot_until("2026-03-31 12:00:00")

    def _record(self, lot=None, **values):
        wizard = self.env["lot.retest.record"].with_user(self.clerk)
        form = Form(wizard.with_context(default_lot_id=(lot or self.lot).id))
        form.note = "Lab 1"
        for name, value in values.items():
            form[name] = value
        record = form.save()
        record.action_record()
        return (lot or self.lot).retest_ids[0]

    def test_due_after_the_days_of_the_product(self):
        self.assertEqual(self.lot.retest_date, date(2026, 3, 11))
        made = self.build.lot(self.milk, "Made", made_on="2026-02-01")
        self.assertEqual(made.retest_date, date(2026, 2, 11))

    def test_never_past_the_end(self):
        lot = self._lot_until("2026-03-05 12:00:00", "Short")
        self.assertEqual(lot.retest_date, date(2026, 3, 5))
        with self.assertRaisesRegex(ValidationError, "expires on 03/05/2026"):
            lot.retest_date = "2026-03-06"

    def test_blocked_from_the_day_on(self):
        delivery = self._open_delivery(self.lot)
        with freeze_time("2026-03-10 23:59:59"):
            self.assertFalse(self.lot._get_shipping_block())
        with freeze_time("2026-03-11 00:00:00"):
            self.assertEqual(self.lot._get_shipping_block()["cause"], "retest")
            with self.assertRaisesRegex(UserError, "retested since 03/11/2026"):
                delivery._action_done()
            self._record()
            delivery._action_done()
        self.assertEqual(delivery.state, "done")

    def test_not_reserved_while_due(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": 1,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
                "date": "2026-03-11 00:00:00",
            }
        )
        move._action_confirm(merge=False)
        move._action_assign()
        self.assertFalse(move.move_line_ids)
        move.date = "2026-03-10 12:00:00"
        move._action_assign()
        self.assertEqual(move.move_line_ids.lot_id, self.lot)
        # a lot can have its day by hand, whatever its product says
        self.milk.expiry_retest_days = 0
        move._do_unreserve()
        move.date = "2026-03-11 00:00:00"
        move._action_assign()
        self.assertFalse(move.move_line_ids)

    def test_passed_again_and_again(self):
        for day, due in (("11", "21"), ("20", "30"), ("28", "31")):
            with freeze_time(f"2026-03-{day} 12:00:00"):
                test = self._record()
                self.assertEqual(test.new_date, date(2026, 3, int(due)))
                self.assertEqual(self.lot.retest_date, test.new_date)
        self.assertEqual(self.lot.retest_count, 3)
        self.assertEqual(self.lot.retest_ids.user_id, self.clerk)
        reasons = self.lot.date_change_ids.mapped("reason")
        self.assertEqual(reasons, ["Lab 1"] * 3)

    def test_failed_stays_blocked(self):
        test = self._record(result="fail")
        self.assertEqual(test.result, "fail")
        self.assertTrue(self.lot.is_retest_due)
        with freeze_time("2026-03-20 12:00:00"):
            self.assertEqual(self.lot._get_shipping_block()["cause"], "retest")

    def test_no_test_brings_the_dead_back(self):
        with freeze_time("2026-04-01 12:00:00"):
            with self.assertRaisesRegex(UserError, "no test makes it good again"):
                self._record()
            self._record(result="fail")

    def test_own_date_of_the_next_test(self):
        with self.assertRaisesRegex(ValidationError, "expires on 03/31/2026"):
            self._record(new_date="2026-04-01")
        self.assertEqual(self._record(new_date="2026-03-15").new_date.day, 15)

    def test_search(self):
        other = self._lot_until("2026-03-31 12:00:00", "Other", retest_date=False)
        lots = self.lot | other
        for day, due in (("10", lots.browse()), ("11", self.lot)):
            with freeze_time(f"2026-03-{day} 12:00:00"):
                found = lots.search([("is_retest_due", "=", True)]) & lots
                self.assertEqual(found, due)
                rest = lots.search([("is_retest_due", "=", False)]) & lots
                self.assertEqual(rest, lots - due)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_edits_the_tests(self):
        test = self._record().with_user(self.manager)
        with self.assertRaises(AccessError):
            test.note = "Other"
        with self.assertRaises(AccessError):
            test.unlink()

    # -- opened -----------------------------------------------------------
    def _open(self, **values):
        wizard = self.env["lot.open"].with_user(self.clerk)
        form = Form(wizard.with_context(default_lot_id=self.lot.id))
        for name, value in values.items():
            form[name] = value
        wizard = form.save()
        wizard.action_open()
        return wizard

    def test_opened_goods_end_earlier(self):
        self.milk.expiry_in_use_days = 3
        wizard = self._open(reason="For order 42")
        self.assertEqual(wizard.good_until, date(2026, 3, 4))
        self.assertEqual(self.lot.opened_on, date(2026, 3, 1))
        self.assertEqual(self.lot.expiration_date, datetime(2026, 3, 4, 23, 59, 59))
        self.assertEqual(self.lot.removal_date, self.lot.expiration_date)
        printed = self.lot.printed_expiration_date
        self.assertEqual(printed, datetime(2026, 3, 31, 12))
        self.assertIn("For order 42", self.lot.date_change_ids.mapped("reason"))
        with freeze_time("2026-03-04 23:00:00"):
            self.assertFalse(self.lot._is_past("expiration_date"))
        with freeze_time("2026-03-05 00:00:00"):
            self.assertTrue(self.lot._is_past("expiration_date"))

    def test_opened_today_where_the_goods_are(self):
        """It is 2 March in Auckland already, whoever opens them from elsewhere."""
        self._set_zone("Pacific/Auckland")
        self.clerk.tz = "America/Los_Angeles"
        self.lot.invalidate_recordset()
        self.assertEqual(self._open(days=3).opened_on, date(2026, 3, 2))
        self.assertEqual(self.lot.expiry_days_left, 3)
        self.assertEqual(self._record().date, date(2026, 3, 2))

    def test_never_longer_than_printed(self):
        self._open(days=90)
        self.assertEqual(self.lot.expiration_date, datetime(2026, 3, 31, 12))

    def test_printed_date_only_with_the_right(self):
        self._open(days=3)
        with self.assertRaisesRegex(UserError, "03/04/2026 at most"):
            self.lot.with_user(self.clerk).expiration_date = "2026-03-31 12:00:00"

    def test_not_twice_not_in_the_future_not_without_days(self):
        with self.assertRaisesRegex(UserError, "how many days"):
            self._open()
        with self.assertRaisesRegex(UserError, "day to come"):
            self._open(days=3, opened_on="2026-03-02")
        self._open(days=3)
        with self.assertRaisesRegex(UserError, "opened on 03/01/2026 already"):
            self._open(days=3)
