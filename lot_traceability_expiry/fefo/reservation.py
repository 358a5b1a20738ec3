"""The stock that may be reserved for a move, by its dates."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from odoo.fields import Domain

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.calendar_days import day_start

from ..dates.undated import get_reservable_domain
from .shelf_life import get_first_moment, get_required_days


@dataclass(frozen=True)
class ReservationDates:
    """What the stock of a move has to be.

    ``start``: what is past at the beginning of that day (UTC) is not taken, False if
    any date may go; ``retest_day``: what is due for a retest by that day is not taken;
    ``life_from``: first expiration (UTC) that is late enough, ``has_own_life``: not for
    lots that say when they were made; ``short_lots``: ids of lots that have too little
    of their own life left; ``undated``: whether lots without a date are taken.
    """

    start: datetime | bool = False
    retest_day: date | None = None
    life_from: datetime | None = None
    has_own_life: bool = False
    short_lots: tuple[int, ...] = ()
    undated: Domain = Domain.TRUE

    def get_domain(self) -> Domain:
        """The quants that fit, beside what core asks for."""
        domain = Domain.TRUE
        if self.start:
            # expired is what is past its expiry, whatever the removal date says
            domain &= _not_before("removal_date", self.start)
            domain &= _not_before("expiration_date", self.start)
        if self.retest_day:
            due = Domain("retest_date", "<=", self.retest_day)
            domain &= ~Domain("lot_id", "any!", due)
        if self.life_from:
            fresh = _not_before("expiration_date", self.life_from)
            if self.has_own_life:
                fresh |= Domain("lot_id.made_on", "!=", False)
            domain &= fresh
        if self.short_lots:
            domain &= Domain("lot_id", "not in", self.short_lots)
        return domain & self.undated


def _not_before(name, moment):
    return Domain(name, ">=", moment) | Domain(name, "=", False)


def with_dates(move):
    """The move, for which stock is gathered by its dates, in one environment."""
    if not move.product_id.use_expiration_date:
        return move
    wanted = _get_wanted(move, move._get_expiry_tz())
    if move.env.context.get("with_expiration"):
        # now, as another context for each search of stock costs time
        move = move.with_context(with_expiration=False)
    return guards.hand_on(move, reservation_dates=wanted)


def _get_wanted(move, tz: tzinfo) -> ReservationDates:
    day = move._get_operation_day(tz)
    # what is taken out of use may have any date
    start = False if move._is_out_of_use() else day_start(day, tz)
    undated = get_reservable_domain(move.company_id) if start else Domain.TRUE
    # also of a product without retests: a lot can be given a day by hand
    retest_day = day if start else None
    return ReservationDates(start, retest_day, *_get_life(move, day, tz), undated)


def _get_life(move, day, tz):
    """``(life_from, has_own_life, short_lots)``."""
    rules = move._get_reservation_rules()
    if not rules:
        return None, False, ()
    if len(rules) > 1:
        # a pick for several customers has to fit each of them
        short = _get_lots_in_stock(move, are_made=False).filtered(
            lambda lot: any(lot._get_missing_life(rule, day, tz) for rule in rules)
        )
        return None, False, tuple(short.ids)
    rule = rules[0]
    if rule.unit == "days":
        required = get_required_days(rule.value, rule.unit)
        return get_first_moment(day, required, tz), False, ()
    total, first = move.product_id.expiration_time, None
    if total > 0:
        required = get_required_days(rule.value, rule.unit, total)
        first = get_first_moment(day, required, tz)
    short = _get_lots_in_stock(move, are_made=first is not None).filtered(
        lambda lot: lot._get_missing_life(rule, day, tz)
    )
    return first, True, tuple(short.ids)


def _get_lots_in_stock(move, are_made):
    """Lots of the product where the move takes its goods.

    :param are_made: only those that say when they were made
    """
    made = Domain("lot_id.made_on", "!=", False) if are_made else Domain.TRUE
    # sudo: as the reservation itself
    groups = (
        move.env["stock.quant"]
        .sudo()
        ._read_group(
            Domain("product_id", "=", move.product_id.id)
            & Domain("location_id", "child_of", move.location_id.id)
            & Domain("lot_id", "!=", False)
            & Domain("quantity", ">", 0)
            & made,
            [],
            ["lot_id:recordset"],
        )
    )
    return groups[0][0]
