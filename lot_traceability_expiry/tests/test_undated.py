from datetime import date
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import Form, tagged

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from ..dates.undated import get_reservable_domain
from .dates_case import LotDatesCase


@tagged("post_install", "-at_install")
class TestUndated(LotDatesCase):
    """Lots without a date of products that want one."""

    def test_policy_of_the_company(self):
        """One question for reservation, delivery and till."""
        lot = self.build.lot(self.milk, "No date", expiration_date=False)
        self.build.receive(lot, 10)
        quants = self.env["stock.quant"]
        for policy, level, free in (
            ("allow", None, True),
            ("ask", "override", True),
            ("refuse", "refuse", False),
        ):
            self.env.company.lot_undated_policy = policy
            with self.subTest(policy):
                self.assertEqual(lot._get_shipping_block().get("level"), level)
                domain = get_reservable_domain(self.env.company)
                found = quants.search(domain & self._of(lot))
                self.assertEqual(bool(found), free)
                delivery = self._open_delivery(lot)
                if policy == "allow":
                    delivery._action_done()
                    continue
                with self.assertRaisesRegex(UserError, "has no expiration date"):
                    delivery._action_done()
                if policy == "ask":
                    line = delivery.move_line_ids
                    line.expiry_override_reason = "Made this morning"
                    delivery._action_done()
                    self.assertEqual(delivery.state, "done")

    def _of(self, lot):
        return Domain(
            [("lot_id", "=", lot.id), ("location_id", "=", self.build.stock.id)]
        )

    def test_asked_for_at_receipt_and_production(self):
        """No date is invented where the product says no days."""
        company = self.env.company
        receipt = self.build.open_receipt(self.milk, 5, "R1")
        self.assertFalse(receipt.move_line_ids.expiration_date)
        receipt.button_validate()
        lot = receipt.move_line_ids.lot_id
        self.assertFalse(lot.expiration_date)
        check = next(
            check
            for check in self.env["lot.health.rules"]._get_checks(company)
            if check.code == "lots_without_date"
        )
        found = self.env["stock.quant"].search(check.get_domain())
        self.assertIn(lot, found.lot_id)
        company.lot_ask_for_dates = True
        receipt = self.build.open_receipt(self.milk, 5, "R2")
        refused = self.assertRaisesRegex(UserError, "have no expiration date")
        with refused, self.env.cr.savepoint():
            receipt.button_validate()
        receipt.move_line_ids.expiration_date = "2031-01-01 12:00:00"
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.milk.expiration_time = 10
        receipt = self.build.open_receipt(self.milk, 5, "R3")
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_a_typed_date_is_not_dropped_where_the_lot_is_known(self):
        """Later or earlier, by number or by lot, in one document or in two."""
        self.milk.expiration_time = 30
        known = self._lot_until("2031-03-01 12:00:00", "K1")
        later, earlier = "2031-09-01 12:00:00", "2031-01-01 12:00:00"
        for values in (
            {"lot_name": "K1", "expiration_date": later},
            {"lot_name": "k1 ", "expiration_date": earlier},
            {"lot_id": known.id, "expiration_date": later},
        ):
            receipt = self.build.open_receipt(self.milk, 5, "K1")
            # one by one, as they are typed
            for name, value in values.items():
                receipt.move_line_ids[name] = value
            with self.subTest(values):
                refused = self.assertRaisesRegex(UserError, "(?i)K1.*03/01/2031")
                with refused, self.env.cr.savepoint():
                    receipt.button_validate()
        # the same day, and a date that nobody has typed
        for end in ("2031-03-01 09:00:00", None):
            receipt = self.build.open_receipt(self.milk, 5, "K1")
            if end:
                receipt.move_line_ids.expiration_date = end
            receipt.button_validate()
            self.assertEqual(receipt.state, "done")
            self.assertEqual(receipt.move_line_ids.lot_id, known)
        known.made_on = date(2031, 1, 5)
        receipt = self.build.open_receipt(self.milk, 5, "K1")
        receipt.move_line_ids.made_on = date(2031, 1, 6)
        with self.assertRaisesRegex(UserError, "Made on"), self.env.cr.savepoint():
            receipt.button_validate()
        # a new number with two dates
        receipt = self.build.open_receipt(self.milk, 5, "N1")
        line = receipt.move_line_ids
        line.expiration_date = later
        line.copy({"lot_name": "N1", "expiration_date": earlier, "quantity": 2})
        with self.assertRaisesRegex(UserError, "two dates"), self.env.cr.savepoint():
            receipt.button_validate()
        # a lot without a date takes it over
        bare = self.build.lot(self.milk, "B1", expiration_date=False)
        receipt = self.build.open_receipt(self.milk, 5, "B1")
        receipt.move_line_ids.expiration_date = later
        receipt.button_validate()
        self.assertEqual(str(bare.expiration_date)[:10], "2031-09-01")

    def test_days_of_the_place_across_clock_changes(self):
        """All dates of a lot, whoever creates it; board and form agree."""
        company = self.env.company
        company.partner_id.tz = "Asia/Tokyo"
        self._set_zone("America/New_York")
        self.milk.write(
            {"expiration_time": 60, "use_time": 10, "removal_time": 7, "alert_time": 20}
        )
        # in the evening in New York, before the clocks go back on 1 November
        with freeze_time("2026-10-16 02:30:00"):
            form = Form(self.env["stock.lot"])
            form.product_id, form.name = self.milk, "Form"
            lots = form.save()
            lots |= lots.create({"product_id": self.milk.id, "name": "API"})
            receipt = self.build.open_receipt(self.milk, 5, "Receipt")
            receipt.button_validate()
            lots |= receipt.move_line_ids.lot_id
            if "mrp.production" in self.env:
                order = self.env["mrp.production"].create(
                    {"product_id": self.milk.id, "product_qty": 1}
                )
                order.action_confirm()
                order.action_generate_serial()
                lots |= order.lot_producing_ids
            zone = ZoneInfo("America/New_York")
            for lot in lots:
                with self.subTest(lot.name):
                    for name, day in (
                        ("expiration_date", date(2026, 12, 14)),
                        ("use_date", date(2026, 12, 4)),
                        ("removal_date", date(2026, 12, 7)),
                        ("alert_date", date(2026, 11, 24)),
                    ):
                        self.assertEqual(local_date(lot[name], zone), day, name)
            lot = receipt.move_line_ids.lot_id
            shelf = self.build.location("Shelf")
            self.build.move(lot, 2, self.build.stock, shelf)
            self.env.invalidate_all()
            rows = self.env["lot.expiry.board"].search([("lot_id", "=", lot.id)])
            self.assertEqual(len(rows), 2)
            self.assertEqual(set(rows.mapped("days_left")), {lot.expiry_days_left})
            self.assertEqual(lot.expiry_days_left, 60)
            found = lot.search([("expiry_state", "=", "ok"), ("id", "=", lot.id)])
            self.assertEqual(found, lot)
