from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.lot_traceability.tests.common import LotTraceCase


class LotExpiryCase(LotTraceCase):
    """Lots of a product with expiration dates, and somebody to be alerted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what follows is about strict rules; test_first_day is about the defaults
        cls.env.company.lot_past_policy = "reason"
        cls.alerts = cls.env["lot.expiry.alert"]
        cls.rule = cls.env.ref("lot_traceability_expiry.lot_alert_rule_alert_date")
        cls.build.warehouse.partner_id.tz = "UTC"
        cls.keeper = cls._create_user("keeper", "stock.group_stock_user")
        cls.keeper.tz = "UTC"
        cls.milk = cls._create_expiring_product("Milk", responsible_id=cls.keeper.id)

    @classmethod
    def _create_expiring_product(cls, name, **values):
        return cls.build.product(name, use_expiration_date=True, **values)

    @classmethod
    def _create_lot(cls, name, alert=-1, expiration=5, product=None, build=None):
        """A lot with its dates in days from now."""
        build = build or cls.build
        return build.lot(
            product or cls.milk,
            name,
            alert_date=cls._in_days(alert),
            expiration_date=cls._in_days(expiration),
        )

    @classmethod
    def _create_lot_in_stock(cls, name, quantity=10, build=None, **values):
        lot = cls._create_lot(name, build=build, **values)
        (build or cls.build).receive(lot, quantity)
        return lot

    @classmethod
    def _prepare_alert_vals(cls, lot):
        return {
            "lot_id": lot.id,
            "step_id": cls.rule.step_ids.id,
            "day": lot.alert_date.date(),
        }

    @classmethod
    def _in_days(cls, days):
        return fields.Datetime.now() + timedelta(days=days)

    def _run_cron(self, batch_size=100, batches=None):
        """Run the scheduled action; time is up after that many batches."""
        left = iter([1] + [1] * (batches - 1) + [0] if batches else [])
        with patch.object(
            IrCron,
            "_commit_progress",
            lambda *args, **kwargs: next(left, 1),
        ):
            self.alerts._cron_send_alerts(batch_size=batch_size)

    def _activities(self, lots, done=False):
        """To-dos on lots, those that are done included if asked for."""
        return (
            self.env["mail.activity"]
            .with_context(active_test=not done)
            .search([("res_model", "=", "stock.lot"), ("res_id", "in", lots.ids)])
        )

    def _alerts_of(self, lots):
        return self.alerts.search([("lot_id", "in", lots.ids)])
