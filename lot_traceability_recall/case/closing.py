"""The ends of a recall: settled, closed, cancelled; and its reopening."""

from odoo import fields
from odoo.exceptions import UserError

from ..consignees import gaps
from . import balance, frozen, hold, scope, states
from .approval import ACTIVITY

SHOWN_NAMES = 10
HOLDS = ("keep", "release")


def check_settled(recall) -> None:
    """:raise UserError: naming what has to be settled before the end"""
    balance.update(recall)
    problems = []
    if recall.planned_count:
        problems.append(recall.env._("Stock is planned, and not dealt with yet."))
    if recall.difference_count:
        problems.append(recall.env._("Decide what changed in the scope."))
    open_lines = recall.balance_ids.filtered(lambda line: line.state == "open")
    if open_lines:
        names = ", ".join(open_lines[:SHOWN_NAMES].lot_id.mapped("name"))
        problems.append(recall.env._("Give a reason for the gap of %s.", names))
    problems += gaps.get_problems(recall)
    if problems:
        raise UserError("\n".join(problems))


def close(recall, holds: str, reason: str | bool = False) -> None:
    """Sign and close the recall: from now on it is read-only.

    :param holds: ``release``: what it holds is free from now on; ``keep``: users hold
        it, and may release it
    :param reason: why, for the lots
    :raise UserError: if it is not reconciled, or not settled any more
    """
    states.start(recall, "close", "reconciled")
    check_settled(recall)
    default = recall.env._("%s is closed", recall.name)
    if holds == "release":
        # what is kept is in the hands of users once the recall is over
        hold.release(recall, (reason or "").strip() or default)
    scope.leave_force(recall)
    states.go(
        recall,
        "closed",
        note=reason or False,
        frozen_facts=frozen.collect(recall),
        date_closed=fields.Datetime.now(),
        signed_by_id=recall.env.uid,
    )


def cancel(recall, reason: str) -> None:
    """Cancel before anybody was told, and free what was on hold.

    :raise UserError: without a reason, or if it is too late for that
    """
    states.start(recall, "cancel", "draft", "assessment", "scoped", "approved")
    states.check_given(recall.env, reason)
    hold.release(recall, reason)
    scope.leave_force(recall)
    states.go(recall, "cancelled", note=reason, cancel_reason=reason)
    recall.activity_unlink([ACTIVITY])


def reopen(recall, reason: str) -> None:
    """Take up a closed recall again, with a new version of its scope, held at once.

    :raise UserError: without a reason, or if it is not closed
    """
    states.start(recall, "reopen", "closed")
    states.check_given(recall.env, reason)
    states.go(
        recall,
        "assessment",
        date_closed=False,
        frozen_facts=False,
        signed_by_id=False,
        approved_by_id=False,
    )
    scope.find(recall)
    states.stamp(recall, "reopened", reason)
    states.go(recall, "scoped", assessed_by_id=recall.env.uid)
    hold.hold_scope(recall)


def check_unlink(recalls) -> None:
    """:raise UserError: if one of the recalls is more than a draft"""
    kept = recalls.filtered(lambda recall: recall.state != "draft")
    if kept:
        raise UserError(
            recalls.env._(
                "Only a draft can be deleted. %(recalls)s stays on record.",
                recalls=", ".join(kept.mapped("name")),
            )
        )
