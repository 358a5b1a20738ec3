"""Goods that are opened or thawed are good for some days from then; a part of a lot
that is opened, thawed or taken as a sample becomes a lot of its own."""

from datetime import date

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.calendar_days import day_end, in_days
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from .following import FOLLOWING_DATES, cap_dates

CHANGED = ("expiration_date", *FOLLOWING_DATES, "expiry_limit_date")


def open_lots(lots, day: date, days: int, reason: str) -> None:
    """Let goods be good for a number of days from the day on which they are opened, but
    never longer than the printed date.

    :param day: where the goods are
    :raise UserError: if they are open already or cannot be
    """
    lots.check_access("write")
    for lot in lots:
        check_can_open(lot, day)
        end = day_end(in_days(day, days), lot._get_expiry_tz())
        printed = lot.expiration_date
        vals = {
            "opened_on": day,
            "printed_expiration_date": printed,
            "expiry_limit_date": min(
                filter(None, [end, printed, lot.expiry_limit_date])
            ),
            "opening_before": _keep(lot),
            **cap_dates(lot, min(filter(None, [end, printed]))),
            "date_change_reason": reason,
        }
        # what was made of the goods before is as good as it was
        lot = guards.hand_on(guards.by_button(lot), tells_finished=False)
        lot.write(vals)


def take_part(quant, quantity: float, number: str, reason: str):
    """Let a part of a lot in one place be a lot of its own.

    :param quant: where it is taken from
    :param number: of the new lot; empty: the next one
    :return: the new ``stock.lot``
    :raise UserError: if less is free there
    """
    lot, env = quant.lot_id, quant.env
    lot.check_access("write")
    uom = quant.product_id.uom_id
    if quantity <= 0 or uom.compare(quantity, quant.quantity) > 0:
        raise UserError(
            env._(
                "%(lot)s: %(quantity)s are in %(place)s. Take some of it, or all.",
                lot=lot.display_name,
                quantity=format_quantity(env, quant.quantity, uom),
                place=quant.location_id.display_name,
            )
        )
    line = env["lot.conversion.line"]._prepare_from_quant(quant)
    line |= {"quantity": quantity, "product_uom_id": uom.id}
    target = {**line, "side": "target", "lot_id": False, "number": number or False}
    conversion = env["lot.conversion"].create(
        {
            "kind": "split",
            "reason": reason,
            "company_id": quant.company_id.id,
            "source_line_ids": [Command.create(line)],
            "target_line_ids": [Command.create(target)],
        }
    )
    conversion.action_done()
    part = conversion.target_line_ids.lot_id
    guards.by_button(part).write(
        {"opening_conversion_id": conversion.id, "opening_before": _keep(part)}
    )
    return part


def undo_opening(lot) -> None:
    """Take an opening back, or the taking of a part, while nothing was done with the
    goods.

    :raise UserError: if they were moved or their dates changed since
    """
    lot.ensure_one()
    lot.check_access("write")
    before, conversion = lot.opening_before, lot.opening_conversion_id
    problem = _find_touch(lot, before)
    if problem:
        raise UserError(
            lot.env._("%(lot)s: %(problem)s.", lot=lot.display_name, problem=problem)
        )
    reason = lot.env._("Opening undone")
    vals = {name: before["dates"][name] for name in CHANGED}
    guards.by_button(lot).write(
        {
            **vals,
            "opened_on": False,
            "printed_expiration_date": False,
            "opening_before": False,
            "opening_conversion_id": False,
            "date_change_reason": reason,
        }
    )
    if conversion:
        conversion.action_undo()
        undo = conversion.undone_by_ids.filtered(lambda undo: undo.state == "draft")
        undo[:1].action_done()


def _keep(lot):
    """What an undoing needs to know."""
    kept = dict(lot.opening_before or {})
    kept["dates"] = {
        name: fields.Datetime.to_string(lot[name]) if lot[name] else False
        for name in CHANGED
    }
    kept["lines"] = _count_lines(lot)
    kept["at"] = fields.Datetime.to_string(fields.Datetime.now())
    return kept


def _count_lines(lot):
    # sudo: whatever moved counts, whoever may read it
    lines = lot.env["stock.move.line"].sudo()
    return lines.search_count([("lot_id", "=", lot.id), ("state", "=", "done")])


def _find_touch(lot, before):
    """Why an opening cannot be taken back; empty if it can."""
    env = lot.env
    if not before:
        return env._("it was not opened, or before this could be undone")
    if _count_lines(lot) != before["lines"]:
        return env._("goods of it were moved since; correct the date instead")
    changes = lot.date_change_ids.filtered(lambda change: change.name in CHANGED)
    last = max(changes.mapped("date"), default=None)
    if last and fields.Datetime.to_string(last) > before["at"]:
        return env._("its dates changed since; correct the date instead")
    return ""


def check_can_open(lot, day: date) -> None:
    """:raise UserError: if a lot is open already or cannot be opened on that day"""
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
