"""Calendar days between moments, where people are. No Odoo in here."""

from datetime import datetime, timezone, tzinfo


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
