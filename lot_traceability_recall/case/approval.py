"""What an approval fixes: a change afterwards is approved again, or refused."""

from odoo.exceptions import UserError

from odoo.addons.lot_traceability import guards

from ..consignees import listing
from . import disposal, hold, roles, scope, signing, states
from .signing import FIXED
from .states import ACTIVE_STATES

ACTIVITY = "lot_traceability_recall.mail_activity_approval"
# what may change while it runs, by these roles; the log keeps old and new
BY_ROLE = {
    "word": (
        "notice_reason",
        "notice_hazard",
        "notice_remedy",
        "notice_instructions",
        "notice_contact",
    )
    + ("date_answer_deadline",),
    "steer": ("date_deadline", "check_level", "check_percent", "target_hours")
    + ("user_id", "responsible_id"),
}


# -- approving ---------------------------------------------------------
def check_assessed(recall) -> None:
    """:raise UserError: if nobody said yet how dangerous the goods are"""
    if recall.kind == "recall" and not recall.recall_class:
        raise UserError(
            recall.env._("Set the class of %(recall)s first.", recall=recall.name)
        )


def approve(recall, password: str | None = None, carry_out: bool | None = None) -> None:
    """Freeze the scope, hold what is in it, free what left it, and find the consignees.

    :param password: of the user, who signs with it
    :param carry_out: whether what is planned for the stock is done at once; as it was
        asked for if None
    :raise AccessError: if the user assessed it, and somebody else may approve
    :raise UserError: if it has no scope, a lot is in another active recall, or the
        password is wrong
    """
    states.start(recall, roles.get_approval(recall), "scoped")
    roles.check_approver(recall)
    check_assessed(recall)
    scope.freeze(recall.scope_id)
    signing.sign(recall, "approval", password)
    states.go(recall, "approved", approved_by_id=recall.env.uid)
    hold.hold_scope(recall)
    hold.release_left(recall)
    recall.activity_feedback([ACTIVITY])
    listing.find(recall)
    if recall.carry_out_user_id if carry_out is None else carry_out:
        disposal.carry_out_as_asked(recall)


# -- afterwards --------------------------------------------------------
def check_seeds(recall) -> None:
    """Whether the user may change the suspect lots now.

    :raise AccessError: if the roles do not allow it
    """
    if recall.state != "draft" and not guards.is_system(recall.env):
        action = "extend" if recall.state in ACTIVE_STATES else "scope"
        roles.check(recall, action, recall.env._("Suspect Lots"))


def on_seeds_changed(recall) -> None:
    """The suspect lots are others: that is approved again."""
    if not guards.is_system(recall.env):
        ask_anew(recall, recall.env._("Suspect Lots"))


def check_changes(recalls, vals: dict) -> dict:
    """See which recalls the values change after their assessment or approval.

    :return: ``{recall: the changed fields in words}`` of what was assessed or approved
    :raise AccessError: if the user's roles do not allow the change
    """
    if guards.is_system(recalls.env):
        return {}
    found = {}
    for recall in recalls:
        if recall.state not in ("scoped", *ACTIVE_STATES):
            continue
        for action, names in BY_ROLE.items():
            if changed := _get_changed(recall, vals, names):
                roles.check(recall, action, changed)
        if changed := _get_changed(recall, vals, FIXED):
            action = "assess" if recall.state == "scoped" else "extend"
            roles.check(recall, action, changed)
            found[recall] = changed
    return found


def _get_changed(recall, vals, names):
    """The labels of the fields that get another value."""
    changed = [
        name
        for name in names
        if name in vals
        and _get_cached(recall, name, vals[name])
        != _get_cached(recall, name, recall[name])
    ]
    labels = recall.fields_get(changed, ["string"]) if changed else {}
    return ", ".join(labels[name]["string"] for name in changed)


def _get_cached(recall, name, value):
    return recall._fields[name].convert_to_cache(value, recall, validate=False) or False


def ask_anew(recall, changed: str) -> None:
    """What was assessed or approved has changed.

    Before the approval, who changed it counts as who assessed it; afterwards the recall
    goes back, with a further version of its scope.
    """
    if recall.state == "scoped":
        take_on(recall)
    elif recall.state in ACTIVE_STATES:
        extend(recall, recall.env._("Changed after the approval: %s", changed))


def extend(recall, reason: str) -> None:
    """Find the scope again, as a version that is approved again; the old one is kept.

    :raise UserError: without a reason, or if the recall is not active
    """
    states.start(recall, "extend", *ACTIVE_STATES)
    states.check_given(recall.env, reason)
    if recall.job_state == "running":
        # what is not approved is not carried out
        guards.by_button(recall).write({"job_state": "stopped"})
    signing.withdraw(recall, reason, "approval")
    scope.find(recall)
    states.stamp(recall, "extended", reason)
    states.go(
        recall,
        "scoped",
        assessed_by_id=recall.env.uid,
        approved_by_id=False,
        carry_out_user_id=False,
    )
    ask(recall)


def take_on(recall) -> None:
    """Who decides on what is to be approved is who assessed it."""
    if recall.state == "scoped" and not guards.is_system(recall.env):
        guards.by_button(recall).write({"assessed_by_id": recall.env.uid})
        ask(recall)


def ask(recall) -> None:
    """Ask somebody else for the approval, once."""
    others = roles.get_other_approvers(recall)
    if not others:
        return
    recall.activity_unlink([ACTIVITY])
    recall.activity_schedule(
        ACTIVITY,
        summary=recall.env._("Approve the recall"),
        user_id=(recall.responsible_id & others or others[:1]).id,
    )


def check_stays(recalls, vals: dict) -> None:
    """Nobody turns an exercise into a recall, not even the system.

    :raise UserError: naming the recalls
    """
    changed = recalls.filtered(
        lambda recall: vals.get("is_mock", recall.is_mock) != recall.is_mock
    )
    if changed:
        raise UserError(
            recalls.env._(
                "%(recalls)s cannot be changed from an exercise to a real recall, or "
                "back. Begin a new one.",
                recalls=", ".join(changed.mapped("name")),
            )
        )


def go_on(recalls):
    """Go on until they are approved, as far as no other role stands in between; where
    only the password is missing, ask for it.

    :return: the dialog that asks, or None
    """
    for recall in recalls:
        states.advance(recall, "approved")
    may_sign = recalls.filtered(
        lambda recall: (
            recall.state == "scoped" and not roles.get_approvers_besides(recall)
        )
    )
    if len(may_sign) == 1 and roles.may(may_sign, roles.get_approval(may_sign)):
        return may_sign.action_approve()
    return None
