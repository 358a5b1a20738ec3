from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestSecurity(LotExpiryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._create_lot_in_stock("L1")
        cls.manager = cls._create_user("manager", "stock.group_stock_manager")
        cls.clerk = cls._create_user("clerk", "base.group_user")

    def test_stock_users_read(self):
        self._run_cron()
        alert = self._alerts_of(self.lot).with_user(self.keeper)
        self.assertEqual(alert.user_id, self.keeper)
        self.assertEqual(alert.lot_id.expiry_alert_count, 1)
        self.assertEqual(alert.action_open_lot()["res_id"], self.lot.id)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_writes(self):
        self._run_cron()
        for user in (self.keeper, self.manager):
            alert = self._alerts_of(self.lot).with_user(user)
            with self.assertRaises(AccessError):
                alert.user_id = self.manager
            with self.assertRaises(AccessError):
                alert.unlink()
            with self.assertRaises(AccessError):
                alert.create(self._prepare_alert_vals(self.lot))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_others_do_not_read(self):
        self._run_cron()
        with self.assertRaises(AccessError):
            self._alerts_of(self.lot).with_user(self.clerk).read(["lot_id"])

    def test_whoever_runs_the_scheduled_action(self):
        self.alerts = self.alerts.with_user(self.manager)
        self._run_cron()
        self.assertEqual(self._activities(self.lot).user_id, self.keeper)

    def test_the_responsible_can_finish_the_activity(self):
        self._run_cron()
        self._activities(self.lot).with_user(self.keeper).action_done()
        self.assertFalse(self._activities(self.lot))
