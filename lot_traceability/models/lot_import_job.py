import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

SHOWN_FAILURES = 20


class LotImportJob(models.AbstractModel):
    """Does the import: at once, or in the background batch by batch."""

    _name = "lot.import.job"
    _description = "Job of a lot import"

    @api.model
    def _run_now(self, document, valid_only=False):
        """Import everything in this transaction, or nothing."""
        while self._import_batch(document):
            pass
        failed = self._get_rows(document, "error", limit=SHOWN_FAILURES)
        if failed and not valid_only:
            rows = [
                self.env._(
                    "Row %(row)s: %(message)s", row=row.row_number, message=row.message
                )
                for row in failed
            ]
            raise UserError("\n".join(rows))
        self._finish(document)

    @api.model
    def _cron_run(self):
        """Go on with the imports that are running, a commit for each batch."""
        for document in self.env["lot.import"].search(
            [("state", "=", "running")], order="id"
        ):
            if not self._run_in_background(document.id):
                break

    def _run_in_background(self, document_id):
        """Import batch by batch; say whether there is time for another document."""
        time_left = True
        while time_left:
            document = self.env["lot.import"].browse(document_id)
            # two workers: the second one leaves it to the first
            if not self._try_lock(document):
                return True
            document.invalidate_recordset()
            if not document.exists() or document.state != "running":
                return True
            count = self._run_batch(document) or 0
            time_left = self.env["ir.cron"]._commit_progress(
                count, remaining=self._count_left()
            )
        return False

    def _try_lock(self, document):
        """Keep other workers off until the next commit, but not who wants to stop it.

        The row of the document stays free; who writes it meanwhile makes the batch
        start over.
        """
        lock = SQL(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
            document._name,
            document.id,
        )
        return self.env.execute_query(lock)[0][0]

    def _run_batch(self, document):
        """Import a batch as its user; what goes wrong stops this document alone."""
        mine = self._as_user(document)
        try:
            with self.env.cr.savepoint():
                count = mine.env["lot.import.job"]._import_batch(mine)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # somebody stopped it, or moved the same goods: look again
            self.env.cr.rollback()
            return 0
        except UserError as error:
            return document._fail(str(error))
        except Exception as error:
            _logger.exception("Import %s of lots has stopped", document.id)
            return document._fail(str(error))
        # in the same transaction: with nothing left, nobody would come back to it
        if not self._get_rows(document, "ready", limit=1):
            self._finish(document)
        return count

    def _as_user(self, document):
        user, company = document.user_id, document.company_id
        values = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": company.ids}
        return document.with_user(user).with_context(**values)

    def _count_left(self):
        [(numbers, done)] = self.env["lot.import"]._read_group(
            [("state", "=", "running")],
            aggregates=["number_count:sum", "done_count:sum"],
        )
        return max((numbers or 0) - (done or 0), 0)

    # -- one batch ------------------------------------------------------
    def _get_rows(self, document, state, limit):
        return self.env["lot.import.row"].search(
            [("import_id", "=", document.id), ("state", "=", state)],
            order="row_number",
            limit=limit,
        )

    def _import_batch(self, document):
        """Import the next rows and tell how many numbers that was."""
        rows = self._take(document)
        if not rows:
            return 0
        # several places on the way ask for the company
        rows.with_company(document.company_id)._import_safely()
        count = sum(rows.mapped("number_count"))
        failed = rows.filtered(lambda row: row.state == "error")
        lost = sum(failed.mapped("number_count"))
        document.write(
            {
                "done_count": document.done_count + count - lost,
                "number_count": document.number_count - lost,
                "error_count": document.error_count + len(failed),
            }
        )
        self.env.invalidate_all()
        return count

    def _take(self, document):
        """The next rows that are ready, up to the size of a batch in numbers."""
        size = document._get_batch_size()
        rows = self._get_rows(document, "ready", limit=size)
        total, ids = 0, []
        for row in rows:
            total += row.number_count
            if ids and total > size:
                break
            ids.append(row.id)
        return rows.browse(ids)

    def _finish(self, document):
        document.write({"state": "done"})
        document.user_id._bus_send(
            "simple_notification",
            {
                "type": "warning" if document.error_count else "success",
                "message": self.env._(
                    "%(file)s is imported: %(count)s numbers, %(errors)s row(s) with "
                    "errors.",
                    file=document.file_name,
                    count=document.done_count,
                    errors=document.error_count,
                ),
            },
        )
