"""What people mean by a text in the cell of a table: quantities and dates."""

import re
from datetime import datetime, time

from ..numbers.digits import DECIMAL, THOUSANDS, plain_figures

# as many digits as a float keeps
QUANTITY = re.compile(r"([0-9]{1,15})(?:([.,])([0-9]{1,15}))?", re.ASCII)
# what can be thousands: nothing starts with a zero there
GROUPED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
ISO_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


def read_quantity(text, decimal_point=".", thousands=""):
    """Read a quantity, or None if it is not sure what is meant.

    A point is always read as decimal point, a comma only if it is that of the language.
    What could be thousands as well (``1.000`` in German) is not sure.

    :param thousands: the marks that can part thousands

    >>> read_quantity("2"), read_quantity("1.5"), read_quantity("-1")
    (2.0, 1.5, -1.0)
    >>> read_quantity("1,5"), read_quantity("1,5", ",")
    (None, 1.5)
    >>> read_quantity("1.000", ",", ".")
    """
    text = plain_figures(text)
    if DECIMAL in text:
        # it says what it is, whatever the language
        text = text.replace(THOUSANDS, "").replace(DECIMAL, ".")
        thousands = ""
    digits = text.removeprefix("-").strip()
    found = QUANTITY.fullmatch(digits)
    if not found:
        return None
    mark = found.group(2)
    if mark == "," != decimal_point:
        return None
    if mark and mark in thousands and GROUPED.fullmatch(digits):
        return None
    value = float(digits.replace(",", "."))
    return -value if text.startswith("-") else value


def read_date(text, formats=()):
    """Read a day, or a day and time.

    A day alone is given as its noon: it is the same calendar day then, wherever on
    earth (but for some islands) somebody looks at it.

    :param formats: of the language, tried after the ISO ones
    :return: datetime without timezone, or None

    >>> read_date("2026-12-31"), read_date("31/12/2026", ["%d/%m/%Y"])
    (datetime.datetime(2026, 12, 31, 12, 0), datetime.datetime(2026, 12, 31, 12, 0))
    """
    text = text.replace("T", " ") if text[:1].isdigit() else text
    for pattern in (*ISO_FORMATS, *formats):
        try:
            value = datetime.strptime(text, pattern)
        except ValueError:
            continue
        return value if "%H" in pattern or "%I" in pattern else _noon(value)
    return None


def _noon(value):
    return datetime.combine(value.date(), time(12))
