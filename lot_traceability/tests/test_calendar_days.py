from datetime import date, datetime, timedelta, timezone

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.calendar_days import (
    between,
    day_end,
    day_start,
    days_left,
    get_zone,
    in_days,
    is_past,
    last_day,
    local_date,
    shift,
    to_gs1,
)


@tagged("post_install", "-at_install")
class TestCalendarDays(BaseCase):
    def test_hours_of_the_same_day_do_not_count(self):
        morning, night = datetime(2026, 3, 10, 0, 1), datetime(2026, 3, 10, 23, 59)
        self.assertEqual(days_left(night, morning, pytz.utc), 0)
        self.assertEqual(days_left(morning, night, pytz.utc), 0)

    def test_the_calendar_has_ends(self):
        self.assertEqual(in_days(date(2026, 2, 27), 2), date(2026, 3, 1))
        self.assertEqual(in_days(date.max, 10**10), date(9999, 12, 29))
        self.assertEqual(in_days(date.min, -(10**10)), date(1, 1, 3))

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

    def test_first_and_last_second_of_a_day(self):
        zone = get_zone("Asia/Tokyo")
        day = date(2026, 3, 10)
        self.assertEqual(day_start(day, zone), datetime(2026, 3, 9, 15))
        self.assertEqual(day_end(day, zone), datetime(2026, 3, 10, 14, 59, 59))
        self.assertEqual(local_date(day_end(day, zone), zone), day)

    def test_past_when_the_day_is_over(self):
        zone, end = get_zone("Etc/GMT+12"), datetime(2026, 3, 11, 11, 59, 59)
        self.assertFalse(is_past(datetime(2026, 3, 10, 12), end, zone))
        self.assertTrue(is_past(end, datetime(2026, 3, 11, 12), zone))

    def test_zone_of_the_first_who_has_one(self):
        self.assertEqual(str(get_zone(False, None, "Asia/Tokyo", "UTC")), "Asia/Tokyo")
        self.assertEqual(str(get_zone(False)), "UTC")

    def test_last_days(self):
        day = date(2028, 2, 3)
        self.assertEqual(last_day(day, "day"), day)
        self.assertEqual(last_day(day, "month"), date(2028, 2, 29))
        self.assertEqual(last_day(day, "year"), date(2028, 12, 31))

    def test_days_where_the_clocks_change(self):
        zone = get_zone("America/New_York")
        # half an hour before midnight, before and after the clocks go back
        start, end = datetime(2026, 10, 21, 3, 30), datetime(2026, 11, 20, 4, 30)
        self.assertEqual(shift(start, timedelta(days=30), zone), end)
        self.assertEqual(shift(end, timedelta(days=-30), zone), start)
        self.assertEqual(between(start, end, zone), timedelta(days=30))

    def test_gs1_without_a_day(self):
        day = date(2028, 2, 3)
        self.assertEqual(to_gs1(day, "day"), "280203")
        self.assertEqual(to_gs1(day, "month"), "280200")
        self.assertEqual(to_gs1(day, "year"), "281200")
