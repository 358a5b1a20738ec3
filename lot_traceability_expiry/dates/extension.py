"""Dates that become later: an act of its own, with a reason, evidence and, if the
company wants it, a second person. By hand dates only become earlier."""

from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.calendar_days import day_end, local_date

from .following import shift_dates
from .log import note_act

EXTEND_GROUP = "lot_traceability_expiry.group_expiry_extend"
# what says how long goods are good
KEPT_DATES = ("expiration_date", "use_date", "removal_date", "retest_date")


# ----------------------------------------------------------------------
# Who may
# ----------------------------------------------------------------------
def get_extend_group(env, company):
    """The group whose users may extend dates in a company."""
    # sudo: the setting holds for everybody
    group = company.sudo().lot_extend_group_id
    return group or env.ref(EXTEND_GROUP).sudo()


def may_extend(lot) -> bool:
    """Whether the user may extend dates of a lot."""
    group = get_extend_group(lot.env, lot.company_id or lot.env.company)
    return group.id in lot.env.user.sudo().all_group_ids.ids


def may_retest(lot) -> bool:
    """Whether tests of the user let a lot pass."""
    company = lot.company_id or lot.env.company
    group = company.sudo().lot_retest_group_id
    return not group or group.id in lot.env.user.sudo().all_group_ids.ids


def check_may_extend(lot) -> None:
    """:raise AccessError: naming the right that is missing"""
    lot.check_access("write")
    if not may_extend(lot):
        group = get_extend_group(lot.env, lot.company_id or lot.env.company)
        raise AccessError(
            lot.env._(
                "%(lot)s: only people of “%(group)s” set a later date or remove one.",
                lot=lot.display_name,
                group=group.name,
            )
        )


# ----------------------------------------------------------------------
# By hand
# ----------------------------------------------------------------------
def is_later(lot, name, old, new) -> bool:
    """Whether a date lets goods be good for longer than before; none is for ever."""
    if not old:
        return False
    if not new:
        return True
    if lot._fields[name].type == "date":
        return new > old
    tz = lot._get_expiry_tz()
    return local_date(new, tz) > local_date(old, tz)


def check_by_hand(lot, before: dict, reason: str) -> None:
    """Refuse a later date or none at all, unless somebody with the right says why and
    no evidence is needed.

    :param before: the dates of the lot as they were
    :raise UserError: naming product, lot, date and what to do instead
    """
    if guards.is_system(lot.env):
        return
    # what Odoo computes from it moves with the expiration date
    for name in KEPT_DATES:
        if not is_later(lot, name, before[name], lot[name]):
            continue
        if reason and not needs_evidence(lot, name) and may_extend(lot):
            continue
        raise UserError(
            lot.env._(
                "%(product)s, %(lot)s: %(field)s is %(date)s. By hand it can only "
                "become earlier; “Extend a Date” on the lot sets a later one or "
                "removes it, with a reason.",
                product=lot.product_id.display_name,
                lot=lot.name,
                field=get_label(lot, name),
                date=format_date(lot.env, get_day(lot, name, before[name])),
            )
        )


def needs_evidence(lot, name: str) -> bool:
    """Whether a later date needs more than a reason."""
    return name == "retest_date" or (
        name == "expiration_date" and lot.expiry_kind == "use_by"
    )


def get_label(lot, name: str) -> str:
    """The name of a date as users read it."""
    return lot._fields[name]._description_string(lot.env)


def get_day(lot, name: str, value):
    """The day of a date where the goods are."""
    if not value or lot._fields[name].type == "date":
        return value
    return local_date(value, lot._get_expiry_tz())


