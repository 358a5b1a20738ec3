from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestLotAlertRule(LotExpiryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.active = False
        cls.ladder = cls.env.ref("lot_traceability_expiry.lot_alert_rule_ladder")

    def _create_rule(self, *steps, unit="days", **values):
        return self.env["lot.alert.rule"].create(
            {
                "name": "Rule",
                "step_ids": [
                    Command.create({"value": value, "unit": unit}) for value in steps
                ],
            }
            | values
        )

    def _steps_sent(self, lot):
        return [alert.step_id.value for alert in self._alerts_of(lot).sorted("id")]

    # -- the ladder -----------------------------------------------------
    def test_ladder_is_ready_made_and_off(self):
        self.assertFalse(self.ladder.active)
        self.assertEqual(self.ladder.step_ids.mapped("value"), [90, 60, 30, 7])

    def test_one_alert_per_step_and_not_a_copy_a_day(self):
        self.ladder.active = True
        lot = self._create_lot_in_stock("L1", alert=-1, expiration=100)
        for day, sent in {
            0: [],
            10: [90],
            11: [90],
            40: [90, 60],
            70: [90, 60, 30],
            93: [90, 60, 30, 7],
            99: [90, 60, 30, 7],
            120: [90, 60, 30, 7],
        }.items():
            with freeze_time(self._in_days(day)):
                self._run_cron()
            self.assertEqual(self._steps_sent(lot), sent, day)
        # one to-do, which says what the last step says
        todo = self._activities(lot)
        self.assertEqual(todo.lot_expiry_alert_id.step_value, 7)
        self.assertEqual(todo.user_id, self.keeper)

    def test_who_arrives_late_gets_the_last_step_only(self):
        self.ladder.active = True
        lot = self._create_lot_in_stock("L1", expiration=5)
        self._run_cron()
        self.assertEqual(self._steps_sent(lot), [7])

    def test_a_changed_date_alerts_again(self):
        self.ladder.active = True
        lot = self._create_lot_in_stock("L1", expiration=5)
        self._run_cron()
        lot.expiration_date = self._in_days(6)
        self._run_cron()
        self._run_cron()
        self.assertEqual(self._steps_sent(lot), [7, 7])

    def test_share_of_the_life_left(self):
        self.milk.expiration_time = 40
        self._create_rule(25, unit="percent")
        lot = self._create_lot_in_stock("L1", expiration=11)
        self._run_cron()
        self.assertFalse(self._alerts_of(lot))
        with freeze_time(self._in_days(1)):
            self._run_cron()
        self.assertEqual(len(self._alerts_of(lot)), 1)

    def test_share_of_the_life_since_the_goods_were_made(self):
        """Whatever the product says, and whenever the lot was made known."""
        self.milk.expiration_time = 40
        self._create_rule(25, unit="percent")
        short = self._create_lot_in_stock("Short", expiration=6)
        short.made_on = fields.Date.today() - timedelta(days=14)
        long = self._create_lot_in_stock("Long", expiration=20)
        long.made_on = fields.Date.today() - timedelta(days=80)
        self._run_cron()
        self.assertFalse(self._alerts_of(short))
        self.assertEqual(len(self._alerts_of(long)), 1)

    def test_the_day_itself_and_the_day_after(self):
        self._create_rule(0, -1)
        with freeze_time("2026-03-10 12:00:00"):
            lot = self._create_lot_in_stock("L1")
            lot.expiration_date = "2026-03-11 00:30:00"
            self._run_cron()
            self.assertFalse(self._alerts_of(lot))
        for now, sent in (
            ("2026-03-11 23:59:00", [0]),
            ("2026-03-12 00:01:00", [0, -1]),
        ):
            with freeze_time(now):
                self._run_cron()
                self.assertEqual(self._steps_sent(lot), sent)

    def test_calendar_of_the_warehouse(self):
        """The same moment is another day twelve hours to the east."""
        self._create_rule(0)
        east = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        east.partner_id = self.build.partner("East", tz="Pacific/Auckland")
        with freeze_time("2026-03-10 13:00:00"):
            here, there = self._create_lot("Here"), self._create_lot("There")
            (here + there).expiration_date = "2026-03-10 23:00:00"
            self.build.receive(here, 1)
            self.build.receive(there, 1, to=east.lot_stock_id)
            self._run_cron()
        self.assertEqual(self._alerts_of(here).day, date(2026, 3, 10))
        self.assertEqual(self._alerts_of(there).day, date(2026, 3, 11))
        self.assertEqual(self._alerts_of(there).warehouse_id, east)

    def test_each_of_the_dates(self):
        dates = {
            "expiration_date": 50,
            "use_date": 40,
            "removal_date": 45,
            "alert_date": 30,
        }
        lot = self._create_lot_in_stock("L1")
        lot.expiration_date = self._in_days(50)
        lot.write({name: self._in_days(days) for name, days in dates.items()})
        for name, days in dates.items():
            rule = self._create_rule(days - 1, date_field=name)
            self.assertFalse(rule._get_due(lot.ids), name)
            rule.step_ids.value = days
            self.assertEqual(rule._get_due(lot.ids)[0].lot_id, lot.id, name)

    # -- which lots -----------------------------------------------------
    def test_product_category_and_warehouse(self):
        dairy = self.env["product.category"].create({"name": "Dairy"})
        cheese = self._create_expiring_product(
            "Cheese",
            categ_id=dairy.create({"name": "Cheese", "parent_id": dairy.id}).id,
        )
        other = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        milk = self._create_lot_in_stock("M")
        gouda = self._create_lot_in_stock("G", product=cheese)
        away = self._create_lot("Away", product=cheese)
        self.build.receive(away, 3, to=other.lot_stock_id)
        for values, lots in (
            ({}, milk + gouda + away),
            ({"product_ids": self.milk.ids}, milk),
            ({"category_ids": dairy.ids}, gouda + away),
            ({"warehouse_ids": other.ids}, away),
            ({"product_ids": self.milk.ids, "warehouse_ids": other.ids}, milk[:0]),
        ):
            rule = self._create_rule(30, **values)
            due = {row.lot_id for row in rule._get_due((milk + gouda + away).ids)}
            self.assertEqual(due, set(lots.ids), values)

    def test_minimum_value(self):
        self.milk.standard_price = 2
        cheap = self._create_lot_in_stock("Cheap", 10)
        dear = self._create_lot_in_stock("Dear", 50)
        self._create_rule(30, minimum_value=100)
        self._run_cron()
        self.assertFalse(self._alerts_of(cheap))
        self.assertRecordValues(
            self._alerts_of(dear),
            [
                {
                    "quantity": 50,
                    "value": 100,
                    "currency_id": self.env.company.currency_id.id,
                }
            ],
        )

    def test_goods_of_others_have_no_value(self):
        self.milk.standard_price = 2
        lot = self._create_lot("L1")
        self.env["stock.quant"]._update_available_quantity(
            self.milk,
            self.build.stock,
            10,
            lot_id=lot,
            owner_id=self.build.partner("Owner"),
        )
        rule = self._create_rule(30)
        self.assertEqual(rule._get_due(lot.ids)[0].value, 0)

    def test_company_of_the_rule(self):
        other = self.env["res.company"].create({"name": "Other"})
        lot = self._create_lot_in_stock("L1")
        self.assertFalse(self._create_rule(30, company_id=other.id)._get_due(lot.ids))

    # -- who ------------------------------------------------------------
    def test_responsible_of_the_rule_comes_first(self):
        manager = self._create_user("manager", "stock.group_stock_manager")
        self._create_rule(30, user_id=manager.id)
        lot = self._create_lot_in_stock("L1")
        self._run_cron()
        self.assertEqual(self._alerts_of(lot).user_id, manager)
        self.assertEqual(self._activities(lot).user_id, manager)

    def test_no_activity_if_not_wanted(self):
        self._create_rule(30, notify_activity=False)
        lot = self._create_lot_in_stock("L1")
        self._run_cron()
        self.assertEqual(len(self._alerts_of(lot)), 1)
        self.assertFalse(self._activities(lot))

    # -- bad input ------------------------------------------------------
    def test_rule_without_step(self):
        with self.assertRaisesRegex(ValidationError, "“Rule” has no step"):
            self._create_rule()

    def test_escalation_to_nobody(self):
        with self.assertRaisesRegex(ValidationError, "“Rule” escalates, but to nobody"):
            self._create_rule(7, escalate_days=3)

    def test_bad_address(self):
        self._create_rule(7, emails="quality@example.com, Shop <shop@example.com>")
        with self.assertRaisesRegex(ValidationError, "“quality at home” is not"):
            self._create_rule(7, emails="a@example.com, quality at home")

    def test_rule_with_alerts_is_archived_not_deleted(self):
        rule = self._create_rule(30)
        self._create_lot_in_stock("L1")
        self._run_cron()
        with self.assertRaisesRegex(UserError, "archive the rule instead"):
            rule.unlink()
        self.assertEqual(rule.action_open_alerts()["res_model"], "lot.expiry.alert")

    # -- rights ---------------------------------------------------------
    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_managers_set_up_rules_of_their_company(self):
        manager = self._create_user("manager", "stock.group_stock_manager")
        own = self._create_rule(30).with_user(manager)
        own.name = "Mine"
        own.step_ids.value = 20
        with self.assertRaises(AccessError):
            self.ladder.with_user(manager).sequence = 7
        with self.assertRaises(AccessError):
            self.ladder.step_ids[0].with_user(manager).value = 80
        with self.assertRaises(AccessError):
            own.company_id = False
        self.assertEqual(self.ladder.with_user(manager).name[:2], "90")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_users_read_rules_but_not_the_webhook(self):
        rule = self._create_rule(30, name="Seen").with_user(self.keeper)
        self.assertEqual(rule.name, "Seen")
        with self.assertRaises(AccessError):
            rule.read(["webhook_url"])
        with self.assertRaises(AccessError):
            rule.name = "Mine"

    def test_rules_of_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        rule = self._create_rule(30, company_id=other.id)
        seen = self.env["lot.alert.rule"].with_user(self.keeper).search([])
        self.assertNotIn(rule, seen)
