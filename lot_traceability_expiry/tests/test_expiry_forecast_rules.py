import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from .forecast_oracle import Lot, forecast

TODAY = date(2026, 5, 10)


def in_days(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestExpiryForecastRules(BaseCase):
    def get_risks(self, rate, *lots):
        outlooks = forecast([Lot(*lot) for lot in lots], rate, TODAY)
        return {key: outlook.at_risk for key, outlook in outlooks.items()}

    def test_sold_in_time(self):
        self.assertEqual(self.get_risks(2, ("A", in_days(4), 10)), {"A": 0})

    def test_the_last_day_counts(self):
        self.assertEqual(self.get_risks(1, ("A", TODAY, 3)), {"A": 2})

    def test_the_first_to_expire_goes_first(self):
        lots = ("B", in_days(9), 10), ("A", in_days(4), 5)
        self.assertEqual(self.get_risks(1, *lots), {"A": 0, "B": 5})

    def test_expired_takes_no_room(self):
        lots = ("A", in_days(-1), 5), ("B", in_days(4), 5)
        self.assertEqual(self.get_risks(1, *lots), {"A": 5, "B": 0})

    def test_nothing_is_sold(self):
        lots = ("A", in_days(99), 5), ("B", None, 5)
        self.assertEqual(self.get_risks(0, *lots), {"A": 5, "B": 0})

    def test_day_when_it_is_used_up(self):
        lots = [Lot("A", in_days(9), 4), Lot("B", None, 4)]
        outlooks = forecast(lots, 2, TODAY)
        self.assertEqual(outlooks["A"].empty_day, in_days(1))
        self.assertEqual(outlooks["B"].empty_day, in_days(3))

    def test_against_a_day_by_day_simulation(self):
        for seed in range(200):
            rng = random.Random(seed)
            rate = rng.randint(0, 5)
            lots = [
                Lot(key, in_days(rng.randint(-3, 20)), rng.randint(0, 30))
                for key in range(rng.randint(1, 6))
            ]
            outlooks = forecast(lots, rate, TODAY)
            self.assertEqual(
                {key: outlook.at_risk for key, outlook in outlooks.items()},
                self.simulate(lots, rate),
                seed,
            )

    def simulate(self, lots, rate):
        left = {lot.key: lot.quantity for lot in lots}
        queue = sorted(lots, key=lambda lot: (lot.last_day, str(lot.key)))
        for day in range(30):
            wanted = rate
            for lot in queue:
                if lot.last_day >= in_days(day):
                    taken = min(wanted, left[lot.key])
                    left[lot.key] -= taken
                    wanted -= taken
        return left
