from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_recall_state import ACTIVE_STATES

NOTICE_FIELDS = {"notice_reason", "notice_instructions", "notice_contact"}
CLASS_DAYS = {"2": "recall_days_2", "II": "recall_days_2"}
CLASS_DAYS |= {"3": "recall_days_3", "III": "recall_days_3"}


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.recall"]

    notice_reason = fields.Text(
        "Reason and Hazard",
        tracking=True,
        translate=True,
        help="As the consignees are told. Short and plain; nothing that makes it sound "
        "smaller, and no promotion. Empty: the reason of the recall.",
    )
    notice_instructions = fields.Text(
        "What to Do",
        tracking=True,
        translate=True,
        help="What consignees shall do with the goods. Empty: stop using and selling "
        "them, set them aside, tell your own customers, and answer.",
    )
    notice_contact = fields.Char(
        "Contact for Questions",
        help="Name and phone number in the notice. Empty: those of the coordinator.",
    )
    untold_count = fields.Integer("To Be Told", compute="_compute_notice_counts")
    letter_count = fields.Integer("Letters to Print", compute="_compute_notice_counts")

    @api.depends("consignee_ids.state")
    def _compute_notice_counts(self):
        untold = self.env["lot.recall.consignee.line"]._read_group(
            self._get_untold_domain(), ["recall_id"], ["consignee_id:count_distinct"]
        )
        letters = self.env["lot.recall.notice"]._read_group(
            self._get_letter_domain(), ["recall_id"], ["__count"]
        )
        untold, letters = dict(untold), dict(letters)
        for recall in self:
            recall.untold_count = untold.get(recall._origin, 0)
            recall.letter_count = letters.get(recall._origin, 0)

    def _get_untold_domain(self):
        """Lots at consignees, or more of one, of which no notice tells them yet."""
        pending = [("state", "in", ("to_send", "queued"))]
        return [
            ("recall_id", "in", self.ids),
            ("shipped", ">", 0),
            ("partner_id", "!=", False),
            ("consignee_id", "any", [("notice_ids", "not any", pending)]),
            *("|", ("notice_id", "=", False)),
            ("notice_id.state", "in", ("failed", "bounced")),
        ]

    def _get_letter_domain(self):
        return [
            ("recall_id", "in", self.ids),
            ("method", "=", "letter"),
            ("state", "=", "to_send"),
        ]

    def write(self, vals):
        if NOTICE_FIELDS.intersection(vals):
            self._check_not_over()
        return super().write(vals)

    # -- words of the notice --------------------------------------------
    def _get_notice_title(self):
        """What stands on top of a notice, marked as its class demands."""
        if self._is_urgent():
            title = self.env._("URGENT: PRODUCT RECALL")
        else:
            title = self.env._("PRODUCT RECALL")
        if self._is_rehearsal():
            return self.env._("EXERCISE, NO REAL RECALL - %(title)s", title=title)
        return title

    def _get_notice_reason(self):
        return self.notice_reason or self.reason

    def _get_notice_instructions(self):
        return self.notice_instructions or self.env._(
            "Stop using, selling and passing on these goods at once. Set aside what "
            "you have of them and mark it. Tell everybody to whom you passed some on. "
            "Then answer, also if you have nothing left."
        )

    def _get_notice_contact(self):
        user = self.user_id.sudo()
        company = self.company_id.sudo()
        parts = (user.name, user.phone or company.phone, user.email or company.email)
        return self.notice_contact or ", ".join(part for part in parts if part)

    def _get_answer_days(self):
        return self.company_id.sudo()[
            CLASS_DAYS.get(self.recall_class, "recall_days_1")
        ]

    # -- notices --------------------------------------------------------
    def _get_consignees_to_notify(self):
        """Those with a lot, or more of one, of which no notice has told them yet."""
        lines = self.env["lot.recall.consignee.line"].search(self._get_untold_domain())
        return lines.consignee_id

    def action_open_notices(self):
        """Look at the notices before they are sent.

        :raise UserError: if there is nobody to notify
        """
        self.ensure_one()
        self._check_may_notify()
        if not self._get_consignees_to_notify():
            raise UserError(
                self.env._(
                    "%(recall)s has nobody to notify: refresh its consignees, or see "
                    "which notices are under way.",
                    recall=self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Notices"),
            "res_model": "lot.recall.notice.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_recall_id": self.id},
        }

    def _check_may_notify(self):
        """Nobody is told before the scope is approved."""
        self._check_not_over()
        self._check_role("notify")
        self._check_state(*ACTIVE_STATES)

    def _send_notices(self, consignees):
        """Prepare the notices; the scheduled action sends them from now on.

        :return: the notices
        """
        self.check_access("write")
        self._check_may_notify()
        # nobody has the right to write notices by hand
        notices = self.env["lot.recall.notice"].sudo()._create_for(consignees.sudo())
        self.env.ref("lot_traceability_recall.ir_cron_send_notices").sudo()._trigger()
        self._on_notices_sent()
        return notices

    def _on_notices_sent(self):
        """With the first notices the recall is in the hands of its customers."""
        self.filtered(lambda recall: recall.state == "approved").action_notify()

    def action_print_letters(self):
        """Print the letters that wait.

        :raise UserError: if none does
        """
        letters = self.env["lot.recall.notice"].search(self._get_letter_domain())
        if not letters:
            raise UserError(self.env._("There is no letter to print."))
        report = self.env.ref("lot_traceability_recall.action_report_recall_notice")
        return report.report_action(letters.consignee_id)

    # -- buttons --------------------------------------------------------
    @api.readonly
    def action_view_consignees(self):
        """Open the consignees of this recall."""
        return self._open_of_recall("action_lot_recall_consignee")

    @api.readonly
    def action_view_consignee_lines(self):
        """Open what each consignee has of each lot."""
        return self._open_of_recall("action_lot_recall_consignee_line")

    @api.readonly
    def action_view_notices(self):
        """Open the notices of this recall."""
        return self._open_of_recall("action_lot_recall_notice")

    @api.readonly
    def action_view_checks(self):
        """Open the effectiveness checks of this recall."""
        return self._open_of_recall("action_lot_recall_check")

    def _open_of_recall(self, name):
        action = self.env["ir.actions.actions"]._for_xml_id(
            f"lot_traceability_recall.{name}"
        )
        context = {"of_recall": True}
        return dict(action, domain=[("recall_id", "in", self.ids)], context=context)
