"""The dates that go with the expiration date of a lot."""

from datetime import datetime

from odoo.addons.lot_traceability.tools.calendar_days import between, shift

FOLLOWING_DATES = ("use_date", "removal_date", "alert_date")


def shift_dates(lot, expiration: datetime) -> dict:
    """Values of all dates, each as far from the expiration date (UTC) as before, on the
    calendar where the goods are."""
    vals = {"expiration_date": expiration}
    old, tz = lot.expiration_date, lot._get_expiry_tz()
    for name in FOLLOWING_DATES:
        if lot[name] and old:
            vals[name] = shift(expiration, between(old, lot[name], tz), tz)
    return vals


def cap_dates(lot, expiration: datetime) -> dict:
    """Values of all dates, none of them later than the expiration date (UTC)."""
    vals = {"expiration_date": expiration}
    for name in FOLLOWING_DATES:
        if lot[name] and lot[name] > expiration:
            vals[name] = expiration
    return vals
