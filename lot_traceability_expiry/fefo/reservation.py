"""The stock that may be reserved for a move, by its dates."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from odoo.fields import Domain

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.calendar_days import day_start

from .shelf_life import get_first_moment, get_required_days


@dataclass(frozen=True)
class ReservationDates:
    """What the stock of a move has to be.

    ``start``: what is past at the beginning of that day (UTC) is not taken, False if
    any date may go; ``retest_day``: what is due for a retest by that day is not taken;
    ``life_from``: first expiration (UTC) that is late enough; ``short_lots``: ids of
    lots that have too little of their own life left.
    """

    start: datetime | bool = False
    retest_day: date | None = None
    life_from: datetime | None = None
    short_lots: tuple[int, ...] = ()

    def get_domain(self, is_fresh_asked: bool) -> Domain:
        """The quants that fit, beside what core asks for.

        :param is_fresh_asked: whether core looks at expiration dates at all
        """
        domain = Domain.TRUE
        if is_fresh_asked and self.retest_day:
            domain &= ~Domain("lot_id", "any", [("retest_date", "<=", self.retest_day)])
        if self.life_from:
            fresh = Domain("expiration_date", ">=", self.life_from)
            domain &= fresh | Domain("expiration_date", "=", False)
        if self.short_lots:
            domain &= Domain("lot_id", "not in", self.short_lots)
        return domain


def with_dates(move):
    """The move, for which stock is gathered by its dates, in one environment."""
    if not move.product_id.use_expiration_date:
        return move
    tz = move._get_expiry_tz()
    wanted = _get_wanted(move, tz)
    if move.env.context.get("with_expiration"):
        # now, as another context for each search of stock costs time
        move = move.with_context(with_expiration=wanted.start)
    return guards.hand_on(move, reservation_dates=wanted)


def _get_wanted(move, tz: tzinfo) -> ReservationDates:
    day = move._get_shelf_life_date(tz)
    # what is taken out of use may have any date
    start = False if move._is_out_of_use() else day_start(day, tz)
    is_tested = start and move.product_id.expiry_retest_days
    return ReservationDates(
        start, day if is_tested else None, *_get_life(move, day, tz)
    )


def _get_life(move, day, tz):
    rule = move._get_shelf_life_rule()
    if not rule:
        return None, ()
    total = move.product_id.expiration_time
    if rule.unit == "days" or total > 0:
        required = get_required_days(rule.value, rule.unit, total)
        return get_first_moment(day, required, tz), ()
    short = _get_lots_in_stock(move).filtered(
        lambda lot: lot._get_missing_life(rule, day, tz)
    )
    return None, tuple(short.ids)


def _get_lots_in_stock(move):
    """Lots of the product where the move takes its goods."""
    # sudo: as the reservation itself
    groups = (
        move.env["stock.quant"]
        .sudo()
        ._read_group(
            Domain("product_id", "=", move.product_id.id)
            & Domain("location_id", "child_of", move.location_id.id)
            & Domain("lot_id", "!=", False)
            & Domain("quantity", ">", 0),
            [],
            ["lot_id:recordset"],
        )
    )
    return groups[0][0]
