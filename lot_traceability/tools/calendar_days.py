"""Calendar days between moments, where people are. No Odoo in here.

A date on a label is a day on the calendar and that day itself still counts. Moments are
in UTC, naive as Odoo stores them or not.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

PRECISIONS = ("day", "month", "year")
# the ends of the calendar, with room for a zone
FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)


def get_zone(*names) -> ZoneInfo:
    """The first time zone that is given, else UTC."""
    return ZoneInfo(next(filter(None, names), "UTC"))


def local_date(moment: datetime, tz: tzinfo):
    """The day on the calendar in ``tz`` at a moment given in UTC, naive or not."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(tz).date()


def days_left(expiration: datetime, now: datetime, tz: tzinfo) -> int:
    """Midnights in ``tz`` between now and the expiration, both given in UTC.

    The day of expiration itself still counts, whatever the hour: 0 is today, 1 is
    tomorrow, -1 was yesterday.
    """
    return (local_date(expiration, tz) - local_date(now, tz)).days


def is_past(moment: datetime, now: datetime, tz: tzinfo) -> bool:
    """Whether the day of a moment is over: the one rule for all dates of lots."""
    return days_left(moment, now, tz) < 0


def day_start(day: date, tz: ZoneInfo) -> datetime:
    """The first second of a day, naive in UTC."""
    return _to_utc(datetime.combine(day, time.min, tz))


def day_end(day: date, tz: ZoneInfo) -> datetime:
    """The last second of a day, naive in UTC."""
    return _to_utc(datetime.combine(day, time(23, 59, 59), tz))


def last_day(day: date, precision: str) -> date:
    """The last day that a date means which names only a month or a year."""
    month = 12 if precision == "year" else day.month
    if precision == "day":
        return day
    return date(day.year, month, monthrange(day.year, month)[1])


def in_days(day: date, days: int) -> date:
    """The day that is so many days after another one, or an end of the calendar."""
    number = day.toordinal() + days
    number = min(max(number, FIRST_DAY.toordinal()), LAST_DAY.toordinal())
    return date.fromordinal(number)


def shift(moment: datetime, by: timedelta, tz: ZoneInfo) -> datetime:
    """A moment so much later on the calendar and the clock on the wall in ``tz``: days
    stay days where the clock is put forward or back. Naive in UTC."""
    return _to_utc((_on_the_wall(moment, tz) + by).replace(tzinfo=tz))


def between(start: datetime, end: datetime, tz: tzinfo) -> timedelta:
    """How much later the end is on the calendar and the clock on the wall."""
    return _on_the_wall(end, tz) - _on_the_wall(start, tz)


def to_gs1(day: date, precision: str) -> str:
    """YYMMDD; the day is 00 where the label does not name it.

    GS1 has no date without a month, so a year ends with its December.
    """
    text = last_day(day, precision).strftime("%y%m%d")
    return text if precision == "day" else f"{text[:4]}00"


def _on_the_wall(moment, tz):
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(tz).replace(tzinfo=None)


def _to_utc(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
