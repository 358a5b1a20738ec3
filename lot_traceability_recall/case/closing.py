"""The ends of a recall: settled, closed, cancelled; and its reopening."""

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools.arguments import check_text
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..consignees import gaps
from ..evidence import kept
from . import balance, hold, scope, signing, states
from .approval import ACTIVITY

SHOWN_NAMES = 10
SHOWN_POINTS = 50
HOLDS = ("keep", "release")
# what may be open at the end; each needs its reason
POINTS = [
    ("untold", "Not told"),
    ("unanswered", "Not answered"),
    ("stock", "Stock not dealt with"),
    ("checks", "Effectiveness checks failed or not made"),
    ("holds", "Lots on hold"),
]
TOLD = ("notified", "answered")


def get_open_points(recall) -> dict[str, str]:
    """What is open, in words, by the name of the point."""
    # sudo: what is open does not depend on what the user may read
    recall = recall.sudo()
    found = {
        "stock": [] if recall.is_mock else _tell_stock(recall),
        "checks": _tell_checks(recall),
        "holds": _tell_holds(recall),
    }
    if gaps.is_asked(recall):
        consignees = recall.consignee_ids
        untold = consignees.filtered(lambda one: one.state not in TOLD)
        silent = consignees.filtered(lambda one: one.state == "notified")
        found |= {
            "untold": untold.mapped("display_name"),
            "unanswered": silent.mapped("display_name"),
        }
    return {
        point: _shorten(recall.env, found[point])
        for point, _label in POINTS
        if found.get(point)
    }


def _tell_stock(recall):
    """What is still in a place of ours, but for what was released on purpose."""
    env = recall.env
    released = {
        (line.lot_id, line.location_id)
        for line in recall.disposition_ids
        if line.disposition == "release" and line.state == "done"
    }
    groups = env["stock.quant"]._read_group(
        [
            ("lot_id", "in", recall._get_lots().ids),
            ("location_id.usage", "in", ("internal", "transit")),
            # samples are kept on purpose
            ("location_id.is_for_samples", "=", False),
            ("quantity", ">", 0),
        ],
        ["lot_id", "location_id"],
        ["quantity:sum"],
    )
    return [
        env._(
            "%(quantity)s of %(lot)s in %(place)s",
            quantity=format_quantity(env, quantity, lot.product_id.uom_id),
            lot=lot.name,
            place=location.display_name,
        )
        for lot, location, quantity in groups
        if (lot, location) not in released
    ]


def _tell_checks(recall):
    field = recall.check_ids._fields["result"]
    results = dict(field._description_selection(recall.env))
    return [
        f"{check.consignee_id.display_name}: "
        f"{results.get(check.result) or recall.env._('not asked')}"
        for check in recall.check_ids
        if check.result != "acted"
    ]


def _tell_holds(recall):
    return hold.get_held(recall).mapped("name")


def _shorten(env, texts):
    shown = texts[:SHOWN_POINTS]
    if len(texts) > len(shown):
        shown.append(env._("and %(count)s more", count=len(texts) - len(shown)))
    return "\n".join(shown)


def check_reasons(env, name: str, value) -> dict[str, str]:
    """:raise UserError: if the value is no dict of reasons by point"""
    known = dict(POINTS)
    if value is None or value is False:
        return {}
    if not isinstance(value, dict) or not value.keys() <= known.keys():
        raise UserError(
            env._(
                "%(name)s has to be reasons by point, of these: %(points)s.",
                name=name,
                points=", ".join(known),
            )
        )
    return {
        point: check_text(env, f"{name}.{point}", text) for point, text in value.items()
    }


def _keep_open_points(recall, reasons):
    """:raise UserError: naming what is open and has no reason"""
    env, points = recall.env, get_open_points(recall)
    reasons = {point: (text or "").strip() for point, text in (reasons or {}).items()}
    field = env["lot.recall.open.point"]._fields["point"]
    labels = dict(field._description_selection(env))
    missing = [
        f"{labels[point]}:\n{text}"
        for point, text in points.items()
        if not reasons.get(point)
    ]
    if missing:
        raise UserError(
            env._(
                "%(recall)s is not complete. Say for each point why it is closed "
                "anyway:\n%(points)s",
                recall=recall.name,
                points="\n".join(missing),
            )
        )
    # sudo: nobody has the right to write them by hand
    model = guards.by_button(env["lot.recall.open.point"].sudo())
    model.create(
        [
            {
                "recall_id": recall.id,
                "point": point,
                "text": text,
                "reason": reasons[point],
                "user_id": env.uid,
                "date": fields.Datetime.now(),
            }
            for point, text in points.items()
        ]
    )
    for point, text in points.items():
        new = f"{labels[point]}\n{text}"
        log.note(recall, "open_point", new=new, reason=reasons[point])


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


def close(
    recall,
    holds: str,
    reason: str | bool = False,
    reasons: dict | None = None,
    password: str | None = None,
) -> None:
    """Sign and close the recall: from now on it is read-only, and its evidence is kept
    as one file.

    :param holds: ``release``: what it holds is free from now on; ``keep``: users hold
        it, and may release it
    :param reason: why, for the lots
    :param reasons: why it is closed although points are open, by point
    :param password: of the user, who signs with it
    :raise UserError: if it is not reconciled, or not settled any more, if a point is
        open without a reason, or the password is wrong
    """
    states.start(recall, "close", "reconciled")
    check_settled(recall)
    given = {"holds": reason} | (reasons or {}) if reason else reasons
    _keep_open_points(recall, given)
    default = recall.env._("%s is closed", recall.name)
    if holds == "release":
        # what is kept is in the hands of users once the recall is over
        hold.release(recall, (reason or "").strip() or default)
    scope.leave_force(recall)
    signature = signing.sign(recall, "closing", password)
    states.go(
        recall,
        "closed",
        note=reason or False,
        frozen_facts=kept.collect(recall),
        date_closed=fields.Datetime.now(),
        signed_by_id=recall.env.uid,
    )
    recall._keep_evidence(signature)


def cancel(recall, reason: str) -> None:
    """Cancel before anybody was told, and free what was on hold.

    :raise UserError: without a reason, or if it is too late for that
    """
    states.start(recall, "cancel", "draft", "assessment", "scoped", "approved")
    states.check_given(recall.env, reason)
    # it may have been extended, or reopened, since
    if recall.sudo().consignee_ids.notice_ids.filtered(_is_told):
        raise UserError(
            recall.env._(
                "Customers were told of %(recall)s: it cannot be cancelled any more. "
                "Have it approved, and close it.",
                recall=recall.name,
            )
        )
    hold.release(recall, reason)
    scope.leave_force(recall)
    states.go(recall, "cancelled", note=reason, cancel_reason=reason)
    recall.activity_unlink([ACTIVITY])


def _is_told(notice):
    return notice.state in ("queued", "sent", "bounced")


def reopen(recall, reason: str) -> None:
    """Take up a closed recall again, with a new version of its scope, held at once.

    :raise UserError: without a reason, or if it is not closed
    """
    states.start(recall, "reopen", "closed")
    states.check_given(recall.env, reason)
    signing.withdraw(recall, reason, "approval", "closing")
    # what was open then is in the log, and in the evidence that was kept
    guards.by_button(recall.sudo().open_point_ids).unlink()
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
