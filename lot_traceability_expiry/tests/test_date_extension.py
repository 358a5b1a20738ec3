from contextlib import contextmanager
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .dates_case import LotDatesCase


@tagged("post_install", "-at_install")
@freeze_time("2028-02-01 12:00:00")
class TestDateExtension(LotDatesCase):
    """Later dates are an act of its own; by hand dates only become earlier."""

    def setUp(self):
        super().setUp()
        self.milk.expiry_retest_days = 10
        self.lot = self._lot_until(
            "2028-02-20 12:00:00", use_date="2028-02-18 12:00:00"
        )
        files = self.env["ir.attachment"].with_user(self.manager)
        self.document = files.create({"name": "lab.pdf", "raw": b"passed"})

    def _extend(self, user=None, **values):
        wizard = self.env["lot.date.extend"].with_user(user or self.manager)
        wizard = wizard.create(
            {"lot_id": self.lot.id, "new_date": "2028-03-01", "reason": "Tasted"}
            | values
        )
        wizard.action_extend()
        return self.lot.env["lot.date.extension"].search(
            [("lot_id", "=", self.lot.id)], limit=1
        )

    @contextmanager
    def _refused(self, text, kind=UserError):
        with self.assertRaisesRegex(kind, text), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    def test_by_hand_only_earlier(self):
        later = {
            "expiration_date": "2028-03-01 12:00:00",
            "use_date": "2028-02-19 12:00:00",
            "retest_date": "2028-02-19",
        }
        kinds = ("use_by", "best_before")
        doors = {
            "write": lambda lot, vals: lot.write(vals),
            "load": self._load,
            "form": self._type,
        }
        for user in (self.clerk, self.manager):
            for kind, (door, change) in ((k, d) for k in kinds for d in doors.items()):
                self.milk.expiry_kind = kind
                for name, value in later.items():
                    for new in (value, False):
                        before = self.lot[name]
                        case = self.subTest(user.name, kind=kind, door=door, name=name)
                        with case:
                            with self._refused("become earlier"):
                                change(self.lot.with_user(user), {name: new})
                            self.assertEqual(self.lot[name], before)
        # the month on a label that named a day counts for longer
        with self._refused("become earlier"):
            self.lot.with_user(self.clerk).expiry_precision = "month"

    def _load(self, lot, vals):
        result = lot.load(
            [".id", *vals], [[str(lot.id), *(value or "" for value in vals.values())]]
        )
        if result["messages"]:
            raise UserError(result["messages"][0]["message"])

    def _type(self, lot, vals):
        with Form(lot) as form:
            for name, value in vals.items():
                form[name] = value

    def test_earlier_is_free(self):
        lot = self.lot.with_user(self.clerk)
        lot.write(
            {"expiration_date": "2028-02-10 12:00:00", "retest_date": "2028-02-05"}
        )
        self.assertEqual(lot.expiration_date, datetime(2028, 2, 10, 12))
        # another hour of the day is the same date
        lot.expiration_date = "2028-02-10 15:00:00"

    def test_with_the_right_and_a_reason(self):
        """Best before: by whom the setting names, with a reason."""
        with self._refused("Extend expiration dates", AccessError):
            self._extend(self.clerk)
        for reason in ("", "  "):
            with self._refused("say why"):
                self._extend(reason=reason)
        with self._refused("not later"):
            self._extend(new_date="2028-02-19")
        act = self._extend(evidence="Panel 7")
        self.assertEqual(self.lot.expiration_date, datetime(2028, 3, 1, 23, 59, 59))
        # what goes with it moves with it
        self.assertEqual(self.lot.use_date.date(), date(2028, 2, 28))
        self.assertRecordValues(
            act,
            [
                {
                    "name": "expiration_date",
                    "old_date": date(2028, 2, 20),
                    "new_date": date(2028, 3, 1),
                    "state": "done",
                    "user_id": self.manager.id,
                }
            ],
        )
        change = self.lot.date_change_ids.filtered(
            lambda change: change.name == "expiration_date"
        )
        self.assertEqual(change.reason, "Tasted, Panel 7")
        act = self._extend(is_removed=True)
        self.assertFalse(self.lot.expiration_date)
        self.assertFalse(act.new_date)
        group = self.env["res.groups"].create(
            {"name": "Quality", "user_ids": [Command.set(self.clerk.ids)]}
        )
        self.env.company.lot_extend_group_id = group
        self.lot.expiration_date = "2028-02-20 12:00:00"
        with self._refused("Quality", AccessError):
            self._extend()
        self.assertEqual(self._extend(self.clerk).state, "done")

    def test_use_by_needs_evidence(self):
        self.milk.expiry_kind = "use_by"
        with self._refused("needs evidence"):
            self._extend(evidence="Somebody said so")
        with self._refused("become earlier"):
            self.lot.with_user(self.manager).write(
                {"expiration_date": "2028-03-01 12:00:00", "date_change_reason": "So"}
            )
        other = self._lot_until("2028-02-20 12:00:00", "Other")
        other._record_retest(date(2028, 2, 1), "pass", "Lab 1")
        with self._refused("this lot passed"):
            self._extend(retest_id=other.retest_ids.id)
        self.lot._record_retest(date(2028, 2, 1), "pass", "Lab 2")
        act = self._extend(retest_id=self.lot.retest_ids.id)
        self.assertEqual(act.retest_id.note, "Lab 2")
        self.assertEqual(self.lot.expiration_date.date(), date(2028, 3, 1))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_second_person(self):
        self.milk.expiry_kind = "use_by"
        self.env.company.lot_extend_by_two = True
        second = self._create_user("second", "stock.group_stock_manager")
        # who may not extend dates is not asked, nor who asks
        self.env.company.lot_expiry_responsible_id = second
        self.milk.responsible_id = self.clerk
        act = self._extend(attachment_ids=[Command.set(self.document.ids)])
        self.assertEqual(act.state, "waiting")
        self.assertEqual(self.lot.expiration_date, datetime(2028, 2, 20, 12))
        self.assertEqual(act.attachment_ids.raw, b"passed")
        self.assertNotEqual(act.attachment_ids, self.document)
        with self._refused("second person"):
            act.with_user(self.manager).action_approve()
        with self.assertRaises(AccessError):
            act.with_user(self.clerk).action_approve()
        with self.assertRaises(AccessError):
            act.with_user(self.manager).write({"state": "done"})
        todo = self.lot.activity_ids
        self.assertEqual(todo.user_id, second)
        self.assertIn("03/01/2028", todo.summary)
        self.assertEqual(self.lot.date_extension_count, 1)
        self.lot.invalidate_recordset()
        act.with_user(second).action_approve()
        self.assertFalse(self.lot.activity_ids)
        self.assertEqual(self.lot.date_extension_count, 0)
        self.assertRecordValues(act, [{"state": "done", "approver_id": second.id}])
        self.assertEqual(self.lot.expiration_date.date(), date(2028, 3, 1))
        with self._refused("decided already"):
            act.with_user(second).action_refuse()
        other = self._extend(
            new_date="2028-03-09", attachment_ids=[Command.set(self.document.ids)]
        )
        self.lot.expiration_date = "2028-02-25 12:00:00"
        with self._refused("changed since"):
            other.with_user(second).action_approve()
        self.assertTrue(self.lot.activity_ids)
        other.with_user(second).action_refuse()
        self.assertFalse(self.lot.activity_ids)
        self.assertEqual(self.lot.expiration_date.date(), date(2028, 2, 25))

    def test_retests_of_whom_the_setting_names(self):
        self.env.company.lot_retest_group_id = self.env.ref("base.group_system")
        lot = self.lot.with_user(self.clerk)
        with self._refused("do not let goods pass", AccessError):
            lot._record_retest(date(2028, 2, 1), "pass", "Lab 1")
        lot._record_retest(date(2028, 2, 1), "fail", "Lab 1")
        self.assertTrue(lot.is_retest_due)

    # -- order --------------------------------------------------------------
    def test_orders_of_dates(self):
        good = {
            "made_on": "2028-01-01",
            "alert_date": "2028-02-02 12:00:00",
            "removal_date": "2028-02-10 12:00:00",
            "expiration_date": "2028-02-19 12:00:00",
        }
        lot = self.lot.with_user(self.clerk)
        lot.write(good)
        wrong = {
            "year": {"expiration_date": "0207-02-10 12:00:00"},
            "far": {"expiration_date": "2207-02-10 12:00:00"},
            "removal": {"removal_date": "2028-02-20 12:00:00"},
            "alert": {"alert_date": "2028-02-11 12:00:00"},
            "alert after all": {"alert_date": "2028-03-11 12:00:00"},
            "use": {"use_date": "2028-02-20 12:00:00"},
            "made later": {"made_on": "2028-02-02"},
            "made after": {"made_on": "2028-01-20", "alert_date": "2028-01-10"},
            "made then": {"made_on": "0207-01-01"},
        }
        for number, (case, values) in enumerate(wrong.items()):
            with self.subTest(case):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.lot.use_date = False
                    lot.write(values)
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    lot.create(
                        {"product_id": self.milk.id, "name": f"N{number}"}
                        | good
                        | values
                    )
        # what follows from the other dates does not stand in the way
        self.milk.write({"removal_time": 5, "expiration_time": 20})
        new = lot.create(
            {"product_id": self.milk.id, "name": "N", "made_on": date(2028, 2, 1)}
        )
        self.assertEqual(new.removal_date.date(), date(2028, 2, 16))
        self.assertEqual(new.alert_date, new.removal_date)

    def test_expired_whatever_the_removal_date_says(self):
        """Rows of before the order was checked."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET expiration_date = '2028-01-20', "
            "removal_date = '2028-05-01' WHERE id = %s",
            [self.lot.id],
        )
        self.env.cr.execute(
            "UPDATE stock_quant SET expiration_date = '2028-01-20', "
            "removal_date = '2028-05-01' WHERE lot_id = %s",
            [self.lot.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.lot.expiry_state, "expired")
        quant = self.lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(quant.available_quantity, 0)
        wizard = self.env["lot.clear.out"].create(
            {"warehouse_id": self.build.warehouse.id}
        )
        self.assertEqual(wizard.line_ids.lot_id, self.lot)
