"""Read what a consignee typed on the reply page. Nothing of it is trusted."""

import re
from typing import NamedTuple

from odoo.addons.lot_traceability.numbers.digits import (
    DECIMAL,
    THOUSANDS,
    plain_figures,
)
from odoo.addons.lot_traceability.numbers.form import strip_unseen

QUANTITIES = ("on_hand", "quarantined", "returned", "destroyed")
QUANTITIES += ("corrected", "used", "sold_on")
# what is set aside is of what is on hand
ACCOUNTED = tuple(name for name in QUANTITIES if name != "quarantined")
MAX_QUANTITY = 1e12
MAX_TEXT = {"answered_by": 200, "injury_note": 5000, "comment": 5000}


# between groups of three digits; no keyboard has all of them, but they are pasted
BLANKS = re.compile(rf"(?<=\d)[ \u00a0\u202f\u2009'\u2019{THOUSANDS}](?=\d{{3}}(?!\d))")
PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)


class ReplyError(ValueError):
    """``field`` cannot be read; ``kind`` says why, ``said`` what was read."""

    def __init__(self, field, kind, said=None):
        super().__init__(f"{field}: {kind}")
        self.field = field
        self.kind = kind
        self.said = said


class Delivered(NamedTuple):
    """What was delivered of a lot to the consignee, and how exactly it is counted."""

    quantity: float
    rounding: float = 1e-6


def read_quantity(text, field, thousands=""):
    """A quantity of zero or more, with the separators of the customer's language or
    those of a program, in the digits of any script; nothing is zero. What can be meant
    in two ways is refused.

    :param thousands: what separates thousands in the customer's language
    """
    # a keyboard that writes from right to left adds marks that nobody sees
    text = plain_figures(strip_unseen(text).strip())
    plain = _get_plain(text, field, thousands) if text else "0"
    if not PLAIN.fullmatch(plain) or not float(plain) <= MAX_QUANTITY:
        raise ReplyError(field, "number")
    return float(plain)


def _get_plain(text, field, thousands):
    """The number with a point for its decimals, and nothing between its thousands."""
    text = BLANKS.sub("", text)
    if DECIMAL in text:
        # says what it is, as no comma and no point does
        whole, _mark, rest = text.partition(DECIMAL)
        return f"{_get_plain(whole, field, ',') if whole else ''}.{rest}"
    marks = re.findall(r"[.,]", text)
    if not marks:
        return text
    last = marks[-1]
    if len(set(marks)) == 2:
        # 1,250.50 or 1.250,50
        other = {",": ".", ".": ","}[last]
        whole, _mark, rest = text.rpartition(last)
        if last in whole:
            raise ReplyError(field, "number")
        return f"{_join_groups(whole, other, field)}.{rest}"
    if len(marks) > 1:
        return _join_groups(text, last, field)
    whole, rest = text.split(last)
    if len(rest) != 3 or len(whole) > 3 or not whole.strip("0"):
        return f"{whole}.{rest}"
    # 1,250 is a thousand and more in one language, and a bit more than 1 in another
    if last == thousands:
        return whole + rest
    raise ReplyError(field, "ambiguous")


def _join_groups(text, mark, field):
    first, *groups = text.split(mark)
    if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
        raise ReplyError(field, "number")
    return "".join((first, *groups))


def write_quantity(quantity, decimal="."):
    """A quantity as it is read again, with the customer's decimal point."""
    text = f"{quantity:.6f}".rstrip("0").rstrip(".")
    if len(text.rpartition(".")[2]) == 3 and "." in text:
        # three digits after a mark could be thousands
        text += "0"
    return text.replace(".", decimal)


def read_text(form, field, required=False):
    """A text without control characters, not longer than allowed."""
    text = "".join(
        char for char in (form.get(field) or "") if char.isprintable() or char in "\n\t"
    ).strip()
    if required and not text:
        raise ReplyError(field, "missing")
    if len(text) > MAX_TEXT[field]:
        raise ReplyError(field, "long")
    return text


def read_form(form, line_ids, delivered=None, thousands=""):
    """The values of a reply; lines other than those given are not looked at.

    :param delivered: ``{line id: Delivered}``, to ask back where it is more
    :param thousands: what separates thousands in the customer's language
    :return: (values, {line id: {quantity name: quantity}})
    :raise ReplyError: if something cannot be read, or is asked back
    """
    received = form.get("received")
    if received not in ("yes", "no"):
        raise ReplyError("received", "missing")
    values = {
        "received": received == "yes",
        "customers_told": form.get("customers_told") == "yes",
        "has_injury": form.get("has_injury") == "yes",
        "answered_by": read_text(form, "answered_by", required=True),
        "injury_note": read_text(form, "injury_note"),
        "comment": read_text(form, "comment"),
    }
    quantities = {
        line_id: {
            name: read_quantity(
                form.get(f"{name}_{line_id}"), f"{name}_{line_id}", thousands
            )
            for name in QUANTITIES
        }
        for line_id in line_ids
    }
    for line_id, row in quantities.items():
        _check_row(form, line_id, row, (delivered or {}).get(line_id))
    return values, quantities


def _check_row(form, line_id, row, delivered):
    if row["quarantined"] > row["on_hand"]:
        raise ReplyError(f"quarantined_{line_id}", "quarantined")
    total = sum(row[name] for name in ACCOUNTED)
    is_more = delivered and total > delivered.quantity + delivered.rounding / 2
    # it may be true: then the customer says so once more
    if is_more and form.get(f"more_{line_id}") != "yes":
        raise ReplyError(f"more_{line_id}", "more", total)
