from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestLotAlertLife(LotExpiryCase):
    """One to-do lives for each lot and person; what really happens closes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_user("boss", "stock.group_stock_manager")
        cls.boss.email = "boss@example.com"
        cls.keeper.email = "keeper@example.com"

    def _alerted(self, name="L1", **values):
        lot = self._create_lot_in_stock(name, **values)
        self._run_cron()
        self.assertEqual(self._activities(lot).user_id, self.keeper)
        return lot

    def _use_rule(self, *steps, **values):
        return self.env["lot.alert.rule"].create(
            {
                "name": "Ladder",
                "step_ids": [Command.create({"value": step}) for step in steps],
                "notify_activity": True,
                **values,
            }
        )

    # -- what closes it -----------------------------------------------------
    def test_what_really_happened_is_the_outcome(self):
        scrap = self.build.scrap
        quarantine = self.build.location("Quarantine")
        ways = {
            "sold": ("used", lambda lot: self.build.deliver(lot, 10)),
            "scrapped": ("scrapped", lambda lot: scrap(lot, 10)),
            "counted": ("gone", self._count_away),
            "returned": ("returned", self._return),
            "corrected": ("date", self._correct),
            "part sold": (False, lambda lot: self.build.deliver(lot, 4)),
            "moved": (
                False,
                lambda lot: self.build.move(lot, 10, self.build.stock, quarantine),
            ),
        }
        for name, (outcome, act) in ways.items():
            with self.subTest(name):
                lot = self._alerted(name)
                act(lot)
                alert = self._alerts_of(lot)
                self.assertEqual(alert.outcome, outcome)
                self.assertEqual(alert.is_outcome_found, bool(outcome))
                self.assertEqual(bool(self._activities(lot)), not outcome)
                if outcome:
                    done = self._activities(lot, done=True)
                    self.assertTrue(all(done.mapped("date_done")))
        lots = self._alerted("off 1") | self._alerted("off 2")
        self.milk.use_expiration_date = False
        self.assertEqual(set(self._alerts_of(lots).mapped("outcome")), {"off"})
        self.assertFalse(self._activities(lots))

    def test_who_left_is_replaced(self):
        """Archived, or a user of the portal since: nobody would see the to-do."""
        portal = self.env.ref("base.group_portal")
        self.env.company.lot_expiry_responsible_id = self.boss
        left = {"active": False}, {"group_ids": [Command.set(portal.ids)]}
        for number, values in enumerate(left):
            with self.subTest(values=values):
                lot = self._alerted(f"L{number}")
                self.keeper.write(values)
                self._alerts_of(lot).checked_on = "2020-01-01"
                self._run_cron()
                self.assertEqual(self._activities(lot).user_id, self.boss)
                alert = self._alerts_of(lot)
                self.assertEqual((alert.user_id, alert.fault), (self.boss, "replaced"))
                self.keeper.active = True

    def _count_away(self, lot):
        quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.with_context(inventory_mode=True).inventory_quantity = 0
        quant.action_apply_inventory()

    def _return(self, lot):
        self.build.transfer(
            {lot: 10},
            self.build.warehouse.out_type_id,
            self.build.stock,
            self.build.suppliers,
        )

    def _correct(self, lot):
        lot.write({"alert_date": False, "expiration_date": self._in_days(200)})

    def test_a_rule_for_one_of_two_warehouses(self):
        """Four of ten lie there: told of these only, and over once they are gone."""
        self.rule.active = False
        two = self.env["stock.warehouse"].create({"name": "Two", "code": "TW2"})
        self._use_rule(7, warehouse_ids=two.ids, user_id=self.boss.id)
        stock = self.build.stock
        deliver = self.build.deliver
        for name, outcome, act in (
            ("sold", "used", lambda lot: deliver(lot, 4, source=two.lot_stock_id)),
            (
                "back",
                "moved",
                lambda lot: self.build.move(lot, 4, two.lot_stock_id, stock),
            ),
        ):
            with self.subTest(name):
                lot = self._create_lot_in_stock(name)
                self.build.move(lot, 4, stock, two.lot_stock_id)
                self._run_cron()
                alert, todo = self._alerts_of(lot), self._activities(lot)
                self.assertEqual((alert.warehouse_id, alert.quantity), (two, 4))
                self.assertEqual(todo.user_id, self.boss)
                self.assertIn("4 Units in TW2/Stock", todo.note)
                self.assertNotIn("WH/Stock", todo.note)
                act(lot)
                self.assertEqual(alert.outcome, outcome)
                self.assertFalse(self._activities(lot))
        # settled with what lay there, so one more there opens it again
        self.build.move(lot, 1, stock, two.lot_stock_id)
        self._run_cron()
        self.assertEqual(self._alerts_of(lot).mapped("outcome"), [False, "moved"])

    def test_a_date_that_moves_a_little_changes_the_to_do(self):
        self.rule.active = False
        self._use_rule(30)
        lot = self._alerted(expiration=5, alert=1)
        todo = self._activities(lot)
        with freeze_time(self._in_days(1)):
            lot.expiration_date = self._in_days(9)
            self.assertEqual(self._activities(lot), todo)
            self.assertIn("Expires in 9 days", todo.summary)
            self._run_cron()
            self.assertEqual(self._activities(lot), todo)
            self.assertEqual(todo.lot_expiry_alert_id.day, lot.expiration_date.date())
        # what it says is true each day
        with freeze_time(self._in_days(2)):
            self._run_cron()
            self.assertIn("Expires in 8 days", todo.summary)

    def test_scrapped_cannot_be_said_of_what_is_there(self):
        lot = self._alerted()
        for outcome in ("scrapped", "returned"):
            with self.assertRaisesRegex(UserError, "10 Units are still in stock"):
                self._alerts_of(lot).with_user(self.keeper)._record_outcome(outcome)
        self.build.deliver(lot, 4)
        self.build.scrap(lot, 6)
        self.assertEqual(self._alerts_of(lot).outcome, "scrapped")

    def test_more_of_a_settled_lot_opens_it_again(self):
        lot = self._alerted()
        self._alerts_of(lot).with_user(self.keeper)._record_outcome("discount")
        self._run_cron()
        self.assertFalse(self._activities(lot))
        self.build.receive(lot, 500)
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1)
        self.assertEqual(len(self._alerts_of(lot)), 2)
        self.build.deliver(lot, 510)
        self.assertFalse(self._activities(lot))
        self.build.receive(lot, 3)
        self._run_cron()
        self.assertEqual(len(self._activities(lot)), 1, "3 of what was sold out")

    # -- rules and steps ----------------------------------------------------
    def test_steps_that_were_used(self):
        self.rule.active = False
        rule = self._use_rule(30, 60)
        lot = self._alerted(expiration=25)
        alert = self._alerts_of(lot)
        self.assertEqual(alert.step_text, "30 days before")
        step = alert.step_id.with_user(self.boss)
        step.value = 40
        self.assertEqual(alert.step_text, "30 days before")
        rule.with_user(self.boss).write({"step_ids": [Command.delete(step.id)]})
        self.assertEqual(alert.step_text, "30 days before")
        self.assertEqual(alert.rule_id, rule)
        self._run_cron()
        self.assertEqual(self._alerts_of(lot), alert, "not told of 60 after 30")

    # -- digests --------------------------------------------------------------
    def _messages(self):
        return self.env["lot.alert.message"].search([])

    def test_each_lot_once_most_urgent_first(self):
        self.rule.notify_mail = True
        self._use_rule(300, notify_mail=True)
        for number, days in enumerate((9, 2, 30, 5)):
            self._create_lot_in_stock(f"U{number}", expiration=days, quantity=2.5)
        late = self._create_lot_in_stock("Late")
        late.write(
            {"expiration_date": self._in_days(-2), "alert_date": self._in_days(-3)}
        )
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_expiry.message_lines", "4"
        )
        self.env["res.lang"]._activate_lang("fr_FR")
        self.milk.with_context(lang="fr_FR").name = "Lait"
        self.milk.standard_price = 1000000
        self.keeper.write({"lang": "fr_FR", "tz": "America/New_York"})
        self.env.company.email = "dairy@example.com"
        self._run_cron()
        message = self._messages()
        self.assertEqual(len(message), 1)
        self.assertEqual(message.company_id, self.env.company)
        self.assertEqual(
            message.shown_alert_ids.lot_id.mapped("name"), ["Late", "U1", "U3", "U0"]
        )
        self.assertEqual((message.alert_count, message.more_count), (5, 1))
        mail = self.env["mail.mail"].search([], limit=1, order="id desc")
        for text in (
            "Lait",
            "il y a 2 jours",
            "2,5 Units",
            "2 500 000,00",
            self.build.stock.display_name,
            self.build.warehouse.name,
            f"/mail/view?model=stock.lot&amp;res_id={late.id}",
            "And 1 more",
        ):
            self.assertIn(text, mail.body_html.replace("\xa0", " "))
        self.assertNotIn("days before", mail.body_html)
        self.assertEqual(mail.email_from, self.env.company.email_formatted)

    def test_one_lot_is_one_lot(self):
        self.rule.notify_mail = True
        self._alerted()
        self.assertEqual(self._messages().title, "Expiry alerts: 1 lot")

    def test_per_company_in_its_name(self):
        other = self.env["res.company"].create(
            {"name": "Other", "email": "other@example.com"}
        )
        build = type(self.build)(self.env, other)
        build.warehouse.partner_id.tz = "UTC"
        self.keeper.company_ids |= other
        self.milk.with_company(other).responsible_id = self.keeper
        self.rule.notify_mail = True
        for builder, name in ((self.build, "Here"), (build, "There")):
            lot = self._create_lot(name)
            lot.company_id = builder.company
            builder.receive(lot, 5)
        self._run_cron()
        found = {m.company_id: m.alert_ids.lot_id.name for m in self._messages()}
        self.assertEqual(found, {self.env.company: "Here", other: "There"})
        there = self._messages().filtered(lambda m: m.company_id == other)
        self.assertIn("other@example.com", there.sender)

    def test_an_address_that_is_a_user_gets_one_mail(self):
        self.rule.write(
            {
                "notify_mail": True,
                "user_ids": self.boss.ids,
                "emails": "Boss@Example.com, shop@example.com",
            }
        )
        self._alerted()
        found = self._messages().mapped(lambda m: m.user_id.login or m.email)
        self.assertEqual(sorted(found), ["boss", "shop@example.com"])

    # -- who cannot be told -------------------------------------------------
    def test_who_cannot_be_told(self):
        company = self.env.company
        company.lot_expiry_responsible_id = self.boss
        there = self.env["res.company"].create({"name": "There"})
        people = {
            "gone": self._create_user("gone", "stock.group_stock_user"),
            "no right": self._create_user("reader", "base.group_user"),
            "elsewhere": self._create_user("elsewhere", "stock.group_stock_user"),
            "robot": self.env.ref("base.user_root"),
        }
        people["gone"].action_archive()
        checks = self.env["lot.health.rules"]
        for name, user in people.items():
            with self.subTest(name):
                product = self._create_expiring_product(name)
                product.sudo().responsible_id = user
                if name == "elsewhere":
                    user.write(
                        {
                            "company_ids": [Command.set(there.ids)],
                            "company_id": there.id,
                        }
                    )
                lot = self._create_lot_in_stock(name, product=product)
                self._run_cron()
                alert = self._alerts_of(lot)
                self.assertEqual((alert.user_id, alert.fault), (self.boss, "replaced"))
                self.assertEqual(self._activities(lot).user_id, self.boss)
                row = self.env["lot.expiry.board"].search([("lot_id", "=", lot.id)])
                self.assertEqual(row.fault, "replaced")
        company.lot_expiry_responsible_id = False
        nobody = self._create_expiring_product("Nobody", responsible_id=False)
        lot = self._create_lot_in_stock("Nobody", product=nobody)
        self._run_cron()
        self.assertEqual(self._alerts_of(lot).fault, "nobody")
        self.assertFalse(self._activities(lot))
        silent = self._use_rule(50, notify_activity=False)
        found = {
            check.code: self.env[check.model].search(check.get_domain())
            for check in checks._get_checks(company)
        }
        self.assertIn(lot, found["expiry_nobody_to_tell"].lot_id)
        self.assertIn(lot, found["expiry_alerts_with_fault"].lot_id)
        self.assertIn(silent, found["alert_rules_without_recipient"])
        self.assertFalse(found["stock_without_alert_rule"])
        self.env["lot.alert.rule"].search([]).active = False
        self.assertIn(lot, self._get_unwatched(company))
        # nor does a rule see a lot that has not the date by which it counts
        self.rule.active = True
        self.assertNotIn(lot, self._get_unwatched(company))
        lot.alert_date = False
        self.assertIn(lot, self._get_unwatched(company))

    def _get_unwatched(self, company):
        check = next(
            check
            for check in self.env["lot.health.rules"]._get_checks(company)
            if check.code == "stock_without_alert_rule"
        )
        return self.env["stock.quant"].search(check.get_domain()).lot_id

    def test_mail_without_an_address(self):
        self.env.company.lot_expiry_responsible_id = self.boss
        self.keeper.email = False
        self.rule.notify_mail = True
        self._alerted()
        failed = self._messages().filtered(lambda m: m.state == "failed")
        self.assertEqual(failed.user_id, self.keeper)
        self.assertIn("no e-mail address", failed.error)
        sent = self._messages() - failed
        self.assertEqual(sent.user_id, self.boss)

    # -- speed --------------------------------------------------------------
    def test_queries_grow_with_people_not_with_lots(self):
        self.rule.notify_mail = True
        # what is read once and kept
        self._alerted("First")
        counts = []
        for size in (5, 40):
            for number in range(size):
                self._create_lot_in_stock(f"L{size}-{number}")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._run_cron()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[0])
