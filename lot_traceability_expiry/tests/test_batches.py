from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestBatches(LotExpiryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.env["stock.lot"]
        for number in range(7):
            cls.lots += cls._create_lot_in_stock(f"B{number}", alert=number - 10)

    def _assert_each_once(self):
        self.assertEqual(
            sorted(self._activities(self.lots).mapped("res_id")), self.lots.ids
        )
        self.assertEqual(len(self._alerts_of(self.lots)), len(self.lots))

    def test_all_batches_in_one_run(self):
        self._run_cron(batch_size=2)
        self._assert_each_once()

    def test_stopped_and_resumed(self):
        self._run_cron(batch_size=2, batches=2)
        self.assertEqual(
            self._alerts_of(self.lots).lot_id.sorted("id"),
            self.lots[:4],
            "most urgent first",
        )
        self._run_cron(batch_size=2, batches=1)
        self.assertEqual(len(self._alerts_of(self.lots)), 6)
        self._run_cron(batch_size=2)
        self._assert_each_once()

    def test_killed_in_the_middle_of_a_batch(self):
        cron = self.env.ref("lot_traceability_expiry.ir_cron_send_alerts")
        cron.code = "model._cron_send_alerts(batch_size=2)"
        rule = self.env.registry["lot.alert.rule"]
        send, calls = rule._send_alerts, []

        def killed_after_two_batches(records, ids):
            calls.append(ids)
            sent = send(records, ids)
            if len(calls) > 2:
                raise RuntimeError("killed")
            return sent

        with self.enter_registry_test_mode():
            with (
                patch.object(rule, "_send_alerts", killed_after_two_batches),
                mute_logger("odoo.addons.base.models.ir_cron"),
            ):
                cron.method_direct_trigger()
            self.assertEqual(
                self._alerts_of(self.lots).lot_id.sorted("id"), self.lots[:4]
            )
            self.assertEqual(len(self._activities(self.lots)), 4)
            cron.method_direct_trigger()
            self._assert_each_once()
            cron.method_direct_trigger()
            self._assert_each_once()

    def test_what_changed_since_the_run_began_is_not_alerted(self):
        rule = self.env.registry["lot.alert.rule"]
        send = rule._send_alerts

        def send_then_postpone(records, ids):
            sent = send(records, ids)
            self.lots[6].alert_date = self._in_days(10)
            return sent

        with patch.object(rule, "_send_alerts", send_then_postpone):
            self._run_cron(batch_size=3)
        self.assertEqual(self._alerts_of(self.lots).lot_id.sorted("id"), self.lots[:6])

    def test_silly_batch_size(self):
        self._run_cron(batch_size=0)
        self._assert_each_once()

    def test_no_query_per_lot_but_for_the_activity(self):
        def count(lots):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with patch.object(type(self.env["mail.activity"]), "create"):
                self.rule._send_alerts(lots.ids)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(self.lots[:1])
        few, many = count(self.lots[1:3]), count(self.lots[3:])
        self.assertLessEqual(many, few)
