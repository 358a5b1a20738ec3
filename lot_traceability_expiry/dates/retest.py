"""Goods that have to be tested again: from the day on which they are due they are
blocked until they pass."""

from datetime import date

from odoo.exceptions import AccessError, UserError

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.calendar_days import in_days, local_date

from .extension import may_retest
from .log import note_act


def record_retest(
    lots, day: date, result: str, note: str, new_date=None, attachments=None
):
    """Keep the result of a test; a lot that passes gets a new retest date.

    :param day: on which it was tested, where the goods are
    :param result: ``pass`` or ``fail``
    :param new_date: the next retest; by default after the days of the product
    :param attachments: ``ir.attachment`` of the report
    :return: the ``lot.retest`` records
    :raise UserError: if it was expired by then, or the day is still to come
    :raise ValidationError: if the next retest is after the expiration date
    """
    lots.check_access("write")
    attachments = attachments or lots.env["ir.attachment"]
    attachments.check_access("read")
    tests = lots.env["lot.retest"].sudo()
    for lot in lots:
        _check_day(lot, day)
        if result == "pass":
            _check_may_pass(lot)
        new = _get_next_retest(lot, day, result, new_date)
        # sudo: nobody may write the results by hand
        test = tests.create(
            {
                "lot_id": lot.id,
                "date": day,
                "result": result,
                "note": note,
                "old_date": lot.retest_date,
                "new_date": new,
                "user_id": lot.env.uid,
            }
        )
        # a copy: what is evidence elsewhere stays there
        test.attachment_ids = attachments.sudo().copy(
            {"res_model": test._name, "res_id": test.id}
        )
        tests |= test
        guards.by_button(lot).write({"retest_date": new, "date_change_reason": note})
        note_act(lot, lot.env._("Retest: %(result)s", result=result), note)
    return tests.sudo(False)


def get_retest_after(lot, day: date) -> date:
    """The day of the retest after one on a day: not past the end of the lot."""
    next_day = in_days(day, lot.product_id.expiry_retest_days)
    if not lot.expiration_date:
        return next_day
    return min(next_day, local_date(lot.expiration_date, lot._get_expiry_tz()))


def _check_may_pass(lot):
    if not may_retest(lot):
        raise AccessError(
            lot.env._(
                "%(lot)s: your tests do not let goods pass. The Inventory settings say "
                "whose do.",
                lot=lot.display_name,
            )
        )


def _get_next_retest(lot, day, result, new_date):
    if result == "fail":
        # due, and so blocked, until a test is passed
        return min(lot.retest_date or day, day)
    _check_can_pass(lot, day)
    return new_date or get_retest_after(lot, day)


def _check_day(lot, day):
    if day > lot._get_today():
        raise UserError(
            lot.env._(
                "%(product)s, %(lot)s: it cannot have been tested on a day to come.",
                product=lot.product_id.display_name,
                lot=lot.name,
            )
        )


def _check_can_pass(lot, day):
    tz = lot._get_expiry_tz()
    if lot.expiration_date and local_date(lot.expiration_date, tz) < day:
        raise UserError(
            lot.env._(
                "%(product)s, %(lot)s was expired when it was tested; no test "
                "makes it good again. Scrap it, or record that it failed.",
                product=lot.product_id.display_name,
                lot=lot.name,
            )
        )
