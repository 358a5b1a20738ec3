from datetime import datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestLotExpiryAlert(LotExpiryCase):
    def test_one_activity_and_one_record(self):
        lot = self._create_lot_in_stock("L1")
        self._run_cron()
        self.assertRecordValues(
            self._activities(lot),
            [
                {
                    "user_id": self.keeper.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "automated": True,
                }
            ],
        )
        self.assertRecordValues(
            self._alerts_of(lot),
            [
                {
                    "lot_id": lot.id,
                    "product_id": self.milk.id,
                    "day": lot.alert_date.date(),
                    "rule_id": self.rule.id,
                    "user_id": self.keeper.id,
                    "company_id": self.env.company.id,
                }
            ],
        )
        self.assertTrue(self._alerts_of(lot).date_sent)

    def test_the_same_date_never_twice(self):
        lot = self._create_lot_in_stock("L1")
        self._run_cron()
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)
        self._activities(lot).action_done()
        self._run_cron()
        self.assertFalse(self._activities(lot))
        self.assertEqual(len(self._activities(lot, done=True)), 1)
        self.assertEqual(len(self._alerts_of(lot)), 1)

    def test_no_mail_for_each_to_do(self):
        """300 lots were 300 mails; who wants mail gets one, by the rule."""
        lots = self.env["stock.lot"].union(
            *(self._create_lot_in_stock(f"L{number}") for number in range(3))
        )
        messages = self.env["mail.message"]
        before = messages.search_count([])
        self._run_cron()
        self.assertEqual(self._activities(lots).user_id, self.keeper)
        self.assertEqual(messages.search_count([]), before)

    def test_not_again_after_the_activity_was_deleted(self):
        lot = self._create_lot_in_stock("L1")
        self._run_cron()
        self._activities(lot).unlink()
        self._run_cron()
        self.assertFalse(self._activities(lot))

    def test_again_when_the_new_date_is_reached(self):
        """The alert is sent once for ever by Odoo (odoo#212154)."""
        lot = self._create_lot_in_stock("L1", alert=-5)
        self._run_cron()
        lot.alert_date = self._in_days(3)
        self._run_cron()
        self.assertFalse(self._activities(lot), "the new date is to come")
        self.assertEqual(self._alerts_of(lot).outcome, "date")
        with freeze_time(self._in_days(4)):
            self._run_cron()
            self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)
        self.assertEqual(len(self._alerts_of(lot)), 2)

    def test_back_to_a_date_that_was_alerted(self):
        lot = self._create_lot_in_stock("L1", alert=-5)
        first = lot.alert_date
        self._run_cron()
        lot.alert_date = self._in_days(-1)
        self._run_cron()
        lot.alert_date = first
        self._run_cron()
        self.assertEqual(len(self._alerts_of(lot)), 2)

    def test_another_hour_is_the_same_date(self):
        lot = self._create_lot_in_stock("L1")
        lot.alert_date = lot.alert_date.replace(hour=8)
        self._run_cron()
        lot.alert_date = lot.alert_date.replace(hour=9)
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)

    def test_two_rows_for_a_lot_and_date_are_refused(self):
        lot = self._create_lot("L1")
        values = self._prepare_alert_vals(lot)
        self.alerts.create(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.alerts.create(values)

    def test_what_is_not_alerted(self):
        to_come = self._create_lot_in_stock("To come", alert=1)
        empty = self._create_lot("Never here")
        gone = self._create_lot_in_stock("Gone", 3)
        self.build.scrap(gone, 3)
        undated = self._create_lot_in_stock("Undated")
        undated.alert_date = False
        self._run_cron()
        lots = to_come + empty + gone + undated
        self.assertFalse(self._activities(lots))
        self.assertFalse(self._alerts_of(lots))

    def test_negative_stock_is_no_stock(self):
        lot = self._create_lot("L1")
        self.env["stock.quant"]._update_available_quantity(
            self.milk, self.build.stock, -5, lot_id=lot
        )
        self._run_cron()
        self.assertFalse(self._activities(lot))

    def test_stock_that_comes_later(self):
        lot = self._create_lot("L1")
        self._run_cron()
        self.build.receive(lot, 2)
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)

    def test_switched_off_and_on_again(self):
        """Dates stay on the lots when expiry is switched off (odoo#270227)."""
        lot = self._create_lot_in_stock("L1")
        self.milk.use_expiration_date = False
        self._run_cron()
        self.assertFalse(self._activities(lot))
        self.milk.use_expiration_date = True
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)

    def test_archived_product_still_in_stock(self):
        lot = self._create_lot_in_stock("L1")
        self.milk.action_archive()
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)

    def test_serial_numbers(self):
        phone = self._create_expiring_product(
            "Test kit", tracking="serial", responsible_id=self.keeper.id
        )
        lots = self._create_lot_in_stock("S1", 1, product=phone)
        lots += self._create_lot_in_stock("S2", 1, product=phone)
        self._run_cron()
        self.assertEqual(set(self._activities(lots).mapped("res_id")), set(lots.ids))

    # -- what is written ------------------------------------------------
    def _text_of(self, expiration, now="2026-03-10 20:00:00", **user):
        self.keeper.write(user)
        with freeze_time(now):
            lot = self._create_lot_in_stock("L1")
            lot.write({"expiration_date": expiration, "alert_date": datetime.now()})
            self._run_cron()
            return self._activities(lot)

    def test_summary_and_note(self):
        shelf = self.build.location("Shelf B")
        with freeze_time("2026-03-10 20:00:00"):
            lot = self._create_lot_in_stock("L1", 10)
            self.build.move(lot, 4, self.build.stock, shelf)
            lot.expiration_date = datetime(2026, 3, 14, 2)
            self._run_cron()
        activity = self._activities(lot)
        self.assertEqual(activity.summary, "Expires in 4 days (03/14/2026): Milk")
        for text in (
            "Milk",
            "L1",
            "03/14/2026 (Expires in 4 days)",
            f"6 Units in {self.build.stock.display_name}",
            f"4 Units in {shelf.display_name}",
        ):
            self.assertIn(text, activity.note)

    def test_days_are_those_of_the_warehouse(self):
        self.build.warehouse.partner_id.tz = "America/New_York"
        activity = self._text_of("2026-03-11 02:00:00", tz="Asia/Tokyo")
        self.assertIn("Expires today", activity.summary)
        self.assertIn("03/10/2026", activity.note)
        self.assertEqual(str(activity.date_deadline), "2026-03-10")

    def test_days_east_of_greenwich(self):
        self.build.warehouse.partner_id.tz = "Asia/Tokyo"
        activity = self._text_of("2026-03-11 20:00:00", tz="America/New_York")
        self.assertIn("Expires tomorrow", activity.summary)
        self.assertIn("03/12/2026", activity.note)
        self.assertEqual(str(activity.date_deadline), "2026-03-11")

    def test_expired(self):
        activity = self._text_of("2026-03-09 12:00:00")
        self.assertIn("Expired yesterday", activity.summary)

    def test_expired_long_ago(self):
        activity = self._text_of("2026-02-28 12:00:00")
        self.assertIn("Expired 10 days ago", activity.summary)

    def test_alert_date_without_expiration_date(self):
        activity = self._text_of(False)
        self.assertEqual(activity.summary, "Alert date reached: Milk")
        self.assertIn("not set", activity.note)

    def test_language_of_the_responsible(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.milk.with_context(lang="fr_FR").name = "Lait"
        activity = self._text_of("2026-03-20 12:00:00", lang="fr_FR")
        self.assertIn("Lait", activity.summary)
        self.assertIn("20/03/2026", activity.note)

    def test_names_cannot_inject_markup(self):
        self.milk.name = "<script>alert(1)</script>"
        activity = self._text_of("2026-03-20 12:00:00")
        self.assertNotIn("<script>", activity.note)

    # -- for whom -------------------------------------------------------
    def _responsible_of(self, product):
        lot = self._create_lot_in_stock(f"Lot of {product.name}", product=product)
        self._run_cron()
        return self._activities(lot).user_id

    def test_company_setting_when_the_product_has_nobody(self):
        manager = self._create_user("manager", "stock.group_stock_manager")
        self.env.company.lot_expiry_responsible_id = manager
        self.assertEqual(self._responsible_of(self.milk), self.keeper)
        cheese = self._create_expiring_product("Cheese", responsible_id=False)
        self.assertEqual(self._responsible_of(cheese), manager)

    def test_nobody_at_all(self):
        cheese = self._create_expiring_product("Cheese", responsible_id=False)
        self.assertFalse(self._responsible_of(cheese))
        self.assertEqual(self._alerts_of(cheese.stock_quant_ids.lot_id).fault, "nobody")

    def test_who_left_is_passed_over(self):
        manager = self._create_user("manager", "stock.group_stock_manager")
        self.env.company.lot_expiry_responsible_id = manager
        self.keeper.action_archive()
        self.assertEqual(self._responsible_of(self.milk), manager)

    def test_settings_write_to_the_company(self):
        self.env["res.config.settings"].create(
            {"lot_expiry_responsible_id": self.keeper.id}
        ).execute()
        self.assertEqual(self.env.company.lot_expiry_responsible_id, self.keeper)
