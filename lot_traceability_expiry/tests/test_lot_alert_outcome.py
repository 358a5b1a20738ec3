from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestLotAlertOutcome(LotExpiryCase):
    """What became of a lot, and who is told when nothing does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_user("boss", "stock.group_stock_manager")
        cls.rule.write({"escalate_user_id": cls.boss.id, "escalate_days": 3})
        cls.lot = cls._create_lot_in_stock("L1")

    def _record(self, alerts, outcome="donated", note=False, user=None):
        action = alerts.with_user(user or self.keeper).action_record_outcome()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.keeper)
            .with_context(**action["context"])
            .create({"outcome": outcome, "note": note})
        )
        return wizard.action_record()

    def _of_boss(self, lot):
        return self._activities(lot).filtered(lambda todo: todo.user_id == self.boss)

    # -- outcome --------------------------------------------------------
    def test_outcome_is_recorded_and_finishes_the_to_do(self):
        self._run_cron()
        alert = self._alerts_of(self.lot)
        self._record(alert, note="To the food bank")
        self.assertRecordValues(
            alert,
            [
                {
                    "outcome": "donated",
                    "outcome_note": "To the food bank",
                    "outcome_user_id": self.keeper.id,
                }
            ],
        )
        self.assertTrue(alert.outcome_date)
        self.assertFalse(self._activities(self.lot))
        self.assertIn("To the food bank", self.lot.message_ids[0].body)

    def test_all_open_alerts_of_the_lot_are_closed(self):
        self.env["lot.alert.rule"].create(
            {"name": "Second", "step_ids": [Command.create({"value": 30})]}
        )
        other = self._create_lot_in_stock("L2")
        self._run_cron()
        first = self._alerts_of(self.lot)[:1]
        self._record(first, "discount")
        self.assertEqual(self._alerts_of(self.lot).mapped("outcome"), ["discount"] * 2)
        self.assertEqual(self._alerts_of(other).mapped("outcome"), [False] * 2)
        self.assertEqual(len(self._activities(other)), 1)

    def test_outcome_is_not_recorded_twice(self):
        self._run_cron()
        alert = self._alerts_of(self.lot)
        self._record(alert)
        with self.assertRaisesRegex(UserError, "already recorded"):
            self._record(alert, "scrapped")

    def test_outcomes_asked_for(self):
        self.assertLessEqual(
            {"discount", "donated", "returned", "reworked", "scrapped"},
            set(dict(self.alerts._fields["outcome"].selection)),
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_who_sees_the_alert_records(self):
        self._run_cron()
        clerk = self._create_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._record(self._alerts_of(self.lot), user=clerk)
        company = self.env["res.company"].create({"name": "There"})
        there = self._create_user("there", "stock.group_stock_user", companies=company)
        with self.assertRaises(AccessError):
            self._alerts_of(self.lot).with_user(there)._record_outcome("donated")

    # -- escalation -----------------------------------------------------
    def test_no_escalation_of_a_date_that_moved(self):
        self._run_cron()
        self.lot.alert_date = self._in_days(200)
        with freeze_time(self._in_days(4)):
            self._run_cron()
        self.assertFalse(self._alerts_of(self.lot).escalated_date)

    def test_no_escalation_where_expiry_is_off(self):
        self._run_cron()
        self.milk.use_expiration_date = False
        with freeze_time(self._in_days(4)):
            self._run_cron()
        self.assertFalse(self._alerts_of(self.lot).escalated_date)

    def test_manager_is_told_once_after_the_days(self):
        self._run_cron()
        for days, told in ((2, 0), (3, 1), (4, 1), (9, 1)):
            with freeze_time(self._in_days(days)):
                self._run_cron()
            self.assertEqual(len(self._of_boss(self.lot)), told, days)
        self.assertIn("Not handled: Expire", self._of_boss(self.lot).summary)
        self.assertEqual(self._alerts_of(self.lot).escalated_user_id, self.boss)

    def test_not_if_handled(self):
        self._run_cron()
        self._record(self._alerts_of(self.lot))
        with freeze_time(self._in_days(5)):
            self._run_cron()
        self.assertFalse(self._of_boss(self.lot))

    def test_not_if_the_lot_is_gone(self):
        self._run_cron()
        self.build.deliver(self.lot, 10)
        with freeze_time(self._in_days(5)):
            self._run_cron()
        self.assertFalse(self._of_boss(self.lot))

    def test_to_do_done_without_outcome_is_not_handled(self):
        self._run_cron()
        self._activities(self.lot).action_done()
        with freeze_time(self._in_days(3)):
            self._run_cron()
        self.assertEqual(len(self._of_boss(self.lot)), 1)

    def test_at_once_above_a_value(self):
        self.milk.standard_price = 3
        self.rule.escalate_value = 100
        dear = self._create_lot_in_stock("Dear", 40)
        self._run_cron()
        self.assertFalse(self._of_boss(self.lot))
        self.assertIn("High value: Expire", self._of_boss(dear).summary)
        with freeze_time(self._in_days(5)):
            self._run_cron()
        self.assertEqual(len(self._of_boss(dear)), 1, "told already")

    def test_outcome_finishes_the_to_do_of_the_manager(self):
        self._run_cron()
        with freeze_time(self._in_days(3)):
            self._run_cron()
        self._record(self._alerts_of(self.lot))
        self.assertFalse(self._activities(self.lot))
