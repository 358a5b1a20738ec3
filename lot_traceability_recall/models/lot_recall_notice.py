from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools import public

from ..case import record, roles
from ..consignees import notices


class LotRecallNotice(models.Model):
    """A notice, reminder, letter or call, and what became of it."""

    _name = "lot.recall.notice"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Notice of a Recall to a Consignee"
    _order = "id desc"
    _rec_name = "consignee_id"
    _guard_parents = ("consignee_id", "recall_id")

    consignee_id = fields.Many2one(
        "lot.recall.consignee",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    recall_id = fields.Many2one(
        related="consignee_id.recall_id", store=True, index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("notice", "Notice"), ("reminder", "Reminder")],
        default="notice",
        required=True,
        readonly=True,
    )
    method = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter"), ("phone", "Phone or Visit")],
        default="email",
        required=True,
        readonly=True,
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
        readonly=True,
    )
    date = fields.Datetime(
        "Sent On", help="When it was handed over or posted.", readonly=True
    )
    email = fields.Char(help="The address it went to.", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", index="btree_not_null", ondelete="set null", readonly=True
    )
    letter_id = fields.Many2one(
        "ir.attachment",
        "Letter as Printed",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="lot_traceability_recall.group_recall_manager",
        help="The file that was printed: it has the link to the reply page in it.",
    )
    failure = fields.Text("Reason of the Failure", readonly=True)
    is_revoked = fields.Boolean(
        "Link Withdrawn",
        readonly=True,
        copy=False,
        help="The link of this notice opens the reply page no more.",
    )
    note = fields.Text(help="Who was told what, for a call or a visit.", readonly=True)

    # the database's word on it: nobody is told twice by two workers
    _one_pending = models.UniqueIndex(
        "(consignee_id) WHERE state IN ('to_send', 'queued')",
        "A notice for this consignee is on its way already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        notices_made = super().create(vals_list)
        notices_made._note_state()
        return notices_made

    def write(self, vals):
        before = record.read(self, vals, ("state",))
        result = super().write(vals)
        olds = before.get("state", {})
        changed = self.filtered(
            lambda one: one.id in olds and record.get_text(one, "state") != olds[one.id]
        )
        changed._note_state(olds)
        return result

    def _note_state(self, olds=None):
        log.note(
            self,
            "notice",
            old=olds,
            new=lambda one: ", ".join(
                filter(
                    None,
                    (
                        *(record.get_text(one, "kind"), record.get_text(one, "method")),
                        *(record.get_text(one, "state"), one.email),
                    ),
                )
            ),
            reason=lambda one: one.failure or one.note,
        )

    # -- creation ---------------------------------------------------------
    @api.model
    def _create_for(self, consignees, kind="notice"):
        """Prepare a notice for each consignee; the scheduled action sends them."""
        return notices.create(consignees.with_env(self.env), kind)

    @api.model
    def _log_call(self, consignee, note, is_reached):
        """Keep a call or a visit; who was reached is told."""
        return notices.log_call(consignee, note, is_reached)

    @api.model
    def _cron_send(self):
        """Hand the notices over to the outbox, a commit for each batch."""
        notices.send_waiting(self.env)

    @public.records()
    def action_revoke_link(self):
        """Withdraw the links of these notices, as when one fell into wrong hands; those
        of other notices go on.

        :raise AccessError: for who may not notify
        """
        self.recall_id.check_access("write")
        roles.check(self.recall_id, "notify")
        # sudo: nobody has the right to write notices by hand
        self.sudo().write({"is_revoked": True})
        for notice in self:
            notice.consignee_id._message_log(
                body=self.env._("The link of a notice was withdrawn.")
            )

    # -- what became of it --------------------------------------------------
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

    @public.records()
    def action_mark_posted(self):
        """Note that letters were posted.

        :raise UserError: if one is no letter that waits
        """
        notices.mark_posted(self)
