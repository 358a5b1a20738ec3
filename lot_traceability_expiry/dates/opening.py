"""Goods that are opened or thawed are good for some days from then."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.calendar_days import day_end, in_days

from .changes import cap_dates


def open_lots(lots, day: date, days: int, reason: str) -> None:
    """Let goods be good for a number of days from the day on which they are opened, but
    never longer than the printed date.

    :param day: where the goods are
    :raise UserError: if they are open already or cannot be
    """
    lots.check_access("write")
    for lot in lots:
        _check_can_open(lot, day)
        end = day_end(in_days(day, days), lot._get_expiry_tz())
        printed = lot.expiration_date
        vals = {
            "opened_on": day,
            "printed_expiration_date": printed,
            "expiry_limit_date": min(
                filter(None, [end, printed, lot.expiry_limit_date])
            ),
            **cap_dates(lot, min(filter(None, [end, printed]))),
            "date_change_reason": reason,
        }
        guards.by_button(lot).write(vals)


def _check_can_open(lot, day):
    env, problem = lot.env, False
    if not lot.use_expiration_date:
        problem = env._("the product does not use expiration dates")
    elif lot.opened_on:
        opened = format_date(env, lot.opened_on)
        problem = env._("it was opened on %(date)s already", date=opened)
    elif day > lot._get_today():
        problem = env._("it cannot be opened on a day to come")
    elif lot.made_on and day < lot.made_on:
        problem = env._("it cannot be opened before it was made")
    if problem:
        raise UserError(
            env._(
                "%(product)s, %(lot)s: %(problem)s.",
                product=lot.product_id.display_name,
                lot=lot.name,
                problem=problem,
            )
        )
