import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from .forecast_oracle import Lot, forecast
from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestLotExpiryForecast(FefoCase):
    """SOON has 10 days left, MID 20 and LATE 30; ten of each are there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.company.lot_forecast_days = 10
        cls.build.warehouse.partner_id.tz = "UTC"
        cls.milk.standard_price = 3
        cls.sold = cls._create_lot_in_stock("SOLD", 1000, expiration=400)
        # the rate is that of what left; these are not in the way of the others
        cls.today = fields.Date.today()

    def _sell(self, quantity, days=-1):
        self.build.deliver(self.sold, quantity, self.customer, at=self._in_days(days))

    def _rows(self):
        self.env["lot.expiry.forecast"].invalidate_model()
        rows = self.env["lot.expiry.forecast"].search(
            [("product_id", "=", self.milk.id), ("lot_id", "!=", self.sold.id)]
        )
        return {row.lot_id: row for row in rows}

    def _get_risks(self):
        return {lot.name: round(row.at_risk, 6) for lot, row in self._rows().items()}

    def test_nothing_was_sold(self):
        self.assertEqual(self._get_risks(), {"SOON": 10, "MID": 10, "LATE": 10})
        row = self._rows()[self.soon]
        self.assertEqual((row.rate, row.sold, row.empty_day), (0, 0, False))

    def test_at_the_current_rate(self):
        """0.6 a day: 6.6 in 11 days, 12.6 in 21, 18.6 in 31."""
        self._sell(6)
        risks = self._get_risks()
        self.assertEqual(risks, {"SOON": 3.4, "MID": 4, "LATE": 4})
        row = self._rows()[self.soon]
        self.assertAlmostEqual(row.rate, 0.6)
        self.assertAlmostEqual(row.sold, 6.6)
        self.assertAlmostEqual(row.value_at_risk, 10.2)
        self.assertEqual((row.quantity, row.days_left), (10, 10))

    def test_all_goes_in_time(self):
        self._sell(20)
        self.assertEqual(self._get_risks(), {"SOON": 0, "MID": 0, "LATE": 0})
        rows = self._rows()
        self.assertEqual(rows[self.soon].empty_day, self.today + timedelta(days=4))
        self.assertEqual(rows[self.late].empty_day, self.today + timedelta(days=14))

    def test_what_counts_as_demand(self):
        self._sell(6, days=-11)
        picking = self.build.deliver(self.sold, 9, self.customer)
        self.build.return_picking(picking)
        self.build.scrap(self.sold, 5)
        self.build.receive(self.sold, 5)
        self.build.count(self.sold, 900)
        self.assertEqual(self._rows()[self.soon].rate, 0)

    def test_calendar_day_of_the_warehouse(self):
        self.build.warehouse.partner_id.tz = "Pacific/Auckland"
        for hour in (0, 10, 13, 23):
            self.soon.removal_date = self._in_days(10).replace(hour=hour)
            tz = self.build.warehouse._get_expiry_tz()
            row = self._rows()[self.soon]
            self.assertEqual(row.last_day, local_date(self.soon.removal_date, tz))

    def test_expired_lots_are_at_risk_wholly(self):
        self._sell(20)
        self.soon.removal_date = self._in_days(-3)
        row = self._rows()[self.soon]
        self.assertEqual((row.at_risk, row.days_left), (10, -3))

    def test_expired_before_its_removal_date(self):
        self.soon.write(
            {
                "expiration_date": self._in_days(-5),
                "removal_date": self._in_days(2),
            }
        )
        self.assertEqual(self._rows()[self.soon].days_left, -5)

    def test_against_the_oracle(self):
        """The query has what selling lot by lot has, for any stock and rate."""
        self.sold.removal_date = self._in_days(400)
        chance = random.Random(20260510)
        for _round in range(6):
            for number in range(4):
                lot = self._create_lot_in_stock(
                    f"R{_round}-{number}", chance.randint(1, 30), expiration=50
                )
                lot.removal_date = self._in_days(chance.randint(-2, 40))
            self._sell(chance.randint(0, 25) + 0.5)
            self._check_oracle()

    def _check_oracle(self):
        rows = self._rows()
        lots = [
            Lot(f"{lot.id:09}", row.last_day, row.quantity) for lot, row in rows.items()
        ]
        rate = next(iter(rows.values())).rate
        expected = forecast(lots, rate, self.today)
        for lot, row in rows.items():
            outlook = expected[f"{lot.id:09}"]
            self.assertAlmostEqual(row.at_risk, outlook.at_risk, 4, lot.name)
            self.assertEqual(row.empty_day or None, outlook.empty_day, lot.name)

    def test_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = self._create_user("other", "stock.group_stock_user", companies=other)
        found = self.env["lot.expiry.forecast"].with_user(user).search([])
        self.assertNotIn(self.milk, found.product_id)

    def test_open_lot(self):
        action = self._rows()[self.soon].action_open_lot()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("stock.lot", self.soon.id)
        )
