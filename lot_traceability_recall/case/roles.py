"""Who may do what in a recall."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError

from odoo.addons.lot_traceability.tools.people import refuse_outsiders

GROUP = "lot_traceability_recall.group_recall_%s"
SHOWN_NAMES = 5
# who may do what besides the managers, who may do everything
ROLES = {
    "assess": ("coordinator", "quality"),
    "scope": ("coordinator", "quality"),
    "approve": ("quality",),
    "approve_class_1": (),
    "hold": ("coordinator", "quality", "logistics"),
    "dispose": ("logistics",),
    "notify": ("coordinator", "sales"),
    "recover": ("coordinator",),
    "reconcile": ("coordinator", "quality"),
    "claim": ("coordinator", "quality"),
    "extend": ("coordinator", "quality"),
    # deadlines and who runs it; the words of the notice; whether it was followed
    "steer": ("coordinator", "quality"),
    "word": ("coordinator", "quality", "sales"),
    "check": ("coordinator", "quality", "sales"),
    "close": (),
    "cancel": (),
    "reopen": (),
}


def may(recalls, action: str) -> bool:
    """Whether the user's roles allow the action; who has left has none."""
    user = recalls.env.user
    return (user.active or recalls.env.su) and any(
        user.has_group(GROUP % role) for role in (*ROLES[action], "manager")
    )


def check(recalls, action: str, what: str = "") -> None:
    """Refuse what the user's roles do not allow.

    :param what: the fields that this is about, in words
    :raise AccessError: naming who may
    """
    if may(recalls, action):
        return
    env = recalls.env
    groups = [env.ref(GROUP % role).sudo().name for role in (*ROLES[action], "manager")]
    names = {
        "recall": ", ".join(recalls.sudo().mapped("name")),
        "roles": ", ".join(groups),
    }
    raise AccessError(
        env._(
            "You may not change %(fields)s of %(recall)s. Who may: %(roles)s.",
            fields=what,
            **names,
        )
        if what
        else env._("You may not do this with %(recall)s. Who may: %(roles)s.", **names)
    )


# -- approval ----------------------------------------------------------
def get_approval(recall) -> str:
    """The action that approves: class I is for managers alone."""
    return "approve_class_1" if recall.recall_class == "1" else "approve"


def check_approver(recall) -> None:
    """Who assessed does not approve, where there is somebody else who may.

    :raise AccessError: naming who has to approve
    """
    check(recall, get_approval(recall))
    others = get_other_approvers(recall)
    if others:
        raise AccessError(
            recall.env._(
                "You assessed %(recall)s, so somebody else approves it: %(users)s.",
                recall=recall.name,
                users=", ".join(others[:SHOWN_NAMES].mapped("name")),
            )
        )


def get_approvers_besides(recall):
    """Who approves, where the user may not."""
    if may(recall, get_approval(recall)):
        return get_other_approvers(recall)
    return _search_approvers(recall)


def get_other_approvers(recall):
    """Who has to approve instead of the user, because the user assessed it."""
    # sudo: the rule of the company holds for everybody
    separate = recall.company_id.sudo().lot_recall_separate_approval
    if not separate or recall.assessed_by_id != recall.env.user:
        return recall.env["res.users"]
    return _search_approvers(recall)


def _search_approvers(recall):
    """The other users with the right to approve."""
    return search_who_may(recall, get_approval(recall))


def search_who_may(recall, action: str):
    """The other users whose roles allow the action."""
    env = recall.env
    groups = [env.ref(GROUP % role).id for role in (*ROLES[action], "manager")]
    # sudo: names alone; whoever works here may see who has to be asked
    return (
        env["res.users"]
        .sudo()
        .search(
            [
                ("all_group_ids", "in", groups),
                ("company_ids", "in", recall.company_id.ids),
                ("id", "!=", env.uid),
                ("share", "=", False),
            ]
        )
    )


def check_in_charge(records) -> None:
    """:raise ValidationError: if somebody in charge is no user of our own"""
    names = {"user_id", "responsible_id"} & records._fields.keys()
    refuse_outsiders(records, *names)


# -- who is asked ------------------------------------------------------
def find_in_charge(record):
    """Who is told what cannot wait: who runs the recall or the plan, else who answers
    for it, else a manager. Somebody who has left, or may not read it, is nobody."""
    # sudo: who is told does not depend on who reports, such as a customer
    record = record.sudo()
    users = record.user_id
    if "responsible_id" in record._fields:
        users |= record.responsible_id
    managers = search_who_may(record.with_user(SUPERUSER_ID), "close")
    found = (user for user in (*users, *managers) if _may_be_told(record, user))
    return next(found, record.env.ref("base.user_admin"))


def _may_be_told(record, user):
    if not user.active or user.share:
        return False
    mine = record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    return mine.has_access("read")
