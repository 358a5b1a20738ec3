from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.lot_traceability.tests.builder import StockBuilder

from .common import LotExpiryCase

QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


class DoorsCase(LotExpiryCase):
    """What a view does not offer is refused over RPC as well, by import and by
    defaults of the context."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_user("boss", "stock.group_stock_manager")
        cls.admin = cls._create_user(
            "admin of all", "stock.group_stock_manager", "base.group_system"
        )

    def as_user(self, records, user=None, **context):
        records.env.flush_all()
        return records.with_env(self.env(user=user or self.keeper, context=context))

    @contextmanager
    def refused(self, text):
        """What is tried is taken back, as at the end of a request."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertIn(text, str(caught.exception))

    def open_lot(self, lot, days=3):
        wizard = self.as_user(self.env["lot.open"]).create(
            {"lot_id": lot.id, "days": days}
        )
        wizard.action_open()

    def deliver(self, lot, quantity=1):
        """An open delivery of a lot, picked."""
        picking = self.build.open_delivery(lot.product_id, quantity)
        picking.move_line_ids.lot_id = lot
        picking.move_ids.picked = True
        return picking


@tagged("post_install", "-at_install")
class TestDateDoors(DoorsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._create_lot_in_stock("L1", expiration=30)

    def test_dates_of_the_system(self):
        later = self._in_days(900)
        for user in (self.keeper, self.boss, self.admin):
            for name in ("expiry_limit_date", "opened_on", "printed_expiration_date"):
                for value in (later, False):
                    if value or self.lot[name]:
                        with self.refused("by hand"):
                            self.as_user(self.lot, user).write({name: value})
                lots = self.as_user(self.env["stock.lot"], user)
                vals = {"product_id": self.milk.id, "name": f"{user.id} {name}"}
                with self.refused("by hand"):
                    lots.create({**vals, name: later})
                with self.refused("by hand"):
                    lots.with_context(**{f"default_{name}": later}).create(vals)

    def test_import_of_a_limit(self):
        result = self.as_user(self.env["stock.lot"]).load(
            ["product_id/.id", "name", "expiry_limit_date"],
            [[str(self.milk.id), "IMPORTED", "2099-01-01 00:00:00"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("by hand", result["messages"][0]["message"])

    def test_the_limit_of_an_opened_lot_is_not_taken_away(self):
        self.open_lot(self.lot)
        with self.assertRaises(UserError):
            self.as_user(self.lot).write(
                {"expiry_limit_date": False, "expiration_date": self._in_days(400)}
            )
        with self.assertRaises(UserError):
            self.as_user(self.lot).opened_on = False
        self.open_lot(self._create_lot_in_stock("L2", expiration=30))

    def test_keys_of_the_context_carry_no_right(self):
        self.open_lot(self.lot)
        keys = {
            "lot_rounding": True,
            "lot_date_reason": "The laboratory said so",
            "lot_guard": True,
            "lot_handed_lot_rounding": True,
        }
        with self.refused("at most"):
            self.as_user(self.lot, **keys).expiration_date = self._in_days(400)

    def test_every_change_is_in_the_history(self):
        changes = self.lot.date_change_ids
        self.as_user(
            self.lot, lot_rounding=True, lot_date_reason="The laboratory said so"
        ).expiration_date = self._in_days(20)
        change = (self.lot.date_change_ids - changes).filtered(
            lambda change: change.name == "expiration_date"
        )
        self.assertEqual(change.user_id, self.keeper)
        self.assertFalse(change.reason)

    def test_days_are_those_of_the_warehouse(self):
        self.build.warehouse.partner_id.tz = "Asia/Tokyo"
        keys = {
            "lot_expiry_tz": "America/New_York",
            "lot_handed_zone_of_new_lots": "America/New_York",
        }
        self.milk.expiration_time = 10
        lot = self.as_user(self.env["stock.lot"], **keys).create(
            {"product_id": self.milk.id, "name": "T1", "made_on": "2026-01-01"}
        )
        plain = self.as_user(self.env["stock.lot"]).create(
            {"product_id": self.milk.id, "name": "T2", "made_on": "2026-01-01"}
        )
        self.assertEqual(lot.expiration_date, plain.expiration_date)

    @mute_logger(*QUIET)
    def test_what_is_recorded_stays(self):
        self.as_user(self.lot).expiration_date = self._in_days(20)
        self.lot._record_retest(fields.Date.today(), "pass", "Report 1")
        self._run_cron()
        records = (
            self.lot.date_change_ids[0],
            self.lot.retest_ids,
            self._alerts_of(self.lot),
        )
        for user in (self.keeper, self.boss, self.admin):
            for record in records:
                self.assertTrue(record)
                mine = self.as_user(record, user)
                with self.assertRaises(UserError):
                    mine.unlink()
                with self.assertRaises(UserError):
                    mine.write({"lot_id": self.lot.id})
                with self.assertRaises(UserError):
                    mine.copy()

    @mute_logger(*QUIET)
    def test_what_is_recorded_stays_even_if_rights_are_given(self):
        """Access rights are a setting; that evidence stays is not."""
        self.as_user(self.lot).expiration_date = self._in_days(20)
        change = self.lot.date_change_ids[0]
        model = self.env["ir.model"]._get("lot.date.change")
        self.env["ir.model.access"].create(
            {
                "name": "all",
                "model_id": model.id,
                "group_id": self.env.ref("stock.group_stock_manager").id,
                **dict.fromkeys(
                    ("perm_read", "perm_write", "perm_create", "perm_unlink"), True
                ),
            }
        )
        mine = self.as_user(change, self.boss)
        for name in ("reason", "user_id", "new_date", "date"):
            with self.assertRaises(UserError, msg=name):
                mine.write({name: "2031-01-01" if "date" in name else 1})
        with self.assertRaises(UserError):
            mine.unlink()
        with self.assertRaises(UserError):
            mine.create({"lot_id": self.lot.id, "name": "made_on"})

    def test_retests(self):
        def record(**vals):
            vals = {"lot_id": self.lot.id, "note": "Report 1", **vals}
            wizard = self.as_user(self.env["lot.retest.record"]).create(vals)
            return wizard.action_record()

        today = fields.Date.today()
        with self.refused("to come"):
            record(date=today + timedelta(days=2), new_date=today)
        with self.refused("report"):
            record(note="  ", new_date=today + timedelta(days=9))
        record(new_date=today + timedelta(days=9))
        self.assertEqual(self.lot.retest_ids.user_id, self.keeper)

    def test_opening_for_more_days_than_there_are(self):
        wizard = self.as_user(self.env["lot.open"])
        for days in (-1, 0, 10**8):
            with self.refused("for how many days"):
                wizard.create({"lot_id": self.lot.id, "days": days}).action_open()

    @mute_logger(*QUIET)
    def test_dialogs_of_others(self):
        vals = {"lot_id": self.lot.id, "note": "Report 1"}
        mine = self.as_user(self.env["lot.retest.record"]).create(vals)
        opening = self.as_user(self.env["lot.open"]).create(
            {"lot_id": self.lot.id, "days": 3}
        )
        outcome = self.as_user(self.env["lot.alert.outcome"]).create(
            {"outcome": "used"}
        )
        other = self._create_user("other keeper", "stock.group_stock_user")
        for record in (mine, opening, outcome):
            with self.assertRaises(AccessError):
                self.as_user(record, other).read([])


@tagged("post_install", "-at_install")
class TestPickDoors(DoorsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.soon = cls._create_lot_in_stock("SOON", expiration=10)
        cls.late = cls._create_lot_in_stock("LATE", expiration=30)
        (cls.soon + cls.late).removal_date = False
        for lot in cls.soon + cls.late:
            lot.removal_date = lot.expiration_date
        cls.build.warehouse.out_type_id.fefo_policy = "warn"

    def validate(self, picking, user=None, **context):
        picking = self.as_user(picking, user, skip_sms=True, **context)
        return picking.button_validate()

    def test_the_question_is_asked_whatever_the_context_says(self):
        picking = self.deliver(self.late)
        keys = {"lot_pick_confirmed": True, "lot_handed_lot_pick_confirmed": True}
        answer = self.validate(picking, **keys)
        self.assertEqual(answer["res_model"], "lot.pick.question")
        question = self.env["lot.pick.question"].browse(answer["res_id"])
        line = self.as_user(question.line_ids)
        with self.assertRaises(UserError):
            line.is_confirmed = True
        with self.assertRaises(UserError):
            self.as_user(self.env["lot.pick.question.line"]).create(
                {
                    "question_id": question.id,
                    "move_line_id": picking.move_line_ids.id,
                    "kind": "fefo",
                    "text": line.text,
                    "is_confirmed": True,
                }
            )
        self.assertIsNot(self.validate(picking), True)
        self.as_user(question, skip_sms=True).action_confirm()
        self.assertEqual(picking.state, "done")

    def test_removal_date_of_the_line_is_not_asked(self):
        """It is stored with the line, where whoever picks could write it."""
        self.build.warehouse.out_type_id.fefo_policy = "refuse"
        picking = self.deliver(self.late)
        self.as_user(picking.move_line_ids).removal_date = False
        with self.refused("SOON"):
            self.validate(picking)

    @mute_logger(*QUIET)
    def test_reasons_that_need_a_right(self):
        picking = self.deliver(self.late)
        line = picking.move_line_ids
        vals = {
            "move_id": picking.move_ids.id,
            "product_id": self.milk.id,
            "lot_id": self.late.id,
            "quantity": 1,
            "location_id": line.location_id.id,
            "location_dest_id": line.location_dest_id.id,
        }
        lines = self.as_user(self.env["stock.move.line"])
        for name in ("shelf_life_reason", "expiry_override_reason"):
            with self.assertRaises(AccessError):
                self.as_user(line).write({name: "Agreed"})
            with self.assertRaises(AccessError):
                lines.create({**vals, name: "Agreed"})
            with self.assertRaises(AccessError):
                lines.with_context(**{f"default_{name}": "Agreed"}).create(vals)
            self.as_user(line, self.boss).write({name: "Agreed"})
        with self.assertRaises(AccessError):
            self.as_user(
                self.env["stock.picking"], default_expiry_left_on="2020-01-01"
            ).create({"picking_type_id": picking.picking_type_id.id})

    def test_reasons_of_goods_that_are_gone(self):
        picking = self.deliver(self.late)
        line = picking.move_line_ids
        line.fefo_reason = "Asked for by the customer"
        answer = self.validate(picking)
        question = self.env["lot.pick.question"].browse(answer["res_id"])
        self.as_user(question, skip_sms=True).action_confirm()
        self.assertEqual(picking.state, "done")
        for user in (self.keeper, self.boss):
            for value in ("Never said", False):
                with self.refused("stays"):
                    self.as_user(line, user).fefo_reason = value
        with self.refused("by hand"):
            self.as_user(line, self.boss).made_on = "2020-01-01"
        for name in ("shelf_life_reason", "expiry_override_reason"):
            with self.refused("stays"):
                self.as_user(line, self.boss).write({name: "Never said"})
        with self.refused("stays"):
            self.as_user(picking, self.boss).expiry_left_on = "2020-01-01"

    def test_what_only_says_to_be_a_return(self):
        self.build.warehouse.out_type_id.fefo_policy = "refuse"
        receipt = self.env["stock.move"].search(
            [
                ("product_id", "=", self.milk.id),
                ("location_id.usage", "=", "supplier"),
                ("state", "=", "done"),
            ],
            limit=1,
        )
        picking = self.deliver(self.late)
        self.as_user(picking.move_ids).origin_returned_move_id = receipt
        with self.refused("SOON"):
            self.validate(picking)

    def test_another_operation_type_on_the_move(self):
        self.build.warehouse.out_type_id.fefo_policy = "refuse"
        picking = self.deliver(self.late)
        self.as_user(
            picking.move_ids
        ).picking_type_id = self.build.warehouse.int_type_id
        with self.refused("SOON"):
            self.validate(picking)

    def test_another_lot_by_its_number_alone(self):
        out_type = self.build.warehouse.out_type_id
        out_type.write({"fefo_policy": "refuse", "use_create_lots": True})
        picking = self.deliver(self.late)
        line = self.as_user(picking.move_line_ids)
        line.write({"lot_id": False, "lot_name": "LATE"})
        with self.refused("SOON"):
            self.validate(picking)

    def test_a_known_lot_with_another_date(self):
        """The date that is typed beside a number is not that of the lot."""
        self.env["lot.shelf.life.rule"].create(
            {"direction": "incoming", "minimum": 60, "policy": "refuse"}
        )
        receipt = self.build.open_receipt(self.milk, 5, "SOON")
        self.as_user(receipt.move_line_ids).expiration_date = self._in_days(300)
        receipt.move_ids.picked = True
        with self.refused("SOON"):
            self.validate(receipt)

    def test_a_new_lot_by_the_day_it_was_made(self):
        self.milk.expiration_time = 90
        self.env["lot.shelf.life.rule"].create(
            {"direction": "incoming", "minimum": 60, "policy": "refuse"}
        )
        receipt = self.build.open_receipt(self.milk, 5, "NEW")
        made_on = fields.Date.today() - timedelta(days=80)
        self.as_user(receipt.move_line_ids).write(
            {"made_on": made_on, "expiration_date": False}
        )
        receipt.move_ids.picked = True
        with self.refused("NEW"):
            self.validate(receipt)

    @mute_logger(*QUIET)
    def test_the_log_of_picks(self):
        picking = self.deliver(self.soon)
        self.assertIs(self.validate(picking), True)
        pick = self.env["lot.fefo.pick"].search([("picking_id", "=", picking.id)])
        self.assertTrue(pick)
        for user in (self.keeper, self.boss, self.admin):
            with self.assertRaises(UserError):
                self.as_user(pick, user).compliance = 1
            with self.assertRaises(UserError):
                self.as_user(pick, user).unlink()


@tagged("post_install", "-at_install")
class TestOutOfUse(DoorsCase):
    """Goods past their dates can always be taken out of use, and nobody is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk.expiry_kind = "use_by"
        cls.old = cls._create_lot_in_stock("OLD")
        cls.old.expiration_date = cls._in_days(-3)
        cls.build.warehouse.int_type_id.fefo_policy = "refuse"
        view = cls.build.warehouse.view_location_id
        cls.quarantine = cls.build.location("Blocked", parent=view)
        cls.quarantine.is_quarantine = True
        cls.inner = cls.build.location("Cage", parent=cls.quarantine)

    def move_to(self, dest, **vals):
        """Reserved and validated by somebody without any right to override."""
        picking = self.as_user(self.env["stock.picking"]).create(
            {
                "picking_type_id": self.build.warehouse.int_type_id.id,
                "location_id": self.build.stock.id,
                "location_dest_id": dest.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": 2,
                            "location_id": self.build.stock.id,
                            "location_dest_id": dest.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertEqual(picking.move_line_ids.lot_id, self.old)
        picking.move_ids.picked = True
        self.assertIs(picking.with_context(skip_sms=True).button_validate(), True)
        self.assertEqual(picking.state, "done")

    def test_to_quarantine(self):
        self.move_to(self.quarantine)
        self.move_to(self.inner)

    def test_to_the_vendor(self):
        """Held goods go back: that is known, and why."""
        self.old._hold("Smells")
        self.move_to(self.build.suppliers)

    def test_elsewhere_it_is_asked(self):
        good = self._create_lot_in_stock("GOOD", expiration=30)
        picking = self.deliver(good)
        picking.move_line_ids.lot_id = self.old
        answer = self.as_user(picking, skip_sms=True).button_validate()
        self.assertEqual(answer["res_model"], "expiry.picking.confirmation")
        with self.assertRaises(UserError):
            self.as_user(picking, skip_sms=True, skip_expired=True).button_validate()


@tagged("post_install", "-at_install")
class TestGone(DoorsCase):
    """What must not be sent is not sent by correcting what is done, either."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk.expiry_kind = "use_by"
        cls.good = cls._create_lot_in_stock("GOOD", expiration=30)
        cls.old = cls._create_lot_in_stock("OLD", expiration=30)
        cls.old.expiration_date = cls._in_days(-3)
        cls.done = cls.deliver(cls, cls.good, 2)
        cls.done.with_context(skip_sms=True).button_validate()
        cls.done.is_locked = False

    def test_another_lot(self):
        for user in (self.keeper, self.boss):
            with self.refused("OLD"):
                self.as_user(self.done.move_line_ids, user).lot_id = self.old
        self.assertEqual(self.build.on_hand(self.old), 10)

    def test_another_line(self):
        line = self.done.move_line_ids
        with self.refused("OLD"):
            self.as_user(line, self.boss).create(
                {
                    "move_id": line.move_id.id,
                    "picking_id": line.picking_id.id,
                    "product_id": self.milk.id,
                    "lot_id": self.old.id,
                    "quantity": 1,
                    "location_id": line.location_id.id,
                    "location_dest_id": line.location_dest_id.id,
                }
            )
        self.assertEqual(self.build.on_hand(self.old), 10)

    def test_another_place(self):
        shelf = self.build.location("Shelf")
        self.build.warehouse.int_type_id.fefo_policy = "log"
        transfer = self.build.transfer(
            {self.good: 2}, self.build.warehouse.int_type_id, self.build.stock, shelf
        )
        self.good.expiration_date = self._in_days(-3)
        line = transfer.move_line_ids
        line.date = fields.Datetime.now()
        with self.refused("GOOD"):
            self.as_user(line, self.boss).location_dest_id = self.build.customers

    def test_a_line_that_goes_elsewhere_than_its_move(self):
        shelf = self.build.location("Shelf")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.build.warehouse.int_type_id.id,
                "location_id": self.build.stock.id,
                "location_dest_id": shelf.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": 1,
                            "location_id": self.build.stock.id,
                            "location_dest_id": shelf.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        line = self.as_user(picking.move_line_ids)
        line.write({"lot_id": self.old.id, "location_dest_id": self.build.customers.id})
        picking.move_ids.picked = True
        with self.refused("OLD"):
            self.as_user(picking, skip_sms=True, skip_expired=True).button_validate()

    def test_a_lot_by_its_number_alone(self):
        self.build.warehouse.out_type_id.use_create_lots = True
        picking = self.deliver(self.good)
        line = self.as_user(picking.move_line_ids)
        line.write({"lot_id": False, "lot_name": "OLD"})
        with self.refused("OLD"):
            self.as_user(picking, skip_sms=True, skip_expired=True).button_validate()

    def test_a_number_that_was_wrong(self):
        """It was good when it left: the paper may still be put right."""
        other = self._create_lot_in_stock("OTHER", expiration=1)
        line = self.done.move_line_ids
        with freeze_time(self._in_days(5)):
            self.as_user(line, self.boss).lot_id = other
        self.assertEqual(line.lot_id, other)


@tagged("post_install", "-at_install")
class TestAlertDoors(DoorsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.there = cls.env["res.company"].create({"name": "There"})
        cls.env.user.company_ids += cls.there
        cls.build_there = StockBuilder(cls.env, cls.there)
        cls.boss_there = cls._create_user(
            "boss there", "stock.group_stock_manager", companies=cls.there
        )
        cls.keeper_there = cls._create_user(
            "keeper there", "stock.group_stock_user", companies=cls.there
        )
        cls.lot = cls._create_lot_in_stock("Here")
        cls.milk.with_company(cls.there).responsible_id = cls.keeper_there
        cls.lot_there = cls._create_lot_in_stock("There", build=cls.build_there)

    def as_user(self, records, user=None, **context):
        user = user or self.keeper
        context["allowed_company_ids"] = user.company_ids.ids
        return super().as_user(records, user, **context)

    def send_messages(self):
        rules = self.env["lot.alert.rule"]
        rules.search([]).notify_mail = True
        self._run_cron()
        messages = self.env["lot.alert.message"].search([])
        return messages.filtered(lambda message: message.user_id == self.keeper)

    @mute_logger(*QUIET)
    def test_messages_of_another_company(self):
        message = self.send_messages()
        self.assertTrue(message)
        message.state = "failed"
        theirs = self.as_user(message, self.boss_there)
        self.assertNotIn(message, theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.read(["email"])
        with self.assertRaises(AccessError):
            theirs.action_send_again()
        self.assertEqual(message.state, "failed")
        self.assertIn(message, self.as_user(message, self.boss).search([]))
        self.as_user(message, self.boss).action_send_again()
        self.assertEqual(message.state, "queued")

    @mute_logger(*QUIET)
    def test_messages_of_no_lots(self):
        """Nobody can tell any more whose lots they were."""
        message = self.send_messages()
        message.alert_ids = False
        for user in (self.boss, self.boss_there):
            with self.assertRaises(AccessError):
                self.as_user(message, user).action_send_again()

    @mute_logger(*QUIET)
    def test_buttons_of_what_one_may_not_read(self):
        self._run_cron()
        self.lot.expiration_date = self._in_days(9)
        nobody = self._create_user("nobody", "base.group_user")
        for record in (self._alerts_of(self.lot), self.lot.date_change_ids[:1]):
            with self.assertRaises(AccessError):
                self.as_user(record, nobody).action_open_lot()
        with self.assertRaises(AccessError):
            self.as_user(self._alerts_of(self.lot), nobody).action_record_outcome()

    @mute_logger(*QUIET)
    def test_messages_are_made_by_the_system(self):
        message = self.send_messages()
        for user in (self.keeper, self.boss, self.admin):
            with self.assertRaises(UserError):
                self.as_user(message, user).state = "queued"
            with self.assertRaises(UserError):
                self.as_user(message, user).create({"kind": "mail", "email": "a@b.c"})
        with self.refused("could not be sent"):
            self.as_user(message, self.boss).action_send_again()

    @mute_logger(*QUIET)
    def test_outcomes(self):
        self._run_cron()
        alert = self._alerts_of(self.lot)
        for user in (self.keeper, self.boss, self.admin):
            with self.assertRaises(UserError):
                self.as_user(alert, user).write(
                    {"outcome": "donated", "outcome_user_id": self.admin.id}
                )
        outcomes = self.as_user(self.env["lot.alert.outcome"], self.boss_there)
        with self.assertRaises(AccessError):
            outcomes.create(
                {"alert_ids": [Command.set(alert.ids)], "outcome": "used"}
            ).action_record()
        self.assertFalse(alert.outcome)

    @mute_logger(*QUIET)
    def test_rules_and_steps_of_plain_users(self):
        for model in ("lot.alert.rule", "lot.alert.step", "lot.shelf.life.rule"):
            records = self.as_user(self.env[model])
            with self.assertRaises(AccessError):
                records.create({})
            found = self.env[model].search([], limit=1)
            if found:
                with self.assertRaises(AccessError):
                    self.as_user(found).unlink()

    @mute_logger(*QUIET)
    def test_rules_go_to_no_other_company(self):
        """A webhook of one's own must not tell what another company has."""
        vals = {"name": "Mine", "step_ids": [Command.create({"value": 3})]}
        rule = self.as_user(self.env["lot.alert.rule"], self.boss_there).create(vals)
        self.assertEqual(rule.company_id, self.there)
        with self.assertRaises(AccessError):
            rule.company_id = self.here
        with self.assertRaises(AccessError):
            self.as_user(self.env["lot.alert.rule"], self.boss_there).create(
                {**vals, "company_id": self.here.id}
            )
        life = self.as_user(self.env["lot.shelf.life.rule"], self.boss_there).create(
            {"minimum": 3}
        )
        with self.assertRaises(AccessError):
            life.company_id = self.here
        foreign = self.env["lot.alert.rule"].create(
            {**vals, "company_id": self.here.id}
        )
        with self.assertRaises(UserError):
            rule.step_ids.rule_id = foreign.id
        with self.assertRaises(AccessError):
            self.as_user(self.env["lot.alert.step"], self.boss_there).create(
                {"rule_id": foreign.id, "value": 9}
            )

    def test_to_dos(self):
        self._run_cron()
        alert = self._alerts_of(self.lot)
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("stock.lot"),
                "res_id": self.lot.id,
                "user_id": self.keeper.id,
            }
        )
        with self.assertRaises(UserError):
            self.as_user(activity).lot_expiry_alert_id = alert.id
        with self.assertRaises(UserError):
            self.as_user(
                self.env["mail.activity"], default_lot_expiry_alert_id=alert.id
            ).create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("stock.lot"),
                    "res_id": self.lot.id,
                    "user_id": self.keeper.id,
                }
            )

    def test_a_copy_of_the_database_is_quiet(self):
        rule = self.env["lot.alert.rule"].create(
            {
                "name": "Chat",
                "webhook_url": "https://example.com/SECRET",
                "step_ids": [Command.create({"value": 3})],
            }
        )
        message = self.send_messages()
        message.state = "queued"
        self.env.flush_all()
        with file_open("lot_traceability_expiry/data/neutralize.sql") as sql:
            self.env.cr.execute(sql.read())
        self.env.invalidate_all()
        self.assertFalse(rule.webhook_url)
        self.assertEqual(message.state, "failed")


@tagged("post_install", "-at_install")
class TestClearOutDoors(DoorsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        view = cls.build.warehouse.view_location_id
        cls.bin = cls.build.location("Expired Goods", parent=view)
        cls.old = cls._create_lot_in_stock("OLD")
        cls.old.removal_date = cls._in_days(-3)
        cls.good = cls._create_lot_in_stock("GOOD", expiration=90)

    def open(self, **vals):
        wizard = self.as_user(self.env["lot.clear.out"]).create(
            {
                "warehouse_id": self.build.warehouse.id,
                "dest_location_id": self.bin.id,
                **vals,
            }
        )
        wizard.env.flush_all()
        return wizard

    def quant(self, lot, place=None):
        place = place or self.build.stock
        return lot.quant_ids.filtered(lambda quant: quant.location_id == place)

    def test_nothing_but_what_is_due(self):
        wizard = self.open(action="scrap")
        wizard.line_ids.create(
            {"wizard_id": wizard.id, "quant_id": self.quant(self.good).id}
        )
        with self.refused("GOOD"):
            wizard.action_clear()
        self.assertEqual(self.build.on_hand(self.good), 10)

    def test_each_of_it_once(self):
        wizard = self.open()
        wizard.line_ids.create(
            {"wizard_id": wizard.id, "quant_id": self.quant(self.old).id}
        )
        with self.refused("OLD"):
            wizard.action_clear()

    def test_another_quantity(self):
        wizard = self.open(action="scrap")
        line = wizard.line_ids.filtered(lambda line: line.lot_id == self.old)
        line.quantity = 3
        with self.refused("OLD"):
            wizard.action_clear()

    def test_places(self):
        customers = self.build.customers
        for vals in ({"dest_location_id": customers.id}, {"location_id": customers.id}):
            wizard = self.open(**vals)
            if not wizard.line_ids:
                wizard.line_ids.create(
                    {"wizard_id": wizard.id, "quant_id": self.quant(self.old).id}
                )
            with self.assertRaises(UserError):
                wizard.action_clear()
        self.assertEqual(self.build.on_hand(self.old), 10)

    @mute_logger(*QUIET)
    def test_the_list_of_somebody_else(self):
        wizard = self.open()
        other = self._create_user("other keeper", "stock.group_stock_user")
        mine = self.as_user(self.env["lot.clear.out"], other).create(
            {"warehouse_id": self.build.warehouse.id, "dest_location_id": self.bin.id}
        )
        with self.assertRaises(UserError):
            mine.line_ids[:1].wizard_id = wizard.id
        with self.assertRaises(UserError):
            self.as_user(mine.line_ids, other).create(
                {"wizard_id": wizard.id, "quant_id": self.quant(self.old).id}
            )
