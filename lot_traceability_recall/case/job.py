"""Carries out much in the background, batch by batch, and resumes."""

import logging

from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.parameter import read_int

from . import disposal, roles, states

_logger = logging.getLogger(__name__)

BATCH_PARAMETER = "lot_traceability_recall.batch_size"


def start(recall) -> None:
    """Have the scheduled action go on with it, in the name of the user."""
    guards.by_button(recall).write(
        {"job_state": "running", "job_message": False, "job_user_id": recall.env.uid}
    )
    recall.env.ref("lot_traceability_recall.ir_cron_carry_out")._trigger()


def stop(recalls) -> None:
    """Stop after the batch that runs now; it can go on later."""
    running = recalls.filtered(lambda recall: recall.job_state == "running")
    guards.by_button(running).write({"job_state": "stopped"})


def run(recall) -> bool:
    """Work batch by batch, a commit for each; say whether there is time for another
    recall."""
    time_left = True
    while time_left:
        # two workers: the second one leaves it to the first
        if not _try_lock(recall):
            return True
        recall.invalidate_recordset()
        if not recall.exists() or recall.job_state != "running":
            return True
        count = run_batch(recall)
        time_left = recall.env["ir.cron"]._commit_progress(
            count, remaining=_count_left(recall.env)
        )
    return False


def _try_lock(recall):
    """Keep other workers off until the commit, but not who wants to stop it."""
    lock = SQL(
        "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", recall._name, recall.id
    )
    return recall.env.execute_query(lock)[0][0]


def run_batch(recall) -> int:
    """The next lines; what goes wrong with all of them stops the job, and is said.

    :return: how many lines were dealt with
    """
    mine = as_user(recall, recall.job_user_id)
    try:
        with recall.env.cr.savepoint():
            return _carry_out_batch(mine)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        # somebody stopped it, or moved the same goods: look again
        recall.env.cr.rollback()
        return 0
    except Exception as error:
        if not isinstance(error, UserError):
            _logger.exception("The work on recall %s has stopped", recall.id)
        guards.by_button(recall).write(
            {"job_state": "failed", "job_message": str(error)}
        )
        return 0


def as_user(recall, user):
    """The recall as this user sees it."""
    user = user.sudo()
    companies = (recall.company_id | user.company_ids).ids
    values = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": companies}
    return recall.with_user(user.id).with_context(**values)


def _carry_out_batch(recall):
    """Do the next lines; what cannot be done is refused with its reason."""
    # in the name of who started it, who may have left or lost the role since
    roles.check(recall, "dispose")
    states.check_state(recall, *states.DISPOSING_STATES)
    size = read_int(recall.env, BATCH_PARAMETER, 200, least=1)
    lines = disposal.get_planned(recall, size)
    if not lines:
        return _end(recall)
    disposal.lock_goods(lines)
    disposal.carry_out_possible(lines)
    if not disposal.get_planned(recall, 1):
        # in the same transaction: with nothing left, nobody would come back to it
        _end(recall)
    return len(lines)


def _end(recall):
    guards.by_button(recall).write({"job_state": False})
    states.stamp(recall, "disposed")
    recall.message_post(
        body=recall.env._(
            "Stock dealt with. Lines done: %(done)s. Refused: %(refused)s.",
            done=recall.disposed_count,
            refused=recall.refused_count,
        )
    )
    disposal.pass_on(recall)
    return 0


def _count_left(env):
    return env["lot.recall.disposition"].search_count(
        [("recall_id.job_state", "=", "running"), ("state", "=", "planned")]
    )
