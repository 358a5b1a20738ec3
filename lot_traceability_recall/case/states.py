"""The states of a recall, the way from one to the next, and the stamp of each."""

from odoo import fields
from odoo.exceptions import LockError, UserError

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import log

from . import record, roles, signing

# state: the action that leads out of it
NEXT_ACTIONS = {
    "draft": "assess",
    "assessment": "scope",
    "scoped": "approve",
    "approved": "notify",
    "notifying": "recover",
    "recovery": "reconcile",
    "reconciled": "close",
}
ACTIVE_STATES = ("approved", "notifying", "recovery", "reconciled")
# stock may be dealt with
DISPOSING_STATES = ("approved", "notifying", "recovery")
OVER = ("closed", "cancelled")


# -- may it be done? ---------------------------------------------------
def start(recall, action: str, *states: str) -> None:
    """Make sure that the user may do it now, and that nobody else does meanwhile.

    :raise AccessError: if the user's roles do not allow the action
    :raise UserError: in another state, or while somebody else is at it
    """
    recall.ensure_one()
    roles.check(recall, action)
    recall.check_access("write")
    lock(recall)
    check_state(recall, *states)
    signing.check_approved(recall, action)


def lock(recall) -> None:
    try:
        recall.lock_for_update()
    except LockError as error:
        raise UserError(
            recall.env._(
                "Somebody else is working on %(recall)s at this moment. Try again in a "
                "few seconds.",
                recall=recall.sudo().name,
            )
        ) from error


def check_state(recall, *states: str) -> None:
    """:raise UserError: if the recall is in none of the states"""
    if recall.state in states:
        return
    names = dict(recall._fields["state"]._description_selection(recall.env))
    raise UserError(
        recall.env._(
            "%(recall)s is %(state)s. Only a recall that is %(needed)s can do this.",
            recall=recall.name,
            state=names[recall.state],
            needed=" / ".join(names[state] for state in states),
        )
    )


def check_not_over(recalls) -> None:
    """:raise UserError: if one of the recalls is closed or cancelled"""
    over = find_over(recalls)
    if over:
        raise UserError(tell_over(over))


def find_over(recalls):
    return recalls.filtered(lambda recall: recall.state in OVER)


def tell_over(recalls) -> str:
    return recalls.env._(
        "%(recalls)s is over and cannot be changed any more. "
        "A recall manager can reopen it if there is more to do.",
        recalls=", ".join(recalls.mapped("name")),
    )


def check_given(env, reason: str | None) -> None:
    """:raise UserError: without a reason"""
    if not (reason or "").strip():
        raise UserError(env._("Say why. It stays on the record."))


# -- from state to state -----------------------------------------------
def go(recall, state: str, note=False, **values) -> None:
    """Enter a state, and keep the moment."""
    guards.by_button(recall).write(dict(values, state=state))
    stamp(recall, state, note)


def stamp(recall, step: str, note=False) -> None:
    """Keep who did a step, and when; nobody has the right to write steps by hand."""
    steps = guards.by_button(recall.env["lot.recall.step"].sudo())
    done = steps.create(
        {
            "recall_id": recall.id,
            "step": step,
            "note": note,
            "user_id": recall.env.uid,
            "date": fields.Datetime.now(),
        }
    )
    log.note(recall, "step", new=record.get_text(done, "step"), reason=note)


def advance(recall, last: str, reasons: dict | None = None) -> None:
    """Go on up to a state, as far as no other role stands in between, and no password
    is asked for.

    :param reasons: why it is closed although points are open, by point
    """
    states = [*NEXT_ACTIONS, "closed"]
    while recall.state in states[: states.index(last)]:
        action = NEXT_ACTIONS[recall.state]
        needed = roles.get_approval(recall) if action == "approve" else action
        if not roles.may(recall, needed):
            break
        if action == "approve" and roles.get_other_approvers(recall):
            break
        if action in ("approve", "close") and signing.is_asked():
            break
        if action == "close":
            recall.action_close(reasons=reasons)
        else:
            getattr(recall, f"action_{action}")()
