"""Does the import: at once, or in the background batch by batch.

What runs in the background was started by a button: ``state`` and ``user_id`` of a
document are guarded, so that it runs in the name of who pressed it.
"""

import gc
import logging
from contextlib import contextmanager

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .. import guards

_logger = logging.getLogger(__name__)

SHOWN_FAILURES = 20


def run_now(document: BaseModel, valid_only: bool = False) -> None:
    """Import everything in this transaction, or nothing.

    :param valid_only: leave out what turns out to be wrong
    :raise UserError: with what is wrong, unless it is left out
    """
    while _import_batch(document):
        pass
    failed = _get_rows(document, "error", limit=SHOWN_FAILURES)
    if failed and not valid_only:
        rows = [
            document.env._(
                "Row %(row)s: %(message)s", row=row.row_number, message=row.message
            )
            for row in failed
        ]
        raise UserError("\n".join(rows))
    _finish(document)


def run_in_background(env: Environment) -> None:
    """Go on with the imports that are running, a commit for each batch."""
    for document in env["lot.import"].search([("state", "=", "running")], order="id"):
        if not _run_document(env, document.id):
            break


def _run_document(env, document_id):
    """Import batch by batch; say whether there is time for another document."""
    time_left = True
    while time_left:
        document = env["lot.import"].browse(document_id)
        # two workers: the second one leaves it to the first
        if not _try_lock(document):
            return True
        document.invalidate_recordset()
        if not document.exists() or document.state != "running":
            return True
        count = _run_batch(document) or 0
        time_left = env["ir.cron"]._commit_progress(count, remaining=_count_left(env))
    return False


def _try_lock(document):
    """Keep other workers off until the next commit, but not who wants to stop it.

    The row of the document stays free; who writes it meanwhile makes the batch start
    over.
    """
    lock = SQL(
        "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
        document._name,
        document.id,
    )
    return document.env.execute_query(lock)[0][0]


def _run_batch(document):
    """Import a batch as its user; what goes wrong stops this document alone."""
    cr = document.env.cr
    try:
        with cr.savepoint():
            count = _import_batch(_as_user(document))
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        # somebody stopped it, or moved the same goods: look again
        cr.rollback()
        return 0
    except UserError as error:
        return document._fail(str(error))
    except Exception as error:
        _logger.exception("Import %s of lots has stopped", document.id)
        return document._fail(str(error))
    # in the same transaction: with nothing left, nobody would come back to it
    if not _get_rows(document, "ready", limit=1):
        _finish(document)
    return count


def _as_user(document):
    user, company = document.user_id, document.company_id
    values = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": company.ids}
    return document.with_user(user).with_context(**values)


def _count_left(env):
    [(numbers, done)] = env["lot.import"]._read_group(
        [("state", "=", "running")],
        aggregates=["number_count:sum", "done_count:sum"],
    )
    return max((numbers or 0) - (done or 0), 0)


# -- one batch ----------------------------------------------------------
def _get_rows(document, state, limit):
    return document.env["lot.import.row"].search(
        [("import_id", "=", document.id), ("state", "=", state)],
        order="row_number",
        limit=limit,
    )


def _import_batch(document):
    """Import the next rows and tell how many numbers that was."""
    rows = _take(document)
    if not rows:
        return 0
    # several places on the way ask for the company
    with _without_collector():
        rows.with_company(document.company_id)._import_safely()
    count = sum(rows.mapped("number_count"))
    failed = rows.search([("id", "in", rows.ids), ("state", "=", "error")])
    lost = sum(failed.mapped("number_count"))
    guards.by_button(document).write(
        {
            "done_count": document.done_count + count - lost,
            "number_count": document.number_count - lost,
            "error_count": document.error_count + len(failed),
        }
    )
    document.env.invalidate_all()
    return count


@contextmanager
def _without_collector():
    """A batch makes millions of objects that are all needed until its end: who looks
    for garbage among them takes a fifth of the time, and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _take(document):
    """The next rows that are ready, up to the size of a batch in numbers."""
    size = document._get_batch_size()
    rows = _get_rows(document, "ready", limit=size)
    total, ids = 0, []
    for row in rows:
        total += row.number_count
        if ids and total > size:
            break
        ids.append(row.id)
    return rows.browse(ids)


def _finish(document):
    guards.by_button(document).write({"state": "done"})
    document.user_id._bus_send(
        "simple_notification",
        {
            "type": "warning" if document.error_count else "success",
            "message": document.env._(
                "%(file)s is imported. Numbers: %(count)s. Rows with errors: "
                "%(errors)s.",
                file=document.file_name,
                count=document.done_count,
                errors=document.error_count,
            ),
        },
    )
