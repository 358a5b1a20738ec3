"""The order in which the dates of a lot follow each other. No Odoo in here."""

from datetime import date

# (earlier, later): made, then alerted, then removed, then expired
PAIRS = (
    ("made_on", "alert_date"),
    ("made_on", "use_date"),
    ("made_on", "removal_date"),
    ("made_on", "expiration_date"),
    ("alert_date", "removal_date"),
    ("alert_date", "expiration_date"),
    ("use_date", "expiration_date"),
    ("removal_date", "expiration_date"),
)
FIRST_YEAR = 1950
# goods that keep for longer have no date at all
LONGEST_YEARS = 100
# what Odoo computes from the expiration date, and what each of them may not pass
DERIVED = {
    "use_date": ("expiration_date",),
    "removal_date": ("expiration_date",),
    "alert_date": ("removal_date", "expiration_date"),
}


def find_disorder(days: dict[str, date | None], changed) -> tuple[str, str] | None:
    """The first two dates of which the earlier one is later.

    :param days: the dates of a lot by field name
    :param changed: what was there before is not asked for again
    """
    for earlier, later in PAIRS:
        first, second = days.get(earlier), days.get(later)
        if first and second and first > second and {earlier, later} & set(changed):
            return earlier, later
    return None


def find_insane(days: dict[str, date | None], changed, today: date) -> str | None:
    """The first date whose year nobody can mean."""
    for name in changed:
        day = days.get(name)
        if day and not FIRST_YEAR <= day.year <= today.year + LONGEST_YEARS:
            return name
    return None


def settle(moments: dict, given) -> dict:
    """What has to be earlier of the dates that follow from the others.

    :param moments: dates of a lot by field name
    :param given: names of those that somebody has typed: they stay
    """
    moments, settled = dict(moments), {}
    for name, limits in DERIVED.items():
        ends = [moments[limit] for limit in limits if moments.get(limit)]
        if name in given or not moments.get(name) or not ends:
            continue
        if moments[name] > min(ends):
            moments[name] = settled[name] = min(ends)
    return settled
