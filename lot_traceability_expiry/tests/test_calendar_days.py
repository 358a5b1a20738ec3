from datetime import date, datetime, timezone

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.calendar_days import days_left, local_date


@tagged("post_install", "-at_install")
class TestCalendarDays(BaseCase):
    def test_hours_of_the_same_day_do_not_count(self):
        morning, night = datetime(2026, 3, 10, 0, 1), datetime(2026, 3, 10, 23, 59)
        self.assertEqual(days_left(night, morning, pytz.utc), 0)
        self.assertEqual(days_left(morning, night, pytz.utc), 0)

    def test_midnights_count(self):
        late = datetime(2026, 3, 10, 23, 59)
        self.assertEqual(days_left(datetime(2026, 3, 11, 0, 1), late, pytz.utc), 1)
        self.assertEqual(days_left(late, datetime(2026, 3, 11, 0, 1), pytz.utc), -1)
        self.assertEqual(days_left(datetime(2026, 4, 10), late, pytz.utc), 31)

    def test_days_are_those_of_the_time_zone(self):
        now, expiration = datetime(2026, 3, 10, 20), datetime(2026, 3, 11, 2)
        self.assertEqual(days_left(expiration, now, pytz.utc), 1)
        self.assertEqual(
            days_left(expiration, now, pytz.timezone("Pacific/Auckland")), 0
        )
        self.assertEqual(
            days_left(expiration, now, pytz.timezone("America/New_York")), 0
        )
        now = datetime(2026, 3, 10, 10)
        self.assertEqual(
            days_left(expiration, now, pytz.timezone("Pacific/Auckland")), 1
        )

    def test_twelve_hours_either_side(self):
        noon = datetime(2026, 3, 10, 12)
        self.assertEqual(
            local_date(noon, pytz.timezone("Etc/GMT-12")), date(2026, 3, 11)
        )
        self.assertEqual(
            local_date(noon, pytz.timezone("Etc/GMT+12")), date(2026, 3, 10)
        )

    def test_change_to_summer_time_is_no_lost_day(self):
        zone = pytz.timezone("Europe/Brussels")
        now, expiration = datetime(2026, 3, 28, 23, 30), datetime(2026, 3, 29, 22, 30)
        self.assertEqual(days_left(expiration, now, zone), 1)

    def test_moments_may_say_that_they_are_utc(self):
        aware = datetime(2026, 3, 10, 23, tzinfo=timezone.utc)
        self.assertEqual(
            days_left(aware, datetime(2026, 3, 10, 1), pytz.timezone("Asia/Tokyo")), 1
        )
