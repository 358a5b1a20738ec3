"""Deadlines, reminders and, at last, a person who calls."""

from datetime import timedelta

from odoo.fields import Domain

from odoo.addons.lot_traceability.tools.batch_job import run_in_batches

from ..case import clock
from ..case.states import OVER
from . import notices


def get_deadline(consignee):
    """By when an answer is due, as the notice says: a day where the company is."""
    today = clock.get_today(consignee.company_id)
    recall = consignee.recall_id
    default = today + timedelta(days=notices.get_answer_days(recall))
    due = recall.date_answer_deadline
    # what is told after the deadline of all has one of its own
    return consignee.deadline or (due if due and due >= today else default)


def run(env, batch_size: int) -> None:
    """Remind those who are late, batch by batch; escalate what stays unanswered."""

    def work(ids):
        # some have answered since the search
        _follow_up(_get_late(env).filtered(lambda one: one.id in ids))

    run_in_batches(env, _get_late(env).ids, batch_size, work)
    env.ref("lot_traceability_recall.ir_cron_send_notices")._trigger()


def _get_late(env):
    consignees = env["lot.recall.consignee"]
    late = consignees.search(
        clock.get_past_domain(env, "deadline")
        & Domain("state", "=", "notified")
        & Domain("is_escalated", "=", False)
        & Domain("recall_id.state", "not in", OVER)
    )
    return late.filtered(
        lambda one: _is_reminder_due(one, clock.get_today(one.company_id))
    )


def _is_reminder_due(consignee, today):
    is_pending = set(notices.PENDING) & set(consignee.notice_ids.mapped("state"))
    if is_pending or consignee.recall_id._is_rehearsal():
        return False
    pause = consignee.reminder_count * consignee.company_id.recall_reminder_days
    return today > consignee.deadline + timedelta(days=pause)


def _follow_up(consignees):
    to_remind = consignees.filtered(
        lambda one: (
            one.email and one.reminder_count < one.company_id.recall_reminder_max
        )
    )
    for consignee in to_remind:
        consignee.reminder_count += 1
    notices.create(to_remind, "reminder")
    _escalate(consignees - to_remind)


def _escalate(consignees):
    """No mail helps here: the coordinator has to call."""
    consignees.write({"is_escalated": True})
    for consignee in consignees:
        consignee._ask_coordinator(
            consignee.env._(
                "No answer to %(recall)s: call %(consignee)s",
                recall=consignee.recall_id.name,
                consignee=consignee.display_name,
            ),
            consignee.phone or "",
            "call",
        )
