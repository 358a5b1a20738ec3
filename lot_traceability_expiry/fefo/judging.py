"""First expired, first out: was something earlier there? No Odoo in here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Stock:
    """A lot in one place: its date, what of it is free, and why it must not go.

    ``is_past``: that its own date is over; then nobody waits for it.
    """

    lot: int
    day: date
    free: float
    obstacle: str = ""
    is_past: bool = False


@dataclass(frozen=True)
class Verdict:
    """``better`` should have been taken; ``skipped`` is earlier, but rightly left.

    ``by_default``: nobody chose a strategy, and another lot is earlier and free.
    """

    better: Stock | None = None
    skipped: Stock | None = None
    by_default: bool = False


def _is_nothing(quantity: float) -> bool:
    return abs(quantity) < 1e-9


def judge(
    lot: int,
    day: date,
    stock: Iterable[Stock],
    is_zero: Callable[[float], bool] = _is_nothing,
) -> Verdict:
    """Judge the choice of a lot with a date among what is there.

    :param lot: id of the lot that was chosen
    :param day: its date where it lies
    :param stock: all of what the picker could have taken
    :return: :class:`Verdict`; of several, the earliest
    """
    earlier = sorted(
        (row for row in stock if row.day < day and row.lot != lot),
        key=lambda row: (row.day, row.lot),
    )
    better = next(
        (row for row in earlier if _is_free(row, is_zero) and not row.obstacle), None
    )
    # what waits for its turn says more than what is past
    left = sorted(earlier, key=lambda row: row.is_past)
    return Verdict(better, None if better else next(iter(left), None))


def _is_free(row, is_zero):
    return row.free > 0 and not is_zero(row.free)
