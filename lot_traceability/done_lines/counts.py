"""Counts that are applied together: one that is refused does not stop the others."""

from collections.abc import Callable
from datetime import datetime

from odoo import fields
from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..holds.rule import IN_STOCK


def refuse_outside(quants: BaseModel) -> None:
    """What lies outside of the warehouses says who has which goods: customers, vendors,
    orders. Nobody counts that.

    :raise UserError: naming the lots and the places
    """
    outside = quants.filtered(
        lambda quant: quant.lot_id and quant.location_id.usage not in IN_STOCK
    )
    if outside:
        raise UserError(
            quants.env._(
                "%(lots)s cannot be counted in %(places)s: that is no place in a "
                "warehouse, and says who has the goods. Book a transfer, such as a "
                "return, instead.",
                lots=", ".join(outside.lot_id[:10].mapped("name")),
                places=", ".join(outside.location_id.mapped("display_name")),
            )
        )


def check_date(env, date) -> datetime | None:
    """When it was counted.

    :raise UserError: if that is still to come
    """
    date = fields.Datetime.to_datetime(date) or None
    if date and date > fields.Datetime.now():
        raise UserError(env._("Nothing is counted in the future. Correct the date."))
    return date


def apply_what_is_right(quants: BaseModel, apply: Callable) -> dict[BaseModel, str]:
    """Apply counts; those that are refused stay as they were typed.

    :param apply: applies some of the quants
    :return: ``{quant: what is wrong}``
    """
    if not quants:
        return {}
    try:
        with quants.env.cr.savepoint():
            apply(quants)
    except UserError as error:
        if len(quants) == 1:
            return {quants: str(error)}
        half = len(quants) // 2
        return {
            **apply_what_is_right(quants[:half], apply),
            **apply_what_is_right(quants[half:], apply),
        }
    return {}


def get_answer(quants: BaseModel, refused: dict[BaseModel, str]) -> dict | None:
    """What is shown: nothing, if all are applied.

    :raise UserError: if none is
    """
    if not refused:
        return None
    text = "\n".join(dict.fromkeys(refused.values()))
    if len(refused) == len(quants):
        raise UserError(text)
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": "warning",
            "sticky": True,
            "title": quants.env._(
                "Counts applied: %(done)s. Refused: %(refused)s.",
                done=len(quants) - len(refused),
                refused=len(refused),
            ),
            "message": text,
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
