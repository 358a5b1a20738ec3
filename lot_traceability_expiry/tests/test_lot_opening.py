from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .dates_case import LotDatesCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-01 12:00:00")
class TestLotOpening(LotDatesCase):
    """A part that is opened, thawed or taken as a sample, and what was made of goods
    that became shorter."""

    def setUp(self):
        super().setUp()
        self.milk.expiry_in_use_days = 3
        self.lot = self._lot_until("2026-03-31 12:00:00", quantity=500)

    def _open(self, lot=None, **values):
        wizard = self.env["lot.open"].with_user(self.clerk)
        form = Form(wizard.with_context(default_lot_id=(lot or self.lot).id))
        for name, value in values.items():
            form[name] = value
        action = form.save().action_open()
        return self.env["stock.lot"].browse(action.get("res_id", self.lot.id))

    def test_a_part_becomes_a_lot_of_its_own(self):
        part = self._open(quantity=1, number="OPEN-1")
        self.assertNotEqual(part, self.lot)
        self.assertEqual((part.name, part.product_qty), ("OPEN-1", 1))
        self.assertEqual(part.expiration_date, datetime(2026, 3, 4, 23, 59, 59))
        self.assertEqual(part.opened_on, date(2026, 3, 1))
        self.assertEqual(part.printed_expiration_date, datetime(2026, 3, 31, 12))
        self.assertEqual(self.lot.expiration_date, datetime(2026, 3, 31, 12))
        self.assertFalse(self.lot.opened_on)
        self.assertEqual(self.lot.product_qty, 499)
        # a sample keeps its date
        sample = self._open(kind="sample", quantity=2, days=0)
        self.assertEqual(sample.expiration_date, datetime(2026, 3, 31, 12))
        self.assertEqual((sample.product_qty, self.lot.product_qty), (2, 497))
        with self.assertRaisesRegex(UserError, "497 Units are in"):
            self._open(quantity=498)

    def test_undone_while_untouched(self):
        part = self._open(quantity=5).with_user(self.clerk)
        part.action_undo_opening()
        self.assertEqual(self.lot.product_qty, 500)
        self.assertEqual(self.lot.expiration_date, datetime(2026, 3, 31, 12))
        limit = self.lot.expiry_limit_date
        whole = self._open()
        self.assertEqual(whole.opened_on, date(2026, 3, 1))
        whole.with_user(self.clerk).action_undo_opening()
        self.assertFalse(whole.opened_on)
        self.assertEqual(whole.expiry_limit_date, limit)
        self.assertEqual(whole.expiration_date, datetime(2026, 3, 31, 12))
        with self.assertRaisesRegex(UserError, "not opened"):
            whole.with_user(self.clerk).action_undo_opening()
        used = self._open(quantity=5)
        with freeze_time("2026-03-01 13:00:00"):
            self.build.deliver(used, 1)
            with self.assertRaisesRegex(UserError, "moved since"):
                used.with_user(self.clerk).action_undo_opening()

    # -- what was made of it ------------------------------------------------
    def _make(self, lot, product, number):
        line = {"location_id": self.build.stock.id}
        conversion = self.env["lot.conversion"].create(
            {
                "kind": "repack",
                "reason": "Made",
                "source_line_ids": [
                    Command.create(
                        {
                            **line,
                            "side": "source",
                            "product_id": lot.product_id.id,
                            "lot_id": lot.id,
                            "quantity": 2,
                        }
                    )
                ],
                "target_line_ids": [
                    Command.create(
                        {
                            **line,
                            "side": "target",
                            "product_id": product.id,
                            "number": number,
                            "quantity": 2,
                        }
                    )
                ],
            }
        )
        conversion.action_done()
        return conversion.target_line_ids.lot_id

    def test_who_has_the_finished_lots_is_told(self):
        chief = self._create_user("chief", "stock.group_stock_user")
        cheese = self._create_expiring_product("Cheese", responsible_id=chief.id)
        pizza = self._create_expiring_product("Pizza", responsible_id=chief.id)
        made = self._make(self.lot, cheese, "C1")
        last = self._make(made, pizza, "P1")
        (made | last).write({"expiration_date": "2026-06-30 12:00:00"})
        short = self._make(self.lot, cheese, "C2")
        short.write({"expiration_date": "2026-03-05 12:00:00"})
        self.lot.with_user(self.clerk).write(
            {"expiration_date": "2026-03-10 12:00:00", "date_change_reason": "Lab"}
        )
        todo = self._activities(self.lot)
        self.assertEqual(todo.user_id, chief)
        for text in ("C1", "P1", "03/10/2026", "06/30/2026"):
            self.assertIn(text, todo.note)
        self.assertNotIn("C2", todo.note)
        # once more: one to-do lives, and says what is true now
        self.lot.with_user(self.clerk).expiration_date = "2026-03-08 12:00:00"
        self.assertEqual(self._activities(self.lot), todo)
        self.assertIn("03/08/2026", todo.summary + todo.note)
        wizard = self.env["lot.date.shorten"].with_user(chief)
        wizard = wizard.create({"lot_id": self.lot.id})
        self.assertEqual(wizard.made_lot_ids, made | last)
        wizard.action_shorten()
        for lot in made | last:
            self.assertEqual(lot.expiration_date, datetime(2026, 3, 8, 12))
            self.assertEqual(lot.expiry_limit_date, datetime(2026, 3, 8, 12))
        self.assertFalse(self._activities(self.lot))
        with self.assertRaisesRegex(UserError, "good for longer"):
            wizard.create({"lot_id": self.lot.id}).action_shorten()
