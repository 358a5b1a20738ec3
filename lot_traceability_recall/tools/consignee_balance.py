"""What a consignee still has of a lot: the stock ledger next to the answer."""

from typing import NamedTuple


class Answer(NamedTuple):
    """What a consignee said about a lot, and what had come back by then."""

    on_hand: float = 0
    returned: float = 0
    destroyed: float = 0
    corrected: float = 0
    used: float = 0
    returned_before: float = 0


def settle(shipped, returned, answer, rounded=float):
    """Where a shipped quantity is now.

    What comes back after the answer was announced by it, or else was still reported as
    stock: it must not count twice.

    :param rounded: rounds a quantity to the unit of measure
    :return: dict with ``reported`` (on hand there), ``underway`` (sent back, not booked
        yet), ``destroyed``, ``corrected``, ``used`` and ``unaccounted``; together with
        ``returned`` they are what was shipped
    """
    since = max(returned - answer.returned_before, 0)
    announced = max(answer.returned - answer.returned_before, 0)
    parts = {
        "reported": max(answer.on_hand - max(since - announced, 0), 0),
        "underway": max(announced - since, 0),
        "destroyed": answer.destroyed,
        "corrected": answer.corrected,
        "used": answer.used,
    }
    parts = {name: rounded(quantity) for name, quantity in parts.items()}
    left = shipped - returned - sum(parts.values())
    return dict(parts, unaccounted=rounded(left))
