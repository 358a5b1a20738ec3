from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

OVER = ("closed", "cancelled")


class LotRecallConsignee(models.Model):
    """Deadlines, reminders and, at last, a person who calls."""

    _name = "lot.recall.consignee"
    _inherit = ["lot.recall.consignee"]

    def _get_notice_deadline(self):
        """By when an answer is due, as the notice says."""
        today = fields.Date.context_today(self)
        recall = self.recall_id
        default = today + timedelta(days=recall._get_answer_days())
        return self.deadline or recall.date_answer_deadline or default

    def _set_deadline(self):
        for consignee in self:
            consignee.deadline = consignee._get_notice_deadline()

    def _get_told_lines(self):
        """The lots that a notice names."""
        return self.line_ids.filtered("shipped")

    @api.model
    def _cron_follow_up(self, batch_size=200):
        """Remind those who are late, batch by batch; escalate what stays unanswered."""
        cron, late = self.env["ir.cron"], self._get_late()
        cron._commit_progress(remaining=len(late))
        for ids in split_every(batch_size, late.ids):
            # some have answered since the search
            (self._get_late() & self.browse(ids))._follow_up()
            if not cron._commit_progress(len(ids)):
                break
        self.env.ref("lot_traceability_recall.ir_cron_send_notices")._trigger()

    def _get_late(self):
        today = fields.Date.context_today(self)
        late = self.search(
            [
                ("state", "=", "notified"),
                ("deadline", "<", today),
                ("is_escalated", "=", False),
                ("recall_id.state", "not in", OVER),
            ]
        )
        return late.filtered(lambda one: one._is_reminder_due(today))

    def _is_reminder_due(self, today):
        is_pending = {"to_send", "queued"} & set(self.notice_ids.mapped("state"))
        if is_pending or self.recall_id._is_rehearsal():
            return False
        pause = self.reminder_count * self.company_id.recall_reminder_days
        return today > self.deadline + timedelta(days=pause)

    def _follow_up(self):
        to_remind = self.filtered(
            lambda one: (
                one.email and one.reminder_count < one.company_id.recall_reminder_max
            )
        )
        for consignee in to_remind:
            consignee.reminder_count += 1
        self.env["lot.recall.notice"]._create_for(to_remind, "reminder")
        (self - to_remind)._escalate()

    def _escalate(self):
        """No mail helps here: the coordinator has to call."""
        self.write({"is_escalated": True})
        for consignee in self:
            consignee._ask_coordinator(
                self.env._(
                    "No answer to %(recall)s: call %(consignee)s",
                    recall=consignee.recall_id.name,
                    consignee=consignee.display_name,
                ),
                consignee.phone or "",
                "call",
            )
