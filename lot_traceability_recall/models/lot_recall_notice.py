import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)

TEMPLATES = {
    "notice": "lot_traceability_recall.mail_template_recall_notice",
    "reminder": "lot_traceability_recall.mail_template_recall_reminder",
}


class LotRecallNotice(models.Model):
    _name = "lot.recall.notice"
    _description = "Notice of a Recall to a Consignee"
    _order = "id desc"
    _rec_name = "consignee_id"

    consignee_id = fields.Many2one(
        "lot.recall.consignee", required=True, ondelete="cascade", index=True
    )
    recall_id = fields.Many2one(
        related="consignee_id.recall_id", store=True, index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("notice", "Notice"), ("reminder", "Reminder")],
        default="notice",
        required=True,
    )
    method = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter"), ("phone", "Phone or Visit")],
        default="email",
        required=True,
    )
    state = fields.Selection(
        [
            ("to_send", "To Send"),
            ("queued", "In the Outbox"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("bounced", "Bounced"),
            ("rehearsed", "Rehearsed"),
        ],
        "Status",
        default="to_send",
        required=True,
        index=True,
        help="Rehearsed: in a mock recall nothing leaves the house.",
    )
    date = fields.Datetime("Sent On", help="When it was handed over or posted.")
    email = fields.Char(help="The address it went to.")
    mail_id = fields.Many2one("mail.mail", index="btree_not_null", ondelete="set null")
    failure = fields.Text("Reason of the Failure")
    note = fields.Text(help="Who was told what, for a call or a visit.")

    # the database's word on it: nobody is told twice by two workers
    _one_pending = models.UniqueIndex(
        "(consignee_id) WHERE state IN ('to_send', 'queued')",
        "A notice for this consignee is on its way already.",
    )

    # -- creation -------------------------------------------------------
    @api.model
    def _create_for(self, consignees, kind="notice"):
        """Prepare a notice for each consignee; the scheduled action sends them."""
        # who is told anew shall not get the old mail as well, if someone retries it
        mails = consignees.notice_ids.mail_id
        mails.filtered(lambda mail: mail.state == "exception").cancel()
        # the index that allows one notice at a time looks at the database
        self.flush_model(["state"])
        recalls = consignees.recall_id
        rehearsed = recalls.filtered(lambda recall: recall._is_rehearsal())
        notices = self.create(
            [
                self._prepare_vals(consignee, kind, consignee.recall_id in rehearsed)
                for consignee in consignees
            ]
        )
        for notice in notices:
            notice.consignee_id.line_ids.notice_id = notice
        return notices

    def _prepare_vals(self, consignee, kind, is_rehearsal):
        return {
            "consignee_id": consignee.id,
            "kind": kind,
            "method": "email" if consignee.email else "letter",
            "email": consignee.email,
            "state": "rehearsed" if is_rehearsal else "to_send",
            "date": is_rehearsal and fields.Datetime.now(),
        }

    @api.model
    def _log_call(self, consignee, note, is_reached):
        """Keep a call or a visit; who was reached is told."""
        notice = self.create(
            {
                "consignee_id": consignee.id,
                "method": "phone",
                "state": "sent" if is_reached else "failed",
                "date": fields.Datetime.now(),
                "note": note,
            }
        )
        if is_reached:
            consignee.line_ids.notice_id = notice
            consignee._set_deadline()
        return notice

    # -- sending --------------------------------------------------------
    @api.model
    def _cron_send(self):
        """Hand the notices over to the outbox, a commit for each batch."""
        cron, size = self.env["ir.cron"], self._get_batch_size()
        cron._commit_progress(remaining=self.search_count(self._get_waiting_domain()))
        while notices := self._take(size):
            notices._send()
            left = self.search_count(self._get_waiting_domain())
            if not cron._commit_progress(len(notices), remaining=left):
                break

    def _get_waiting_domain(self):
        return [("state", "=", "to_send"), ("method", "=", "email")]

    def _get_batch_size(self):
        parameters = self.env["ir.config_parameter"].sudo()
        key = "lot_traceability_recall.notice_batch_size"
        return max(int(parameters.get_param(key, 50)), 1)

    def _take(self, size):
        """The next ones, that no other worker has in hand."""
        notices = self.search(self._get_waiting_domain(), order="id", limit=size)
        return notices.try_lock_for_update()

    def _send(self):
        """Send a batch; what fails says why and holds up nobody else."""
        try:
            with self.env.cr.savepoint():
                self._hand_over()
        # whatever a template does wrong
        except Exception as error:  # noqa: BLE001
            if len(self) > 1:
                for notice in self:
                    notice._send()
                return
            _logger.info("Notice %s of a recall failed: %s", self.id, error)
            self.write({"state": "failed", "failure": str(error)})

    def _hand_over(self):
        """Put the mails into the outbox; in one transaction with the status, so that
        an interrupted run neither loses nor doubles one."""
        for kind, notices in self.grouped("kind").items():
            template = self.env.ref(TEMPLATES[kind])
            mails = template.send_mail_batch(
                notices.consignee_id.ids, email_values={"auto_delete": False}
            )
            by_consignee = {mail.res_id: mail for mail in mails}
            for notice in notices:
                mail = by_consignee[notice.consignee_id.id]
                notice.write({"mail_id": mail.id, "state": "queued"})
        self.consignee_id._set_deadline()

    # -- what became of it ----------------------------------------------
    def _on_mail_state(self, state, failure=None):
        """Follow the outbox."""
        if state == "sent":
            now = fields.Datetime.now()
            self.write({"state": "sent", "date": now, "failure": False})
        elif state in ("exception", "cancel"):
            self.state = "failed"
            if failure:
                self.failure = failure

    def _on_bounce(self, email):
        """The mail came back: the consignee was not reached."""
        address = email_normalize(email)
        sent = self.filtered(lambda notice: notice.state in ("sent", "queued"))
        sent = sent.filtered(
            lambda notice: (
                not address or address in (email_normalize(notice.email), email)
            )
        )
        failure = self.env._("The mail server of %s refused it.", email)
        for notice in sent[:1]:
            notice.write({"state": "bounced", "failure": failure})
            notice.consignee_id._ask_coordinator(
                self.env._("The notice came back: find another way"), failure, "call"
            )

    def action_mark_posted(self):
        """Note that letters were posted.

        :raise UserError: if one is no letter that waits
        """
        wrong = self.filtered(
            lambda one: (one.method, one.state) != ("letter", "to_send")
        )
        if wrong:
            raise UserError(
                self.env._(
                    "%(consignee)s does not wait for a letter.",
                    consignee=wrong[0].consignee_id.display_name,
                )
            )
        self.check_access("read")
        self.recall_id.check_access("write")
        self.recall_id._check_role("notify")
        notices = self.sudo()
        notices.write({"state": "sent", "date": fields.Datetime.now()})
        notices.consignee_id._set_deadline()