# ----------------------------------------------------------------------
# The act
# ----------------------------------------------------------------------
def extend(lot, name: str, day: date | None, reason: str, evidence="", **proof):
    """Set a later date, or none, for a reason; a use-by date waits for a second person
    where the company wants it.

    :param day: where the goods are; None removes the date
    :param evidence: which report or decision says that the goods are good
    :param proof: ``retest`` (a ``lot.retest`` that was passed), ``attachments``
    :return: the ``lot.date.extension``
    :raise AccessError: for who has no right to
    :raise UserError: if reason or evidence is missing, or the date is not later
    """
    lot.ensure_one()
    check_may_extend(lot)
    retest = proof.get("retest") or lot.env["lot.retest"]
    attachments = proof.get("attachments") or lot.env["ir.attachment"]
    attachments.check_access("read")
    _check_asked(lot, name, day, reason, retest, attachments)
    # sudo: nobody may write the acts by hand
    act = (
        lot.env["lot.date.extension"]
        .sudo()
        .create(
            {
                "lot_id": lot.id,
                "name": name,
                "old_date": get_day(lot, name, lot[name]),
                "new_date": day,
                "reason": reason.strip(),
                "evidence": (evidence or "").strip(),
                "retest_id": retest.id,
                "user_id": lot.env.uid,
                "date": fields.Datetime.now(),
            }
        )
    )
    # a copy: what is evidence elsewhere stays there
    act.attachment_ids = attachments.sudo().copy(
        {"res_model": act._name, "res_id": act.id}
    )
    act = act.sudo(lot.env.su)
    if needs_two(lot, name):
        note_act(lot, lot.env._("Later date asked for"), act.reason)
    else:
        apply_act(act)
    return act


def apply_act(act) -> None:
    """Write the date of an act that needs nobody else."""
    lot, name, day = act.lot_id, act.name, act.new_date
    vals = {name: day}
    if day and lot._fields[name].type == "datetime":
        vals = {name: day_end(day, lot._get_expiry_tz())}
        if name == "expiration_date":
            vals = shift_dates(lot, vals[name])
    text = ", ".join(filter(None, (act.reason, act.evidence)))
    if act.retest_id:
        text = f"{text} ({act.retest_id.note})"
    act.sudo().write({"state": "done", "done_on": fields.Datetime.now()})
    guards.by_button(lot).write({**vals, "date_change_reason": text})


def decide(act, is_approved: bool) -> None:
    """Approve or refuse an act that waits for a second person.

    :raise UserError: if it waits no more, is one's own, or its date changed meanwhile
    """
    act.ensure_one()
    lot, env = act.lot_id, act.env
    check_may_extend(lot)
    problem = False
    if act.state != "waiting":
        problem = env._("this is decided already")
    elif act.user_id == env.user and is_approved:
        problem = env._("a second person has to approve what you asked for")
    elif is_approved and get_day(lot, act.name, lot[act.name]) != act.old_date:
        problem = env._("its date changed since this was asked for; ask again")
    if problem:
        raise UserError(
            env._("%(lot)s: %(problem)s.", lot=lot.display_name, problem=problem)
        )
    act.sudo().approver_id = env.user
    if is_approved:
        apply_act(act)
    else:
        act.sudo().write({"state": "refused", "done_on": fields.Datetime.now()})
        note_act(lot, env._("Later date refused"), act.reason)


def needs_two(lot, name: str) -> bool:
    """Whether a second person has to approve a later date."""
    company = (lot.company_id or lot.env.company).sudo()
    is_use_by = name == "expiration_date" and lot.expiry_kind == "use_by"
    return bool(is_use_by and company.lot_extend_by_two)


def _check_asked(lot, name, day, reason, retest, attachments):
    env, problem = lot.env, False
    old = get_day(lot, name, lot[name]) if name in KEPT_DATES else None
    if name not in KEPT_DATES:
        problem = env._("this date is not extended")
    elif not lot.use_expiration_date:
        problem = env._("the product does not use expiration dates")
    elif not old:
        problem = env._("there is no date that could be extended")
    elif day and day <= old:
        problem = env._(
            "%(date)s is not later; type an earlier date on the lot itself",
            date=format_date(env, day),
        )
    elif not (reason or "").strip():
        problem = env._("say why the goods are good for longer")
    elif retest and (retest.lot_id != lot or retest.result != "pass"):
        problem = env._("choose a test that this lot passed")
    elif needs_evidence(lot, name) and not (retest or attachments):
        problem = env._(
            "%(field)s needs evidence: a test that the lot passed, or a document",
            field=get_label(lot, name),
        )
    if problem:
        raise UserError(
            env._(
                "%(product)s, %(lot)s: %(problem)s.",
                product=lot.product_id.display_name,
                lot=lot.name,
                problem=problem,
            )
        )
