from odoo import fields
from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestCoreScheduler(LotExpiryCase):
    def test_scheduler_first(self):
        lot = self._create_lot_in_stock("L1", alert=-3)
        self.env["stock.rule"].run_scheduler()
        self.env["stock.lot"]._alert_date_exceeded()
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)

    def test_scheduler_last(self):
        lot = self._create_lot_in_stock("L1", alert=-3)
        self._run_cron()
        self.env["stock.rule"].run_scheduler()
        self.env["stock.lot"]._alert_date_exceeded()
        self.assertEqual(len(self._activities(lot)), 1)

    def test_scheduler_after_the_date_moved(self):
        lot = self._create_lot_in_stock("L1", alert=-3)
        self._run_cron()
        lot.alert_date = self._in_days(-2)
        self.env["stock.rule"].run_scheduler()
        self._run_cron()
        self.env["stock.rule"].run_scheduler()
        # one to-do, which the second alert changed
        self.assertEqual(len(self._activities(lot)), 1)
        self.assertEqual(len(self._alerts_of(lot)), 2)

    def test_nobody_alerts_when_switched_off(self):
        lot = self._create_lot_in_stock("L1", alert=-3)
        self.milk.use_expiration_date = False
        self.env["stock.rule"].run_scheduler()
        self._run_cron()
        self.assertFalse(self._activities(lot))

    def test_lot_that_never_had_an_expiration_date_stays_with_odoo(self):
        lot = self.build.lot(self.product, "Plain", alert_date=self._in_days(-3))
        self.build.receive(lot, 1)
        self._run_cron()
        self.assertFalse(self._activities(lot))
        self.env["stock.rule"].run_scheduler()
        self.assertEqual(len(self._activities(lot)), 1)

    def test_what_odoo_alerted_before_the_installation(self):
        alerted = self._create_lot_in_stock("Alerted", alert=-3)
        postponed = self._create_lot_in_stock("Postponed", alert=2)
        (alerted + postponed).product_expiry_reminded = True
        fresh = self._create_lot_in_stock("New", alert=-3)
        post_init_hook(self.env)
        post_init_hook(self.env)
        self._run_cron()
        self.assertFalse(self._activities(alerted + postponed))
        self.assertEqual(len(self._activities(fresh)), 1)
        self.assertRecordValues(
            self._alerts_of(alerted),
            [
                {
                    "day": alerted.alert_date.date(),
                    "product_id": self.milk.id,
                    "user_id": False,
                    "date_sent": False,
                }
            ],
        )
        postponed.alert_date = fields.Datetime.now()
        self._run_cron()
        self.assertEqual(len(self._activities(postponed)), 1)

    def test_odoo_is_told_so_that_it_does_not_repeat_after_uninstall(self):
        lot = self._create_lot_in_stock("L1")
        self._run_cron()
        self.assertTrue(lot.product_expiry_reminded)
