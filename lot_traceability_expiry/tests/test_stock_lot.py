from freezegun import freeze_time

from odoo.tests import Form, tagged

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestStockLot(LotExpiryCase):
    def test_days_left_in_the_time_zone_of_the_warehouse(self):
        lot = self._create_lot_in_stock("L1")
        lot.expiration_date = "2026-03-11 02:00:00"
        place, reader = self.build.warehouse.partner_id, lot.with_context(tz="UTC")
        for zone, days in (("UTC", 1), ("America/New_York", 0), (False, 1)):
            place.tz = zone
            with freeze_time("2026-03-10 20:00:00"), self.subTest(zone):
                reader.invalidate_recordset()
                self.assertEqual(reader.expiry_days_left, days)

    def test_states(self):
        lots = self._create_lot("Fresh", alert=1)
        lots += self._create_lot("Alert", alert=-1)
        lots += self._create_lot("Expired", alert=-3, expiration=-2)
        lots += self.build.lot(self.product, "Without dates")
        self.assertEqual(lots.mapped("expiry_state"), ["ok", "soon", "expired", False])
        self.assertEqual(lots.mapped("expiry_days_left"), [5, 5, -2, 0])

    def test_the_trace_calls_expired_what_is(self):
        """And not whatever else the till would not offer."""
        self.env.company.lot_undated_policy = "ask"
        cases = {
            "Expired": ({"expiration_date": self._in_days(-2)}, True),
            "To remove": ({"removal_date": self._in_days(-1)}, False),
            "Due": ({"retest_date": self._in_days(-1).date()}, False),
            "Undated": ({"expiration_date": False}, False),
        }
        for name, (values, is_expired) in cases.items():
            lot = self._create_lot(name).sudo()
            lot.write(values)
            with self.subTest(name):
                self.assertEqual(lot._filter_not_offered(), lot)
                (node,) = lot.get_trace_graph(partners=True)["nodes"]
                kinds = [badge["kind"] for badge in node["badges"]]
                self.assertEqual("expired" in kinds, is_expired)

    def test_nothing_when_switched_off(self):
        """Lots still show as expired after expiry is switched off (odoo#270227)."""
        lot = self._create_lot("Expired", expiration=-2)
        self.milk.use_expiration_date = False
        self.assertFalse(lot.expiry_state)
        self.assertEqual(lot.expiry_days_left, 0)

    def test_days_follow_the_form(self):
        lot = self._create_lot("L1", expiration=5)
        with Form(lot) as form:
            form.expiration_date = self._in_days(8)
            self.assertEqual(form.expiry_days_left, 8)

    def test_alerts_of_a_lot(self):
        lot, other = self._create_lot_in_stock("L1"), self._create_lot_in_stock("L2")
        self._run_cron()
        lot.alert_date = self._in_days(-3)
        self._run_cron()
        self.assertEqual((lot + other).mapped("expiry_alert_count"), [2, 1])
        action = lot.action_open_expiry_alerts()
        self.assertEqual(action["res_model"], "lot.expiry.alert")
        self.assertEqual(self.alerts.search(action["domain"]), self._alerts_of(lot))

    def test_deleted_lot_takes_its_alerts_along(self):
        lot = self._create_lot("L1")
        alert = self.alerts.create(self._prepare_alert_vals(lot))
        lot.unlink()
        self.assertFalse(alert.exists())

    def test_copied_lot_has_no_alerts(self):
        lot = self._create_lot_in_stock("L1")
        self._run_cron()
        self.assertFalse(lot.copy({"name": "L2"}).expiry_alert_ids)
