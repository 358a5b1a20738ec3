from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .dates_case import LotDatesCase


@tagged("post_install", "-at_install")
class TestLotDates(LotDatesCase):
    """How dates come about, change, and are kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_zone("Europe/Brussels")
        cls.milk.write(
            {
                "expiration_time": 30,
                "use_time": 5,
                "removal_time": 3,
                "alert_time": 7,
            }
        )

    def _changes(self, lot):
        return [
            (change.name, change.old_date, change.new_date, change.reason)
            for change in lot.date_change_ids.sorted("id")
        ]

    # -- made on ----------------------------------------------------------
    def test_good_from_the_day_it_was_made(self):
        lot = self.build.lot(self.milk, "L1", made_on="2026-03-01")
        # the evening of 31 March is in summer time
        self.assertEqual(lot.expiration_date, datetime(2026, 3, 31, 21, 59, 59))
        self.assertEqual(lot.removal_date.date(), date(2026, 3, 28))

    def test_a_date_that_is_given_stays(self):
        end = datetime(2026, 6, 1, 12)
        lot = self.build.lot(self.milk, "L1", made_on="2026-03-01", expiration_date=end)
        self.assertEqual(lot.expiration_date, end)

    def test_made_on_in_the_form(self):
        form = Form(self.env["stock.lot"])
        form.product_id = self.milk
        form.name = "L1"
        form.made_on = "2026-03-01"
        self.assertEqual(form.expiration_date, datetime(2026, 3, 31, 21, 59, 59))
        lot = form.save()
        with Form(lot) as form:
            form.made_on = "2026-02-01"
        self.assertEqual(lot.expiration_date, datetime(2026, 3, 31, 21, 59, 59))

    @freeze_time("2026-03-12 08:00:00")
    def test_made_on_at_the_receipt(self):
        receipt = self.build.open_receipt(self.milk, number="L1")
        receipt.move_line_ids.write(
            {"made_on": "2026-03-01", "expiration_date": "2026-05-01 12:00:00"}
        )
        receipt.button_validate()
        lot = receipt.move_line_ids.lot_id
        self.assertEqual(lot.made_on, date(2026, 3, 1))
        self.assertEqual(lot.expiration_date, datetime(2026, 5, 1, 12))

    @freeze_time("2026-03-12 08:00:00")
    def test_nothing_was_made_tomorrow(self):
        """Whether it expires or not."""
        bolt = self.build.product("Bolt", use_expiration_date=False)
        user = self._create_user("maker", "stock.group_stock_manager")
        lots = self.env(user=user)["stock.lot"]
        for product in (self.milk, bolt):
            lot = lots.create({"product_id": product.id, "name": f"{product.name} 1"})
            receipt = self.build.open_receipt(product, number=f"{product.name} 2")
            receipt.move_line_ids.made_on = "2026-04-01"
            values = {"product_id": product.id, "name": f"{product.name} 3"}
            for number, do in enumerate(
                (
                    lambda lot=lot: lot.write({"made_on": "2026-04-01"}),
                    lambda lot=lot: lot.write({"made_on": "0206-04-01"}),
                    lambda values=values: lots.create(
                        values | {"made_on": "2026-04-01"}
                    ),
                    receipt.with_user(user).button_validate,
                )
            ):
                way = self.subTest(product=product.name, way=number)
                with way, self.assertRaises(ValidationError):
                    do()
            lot.made_on = "2026-03-12"

    # -- precision --------------------------------------------------------
    def test_a_month_counts_until_its_last_day(self):
        lot = self._lot_until("2028-02-03 12:00:00", expiry_precision="month")
        self.assertEqual(lot.expiration_date, datetime(2028, 2, 29, 22, 59, 59))
        self.assertEqual(lot._get_expiry_text(), "02/2028")
        self.assertEqual(lot._get_expiry_gs1(), "15280200")
        with freeze_time("2028-02-29 22:00:00"):
            self.assertFalse(lot._is_past("expiration_date"))
        with freeze_time("2028-02-29 23:00:00"):
            self.assertTrue(lot._is_past("expiration_date"))

    def test_a_year_counts_until_its_last_day(self):
        self.milk.write({"expiry_kind": "use_by", "expiry_precision": "year"})
        lot = self._lot_until("2028-02-03 12:00:00")
        self.assertEqual(lot.expiration_date, datetime(2028, 12, 31, 22, 59, 59))
        self.assertEqual(lot._get_expiry_text(), "2028")
        self.assertEqual(lot._get_expiry_gs1(), "17281200")

    def test_less_exact_later(self):
        lot = self._lot_until("2028-02-03 12:00:00")
        lot.expiry_precision = "month"
        self.assertEqual(lot.expiration_date, datetime(2028, 2, 29, 22, 59, 59))
        self.assertIn(
            ("expiration_date", date(2028, 2, 3), date(2028, 2, 29), False),
            self._changes(lot),
        )

    def test_a_month_where_the_goods_come_to(self):
        """The receiving warehouse says which day it is, not the company."""
        self.env.company.partner_id.tz = "Europe/Brussels"
        east = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        east.partner_id = self.build.partner("East", tz="America/Los_Angeles")
        receipt = self.build.open_receipt(self.milk, number="L1")
        receipt.move_ids.location_dest_id = east.lot_stock_id
        receipt.move_line_ids.write(
            {
                "location_dest_id": east.lot_stock_id.id,
                # the last second of June in California
                "expiration_date": "2028-07-01 06:59:59",
                "expiry_precision": "month",
            }
        )
        receipt.button_validate()
        lot = receipt.move_line_ids.lot_id
        self.assertEqual(lot._get_expiry_text(), "06/2028")

    def test_printed_as_the_day_of_the_warehouse(self):
        lot = self._lot_until("2028-02-03 23:30:00")
        reader = lot.with_context(tz="America/Los_Angeles")
        self.assertEqual(reader._get_expiry_text(), "02/04/2028")
        self.assertEqual(reader._get_expiry_gs1(), "15280204")

    def test_gs1_label_has_the_date_that_counts(self):
        self.milk.write({"barcode": "9506000134352", "expiry_kind": "use_by"})
        lot = self._lot_until("2028-02-03 12:00:00", expiry_precision="month")
        quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        barcode = quant._get_gs1_barcode()
        self.assertTrue(barcode.startswith("17280200"), barcode)
        self.assertNotIn("15280224", barcode)
        self.assertIn("0109506000134352", barcode)

    # -- changes ----------------------------------------------------------
    def test_each_change_is_kept(self):
        lot = self._lot_until("2028-02-03 12:00:00")
        self.assertFalse(lot.date_change_ids)
        with Form(lot.with_user(self.clerk)) as form:
            form.expiration_date = "2028-02-01 12:00:00"
            form.date_change_reason = "Typing error"
        changes = self._changes(lot)
        row = ("expiration_date", date(2028, 2, 3), date(2028, 2, 1), "Typing error")
        self.assertIn(row, changes)
        self.assertEqual(len(changes), 4)
        self.assertEqual(lot.date_change_ids.user_id, self.clerk)
        self.assertIn("Typing error", lot.message_ids[0].body)
        self.assertEqual(lot.message_ids[0].author_id, self.clerk.partner_id)
        action = lot.action_open_date_changes()
        found = self.env["lot.date.change"].search(action["domain"])
        self.assertEqual(found, lot.date_change_ids)

    def test_nothing_changed_is_not_kept(self):
        lot = self._lot_until("2028-02-03 12:00:00")
        lot.expiration_date = lot.expiration_date
        self.assertFalse(lot.date_change_ids)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_edits_the_history(self):
        lot = self._lot_until("2028-02-03 12:00:00")
        lot.expiration_date = "2028-03-03 12:00:00"
        change = lot.date_change_ids[0].with_user(self.manager)
        for action in (
            lambda: change.write({"reason": "Other"}),
            change.unlink,
            lambda: change.copy({}),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_history_of_other_companies_is_not_shown(self):
        lot = self._lot_until("2028-02-03 12:00:00")
        lot.company_id = self.env.company
        lot.expiration_date = "2028-03-03 12:00:00"
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user(
            "stranger", "stock.group_stock_manager", companies=other
        )
        domain = [("lot_id", "=", lot.id)]
        changes = self.env["lot.date.change"].with_user(stranger)
        self.assertFalse(changes.search(domain))
        self.assertEqual(changes.with_user(self.clerk).search_count(domain), 1)

    def test_a_changed_date_alerts_again(self):
        lot = self._lot_until("2028-02-03 12:00:00")
        lot.product_expiry_reminded = True
        lot.ref = "other"
        self.assertTrue(lot.product_expiry_reminded)
        lot.alert_date = "2028-01-20 12:00:00"
        self.assertFalse(lot.product_expiry_reminded)

    # -- conversions ------------------------------------------------------
    def _convert(self, kind, lots, target, quantity):
        line = {"product_id": self.milk.id, "location_id": self.build.stock.id}
        conversion = self.env["lot.conversion"].create(
            {
                "kind": kind,
                "reason": "Test",
                "source_line_ids": [
                    (0, 0, {**line, "side": "source", "lot_id": lot.id, "quantity": 2})
                    for lot in lots
                ],
                "target_line_ids": [
                    (0, 0, {**line, "side": "target", "quantity": quantity, **target})
                ],
            }
        )
        conversion.action_done()
        return conversion.target_line_ids.lot_id

    def test_merged_goods_are_as_old_as_the_oldest(self):
        old = self._lot_until("2028-02-03 12:00:00", "Old", made_on="2028-01-04")
        new = self._lot_until("2028-03-03 12:00:00", "New", made_on="2028-02-02")
        lot = self._convert("merge", old | new, {"number": "Mixed"}, 4)
        self.assertEqual(lot.expiration_date, old.expiration_date)
        self.assertEqual(lot.expiry_limit_date, old.expiration_date)
        self.assertEqual(lot.made_on, date(2028, 1, 4))

    def test_merged_into_a_lot_that_was_fresher(self):
        old = self._lot_until("2028-02-03 12:00:00", "Old")
        new = self._lot_until("2028-03-03 12:00:00", "New")
        self._convert("merge", old, {"lot_id": new.id}, 2)
        self.assertEqual(new.expiration_date, old.expiration_date)
        change = new.date_change_ids.filtered(lambda c: c.name == "expiration_date")
        self.assertIn("Test", change.reason)

    def test_a_new_label_keeps_date_and_opening(self):
        lot = self._lot_until("2028-02-03 12:00:00", quantity=2)
        with freeze_time("2028-01-01 12:00:00"):
            lot._open(date(2028, 1, 1), 5, "Opened")
            new = self._convert("relabel", lot, {"number": "New"}, 2)
        self.assertEqual(new.expiration_date, lot.expiration_date)
        self.assertEqual(new.opened_on, date(2028, 1, 1))
        self.assertEqual(new.printed_expiration_date.date(), date(2028, 2, 3))

    def test_expired_goods_can_be_converted(self):
        self.milk.expiry_kind = "use_by"
        lot = self._lot_until("2020-02-03 12:00:00", quantity=2)
        new = self._convert("relabel", lot, {"number": "New"}, 2)
        self.assertEqual(new.expiry_state, "expired")

    # -- later than allowed -----------------------------------------------
    def _limited(self):
        old = self._lot_until("2028-02-03 12:00:00", "Old")
        return self._convert("merge", old, {"number": "Mixed"}, 2)

    def test_longer_only_with_the_right(self):
        lot = self._limited().with_user(self.clerk)
        values = {
            "expiration_date": "2028-02-04 12:00:00",
            "date_change_reason": "Why not",
        }
        with self.assertRaisesRegex(UserError, "good until 02/03/2028 at most"):
            lot.write(values)

    def test_longer_only_with_a_reason(self):
        lot = self._limited().with_user(self.manager)
        refused = self.assertRaisesRegex(UserError, "with a reason")
        with refused, self.env.cr.savepoint():
            lot.expiration_date = "2028-02-04 12:00:00"
        lot.write(
            {
                "expiration_date": "2028-02-04 12:00:00",
                "date_change_reason": "Lab report 7",
            }
        )
        self.assertEqual(lot.expiration_date.date(), date(2028, 2, 4))
        row = ("expiration_date", date(2028, 2, 3), date(2028, 2, 4), "Lab report 7")
        self.assertIn(row, self._changes(lot))

    def test_no_date_at_all_is_longer_too(self):
        with self.assertRaisesRegex(UserError, "at most"):
            self._limited().with_user(self.clerk).expiration_date = False

    def test_shorter_is_free(self):
        lot = self._limited().with_user(self.clerk)
        lot.expiration_date = "2028-01-04 12:00:00"
        self.assertEqual(lot.expiration_date.date(), date(2028, 1, 4))
