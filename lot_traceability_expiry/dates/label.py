"""The expiration date as it is written on labels and papers."""

from datetime import tzinfo

from odoo.tools import format_date

from odoo.addons.lot_traceability.tools.calendar_days import local_date, to_gs1

FORMATS = {"month": "MM/yyyy", "year": "yyyy"}


def get_text(lot, tz: tzinfo) -> str:
    """The expiration date as exactly as the label names it, in words."""
    if not lot.expiration_date:
        return ""
    day = local_date(lot.expiration_date, tz)
    return format_date(
        lot.env, day, date_format=FORMATS.get(lot.expiry_precision, False)
    )


def get_gs1(lot, tz: tzinfo) -> str:
    """The expiration date as a GS1 element string: 15 best before, 17 use by."""
    if not lot.use_expiration_date or not lot.expiration_date:
        return ""
    day = local_date(lot.expiration_date, tz)
    identifier = "17" if lot.expiry_kind == "use_by" else "15"
    return identifier + to_gs1(day, lot.expiry_precision or "day")


def get_core_gs1(lot) -> str:
    """What core writes for the dates, in UTC and always with a day."""
    return "".join(
        identifier + lot[name].strftime("%y%m%d")
        for identifier, name in (("15", "use_date"), ("17", "expiration_date"))
        if lot[name]
    )
