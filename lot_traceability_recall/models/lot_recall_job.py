import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH_PARAMETER = "lot_traceability_recall.batch_size"


class LotRecall(models.Model):
    """Carries out much in the background, batch by batch."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    job_state = fields.Selection(
        [("running", "Running"), ("stopped", "Stopped"), ("failed", "Failed")],
        "Background Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    job_message = fields.Char(readonly=True, copy=False)
    job_user_id = fields.Many2one("res.users", readonly=True, copy=False)

    def action_stop_job(self):
        """Stop after the batch that runs now; it can go on later."""
        self._check_role("dispose")
        self.filtered(lambda recall: recall.job_state == "running")._write_by_button(
            {"job_state": "stopped"}
        )

    def _start_job(self):
        self._write_by_button(
            {
                "job_state": "running",
                "job_message": False,
                "job_user_id": self.env.uid,
            }
        )
        self.env.ref("lot_traceability_recall.ir_cron_carry_out")._trigger()

    @api.model
    def _cron_carry_out(self):
        """Go on with the recalls that are running, a commit for each batch."""
        for recall in self.search([("job_state", "=", "running")], order="id"):
            if not recall._run_in_background():
                break

    def _run_in_background(self):
        """Work batch by batch; say whether there is time for another recall."""
        time_left = True
        while time_left:
            # two workers: the second one leaves it to the first
            if not self._try_lock():
                return True
            self.invalidate_recordset()
            if not self.exists() or self.job_state != "running":
                return True
            count = self._run_batch()
            time_left = self.env["ir.cron"]._commit_progress(
                count, remaining=self._count_left()
            )
        return False

    def _try_lock(self):
        """Keep other workers off until the commit, but not who wants to stop it."""
        lock = SQL(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", self._name, self.id
        )
        return self.env.execute_query(lock)[0][0]

    def _run_batch(self):
        mine = self._as_user()
        try:
            with self.env.cr.savepoint():
                return mine._carry_out_batch()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # somebody stopped it, or moved the same goods: look again
            self.env.cr.rollback()
            return 0
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("The work on recall %s has stopped", self.id)
            self._write_by_button({"job_state": "failed", "job_message": str(error)})
            return 0

    def _as_user(self):
        user = self.job_user_id
        companies = (self.company_id | user.company_ids).ids
        values = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": companies}
        return self.with_user(user).with_context(**values)

    def _carry_out_batch(self):
        """Do the next lines; what cannot be done is refused with its reason."""
        lines = self._get_planned(self._get_limit(BATCH_PARAMETER, 200))
        if not lines:
            return self._end_job()
        self._lock_goods(lines)
        problems = lines._get_problems()
        for line, problem in problems.items():
            line.sudo().write({"state": "refused", "message": problem})
        possible = lines - lines.browse().concat(*problems)
        if possible:
            possible._carry_out()
        if not self._get_planned(1):
            # in the same transaction: with nothing left, nobody would come back to it
            self._end_job()
        return len(lines)

    def _end_job(self):
        self._write_by_button({"job_state": False})
        self._stamp("disposed")
        self.message_post(
            body=self.env._(
                "Stock dealt with: %(done)s line(s) done, %(refused)s refused.",
                done=self.disposed_count,
                refused=self.refused_count,
            )
        )
        self._pass_on()
        return 0

    def _count_left(self):
        return self.env["lot.recall.disposition"].search_count(
            [("recall_id.job_state", "=", "running"), ("state", "=", "planned")]
        )
