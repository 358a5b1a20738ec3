"""Counts that are applied together: one that is refused does not stop the others."""

from collections.abc import Callable

from odoo.exceptions import UserError
from odoo.models import BaseModel


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
