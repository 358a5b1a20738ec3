from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import Form, tagged

from .dates_case import LotDatesCase

# label: good until 10 March, as the warehouse sees it
ZONES = {
    "Etc/GMT-12": "2026-03-10 11:59:59",
    "UTC": "2026-03-10 23:59:59",
    "Etc/GMT+12": "2026-03-11 11:59:59",
}


@tagged("post_install", "-at_install")
class TestExpiryDays(LotDatesCase):
    """A lot is good until the end of its day, where the warehouse is."""

    def test_the_day_itself_counts_in_every_zone(self):
        for zone, end in ZONES.items():
            self._set_zone(zone)
            end = datetime.fromisoformat(end)
            lot = self._lot_until(str(end), zone)
            for before in (0, 1, 12, 23):
                with freeze_time(end - timedelta(hours=before)), self.subTest(zone):
                    self.env.invalidate_all()
                    self.assertEqual(lot.expiry_days_left, 0)
                    self.assertNotEqual(lot.expiry_state, "expired")
                    self.assertFalse(lot.product_expiry_alert)
                    self.assertFalse(lot._get_shipping_block())
            for after in (1, 60, 43200):
                with freeze_time(end + timedelta(seconds=after)), self.subTest(zone):
                    self.env.invalidate_all()
                    self.assertEqual(lot.expiry_days_left, -1)
                    self.assertEqual(lot.expiry_state, "expired")
                    self.assertTrue(lot.product_expiry_alert)
                    self.assertTrue(lot._get_shipping_block())

    def test_any_hour_of_the_day_means_the_day(self):
        lot = self._lot_until("2026-03-10 00:00:01")
        with freeze_time("2026-03-10 23:59:58"):
            self.assertEqual(lot.expiry_state, "soon")
        with freeze_time("2026-03-11 00:00:00"):
            self.env.invalidate_all()
            self.assertEqual(lot.expiry_state, "expired")

    def test_states_in_order(self):
        lot = self._lot_until("2026-03-10 12:00:00")
        lot.write(
            {
                "alert_date": "2026-03-04 12:00:00",
                "removal_date": "2026-03-08 12:00:00",
            }
        )
        found = {}
        for day in range(3, 12):
            with freeze_time(f"2026-03-{day:02} 06:00:00"):
                self.env.invalidate_all()
                found[day] = lot.expiry_state
        self.assertEqual(
            found,
            {3: "ok", **dict.fromkeys(range(4, 9), "soon")}
            | {9: "removal", 10: "removal", 11: "expired"},
        )

    def test_list_and_form_agree_in_two_zones(self):
        """A filter finds what the form shows, in warehouses a day apart."""
        east = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        east.partner_id = self.build.partner("East", tz="Etc/GMT-12")
        self._set_zone("Etc/GMT+6")
        here = self._lot_until("2026-03-10 06:00:00", "Here")
        there = self._lot_until("2026-03-10 06:00:00", "There", quantity=0)
        with freeze_time("2026-03-01 12:00:00"):
            self.build.receive(there, 1, to=east.lot_stock_id)
        nowhere = self._lot_until("2026-03-10 06:00:00", "Nowhere", quantity=0)
        undated = self.build.lot(self.milk, "Undated", expiration_date=False)
        lots = here | there | nowhere | undated
        moment = datetime(2026, 3, 8, 0, 0)
        for hours in range(0, 96, 6):
            with freeze_time(moment + timedelta(hours=hours)):
                self.env.invalidate_all()
                for state in ("ok", "soon", "removal", "expired", False):
                    found = lots.search(
                        [("expiry_state", "=", state), ("id", "in", lots.ids)]
                    )
                    shown = lots.filtered(lambda lot, s=state: lot.expiry_state == s)
                    self.assertEqual(found, shown, f"{state} after {hours} h")
        with freeze_time("2026-03-10 14:00:00"):
            self.env.invalidate_all()
            self.assertEqual(there.expiry_state, "expired")
            self.assertNotEqual(here.expiry_state, "expired")

    def test_search_by_several_states_and_not(self):
        lot = self._lot_until("2020-01-01 12:00:00")
        domain = [("id", "=", lot.id)]
        found = lot.search([("expiry_state", "in", ["soon", "expired"])] + domain)
        self.assertEqual(found, lot)
        self.assertFalse(lot.search([("expiry_state", "!=", "expired")] + domain))
        self.assertEqual(lot.search([("expiry_state", "!=", "ok")] + domain), lot)

    def test_switched_off(self):
        """Lots still show as expired after expiry is switched off (odoo#270227)."""
        lot = self._lot_until("2020-01-01 12:00:00")
        self.assertTrue(lot.product_expiry_alert)
        self.milk.use_expiration_date = False
        self.assertFalse(lot.product_expiry_alert)
        self.assertFalse(lot._get_shipping_block())
        self.assertFalse(lot.search([("expiry_state", "=", "expired")]) & lot)
        delivery = self._open_delivery(lot)
        self.assertIs(delivery.with_context(skip_sms=True).button_validate(), True)

    # -- reservation ------------------------------------------------------
    def _reserve(self, product=None, date=None):
        move = self.env["stock.move"].create(
            {
                "product_id": (product or self.milk).id,
                "product_uom_qty": 1,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
                "picking_type_id": self.build.warehouse.out_type_id.id,
                "date": date or datetime.now(),
            }
        )
        move._action_confirm(merge=False)
        move._action_assign()
        return move.move_line_ids.lot_id

    def test_reserved_until_the_end_of_the_day(self):
        for zone, end in ZONES.items():
            self._set_zone(zone)
            end = datetime.fromisoformat(end)
            product = self._create_expiring_product(zone)
            start = str(end - timedelta(hours=20))
            lot = self._lot_until(start, product=product)
            quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
            with freeze_time(end), self.subTest(zone):
                self.assertEqual(self._reserve(product), lot)
                quant.invalidate_recordset()
                self.assertEqual(quant.available_quantity, 9)
            with freeze_time(end + timedelta(seconds=1)), self.subTest(zone):
                self.assertFalse(self._reserve(product))
                quant.invalidate_recordset()
                self.assertEqual(quant.available_quantity, 0)

    def test_reserved_by_the_day_it_will_leave(self):
        lot = self._lot_until("2026-03-10 12:00:00")
        with freeze_time("2026-03-05 12:00:00"):
            self.assertFalse(self._reserve(date=datetime(2026, 3, 11, 0, 0)))
            self.assertEqual(self._reserve(date=datetime(2026, 3, 10, 23, 0)), lot)

    def test_what_is_late_is_judged_by_today(self):
        """A delivery planned for last week does not reserve what expired since."""
        self._lot_until("2026-03-10 12:00:00")
        with freeze_time("2026-03-14 12:00:00"):
            self.assertFalse(self._reserve(date=datetime(2026, 3, 9, 12, 0)))

    # -- what is shown ----------------------------------------------------
    def test_days_follow_the_form(self):
        lot = self._lot_until("2026-03-10 12:00:00")
        with freeze_time("2026-03-01 12:00:00"), Form(lot) as form:
            form.expiration_date = "2026-03-04 12:00:00"
            self.assertEqual(form.expiry_days_left, 3)

    def test_kind_from_product_category_and_its_parents(self):
        parent = self.env["product.category"].create({"name": "Food"})
        category = parent.create({"name": "Fresh", "parent_id": parent.id})
        self.milk.categ_id = category
        lot = self.build.lot(self.milk, "L1")
        self.assertEqual(lot.expiry_kind, "best_before")
        parent.expiry_kind = "use_by"
        self.env.invalidate_all()
        self.assertEqual(lot.expiry_kind, "use_by")
        category.expiry_kind = "best_before"
        self.assertEqual(lot.expiry_kind, "best_before")
        self.milk.expiry_kind = "use_by"
        self.assertEqual(lot.expiry_kind, "use_by")
