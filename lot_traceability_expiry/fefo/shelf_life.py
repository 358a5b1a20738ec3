"""Minimum remaining shelf life: which rule counts, and what is missing. No Odoo here.

All days are calendar days (``datetime.date``); the day of expiry itself still counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timezone, tzinfo
from math import ceil

from odoo.addons.lot_traceability.tools.calendar_days import in_days


@dataclass(frozen=True)
class Rule:
    """``None`` means any partner, any category, any product."""

    id: int
    value: float
    unit: str = "days"
    policy: str = "refuse"
    partner: int | None = None
    category: int | None = None
    product: int | None = None


def choose_rule(
    rules: Iterable[Rule],
    partners: list[int],
    categories: list[int],
    product: int,
) -> Rule | None:
    """The most specific rule, or None.

    :param partners: ids, the nearest first: ship-to, then its company
    :param categories: ids, the nearest first: the category, then its parents

    The partner counts before the goods: what is agreed with a customer for all goods
    is stricter knowledge than what is usual for a product.
    """
    ranked = [
        (rank, rule.id, rule)
        for rule in rules
        if (rank := _get_rank(rule, partners, categories, product)) is not None
    ]
    return min(ranked)[2] if ranked else None


def _get_rank(rule, partners, categories, product):
    if rule.product not in (None, product):
        return None
    partner = _get_place(rule.partner, partners)
    category = _get_place(rule.category, categories)
    if partner is None or category is None:
        return None
    return partner, rule.product is None, category


def _get_place(wanted, found):
    """0 is the nearest; "any" comes after all that are named."""
    if wanted is None:
        return len(found)
    return found.index(wanted) if wanted in found else None


def get_required_days(
    value: float, unit: str, total_days: int | None = None
) -> int | None:
    """Days that have to be left, or None if a share of an unknown life is wanted."""
    if unit == "days":
        return ceil(value)
    if not total_days or total_days < 0:
        return None
    # half a day of a share is a whole one; 66.7 % of 30 is not 20.000000001
    return ceil(round(total_days * value / 100, 6))


def get_shortfall(expiry: date, day: date, required: int) -> int:
    """How many days are missing on a day; 0 if enough are left."""
    return max(required - (expiry - day).days, 0)


def get_first_moment(day: date, required: int, tz: tzinfo) -> datetime:
    """The first expiration, in UTC and naive, that leaves enough days on a day."""
    local = datetime.combine(in_days(day, required), time.min, tz)
    return local.astimezone(timezone.utc).replace(tzinfo=None)
