"""Read what a consignee typed on the reply page. Nothing of it is trusted."""

from math import isfinite

QUANTITIES = ("on_hand", "quarantined", "returned", "destroyed")
QUANTITIES += ("corrected", "used", "sold_on")
MAX_QUANTITY = 1e12
MAX_TEXT = {"answered_by": 200, "injury_note": 5000, "comment": 5000}


class ReplyError(ValueError):
    """``field`` cannot be read; ``kind`` says why."""

    def __init__(self, field, kind):
        super().__init__(f"{field}: {kind}")
        self.field = field
        self.kind = kind


def read_quantity(text, field):
    """A quantity of zero or more; a comma will do, nothing is zero."""
    text = (text or "").strip().replace(",", ".")
    try:
        quantity = float(text) if text else 0.0
    except ValueError:
        raise ReplyError(field, "number") from None
    if not isfinite(quantity) or not 0 <= quantity <= MAX_QUANTITY:
        raise ReplyError(field, "number")
    return quantity


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


def read_form(form, line_ids):
    """The values of a reply; lines other than those given are not looked at.

    :return: (values, {line id: {quantity name: quantity}})
    :raise ReplyError: if something cannot be read
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
            name: read_quantity(form.get(f"{name}_{line_id}"), f"{name}_{line_id}")
            for name in QUANTITIES
        }
        for line_id in line_ids
    }
    for line_id, row in quantities.items():
        if row["quarantined"] > row["on_hand"]:
            raise ReplyError(f"quarantined_{line_id}", "quarantined")
    return values, quantities
