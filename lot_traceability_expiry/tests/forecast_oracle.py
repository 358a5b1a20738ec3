"""What will expire before it can be sold. No Odoo in here."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil


@dataclass(frozen=True)
class Lot:
    """``last_day``: the last on which it may leave; None if it keeps for ever."""

    key: object
    last_day: date | None
    quantity: float


@dataclass(frozen=True)
class Outlook:
    """What of a lot is sold in time, what is left over, and the day it is used up."""

    sold: float
    at_risk: float
    empty_day: date | None


def forecast(lots, rate, today):
    """Sell lots at ``rate`` per day from today on, the first to expire first.

    :param lots: list of :class:`Lot` of one product in one place
    :return: ``{key: Outlook}``
    """
    outlooks, gone = {}, 0.0
    for lot in sorted(lots, key=lambda lot: (lot.last_day or date.max, str(lot.key))):
        quantity = max(lot.quantity, 0.0)
        room = _get_room(lot.last_day, rate, today, gone)
        sold = min(quantity, room)
        gone += sold
        outlooks[lot.key] = Outlook(
            sold, quantity - sold, _get_empty_day(today, gone, rate, quantity == sold)
        )
    return outlooks


def _get_room(last_day, rate, today, gone):
    """What can still be sold until the end of the last day."""
    if last_day is None:
        return float("inf")
    days = (last_day - today).days + 1
    return max(days * rate - gone, 0.0)


def _get_empty_day(today, gone, rate, is_all_sold):
    # what takes longer than a life is no date for anybody
    if not is_all_sold or rate <= 0 or gone / rate > 36500:
        return None
    return today + timedelta(days=max(ceil(round(gone / rate, 6)) - 1, 0))
