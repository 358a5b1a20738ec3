from odoo import api, models
from odoo.tools import split_every


class LotExpiryAlert(models.Model):
    _name = "lot.expiry.alert"
    _inherit = ["lot.expiry.alert"]

    @api.model
    def _cron_send_alerts(self, batch_size=100):
        """Send what is due, and commit after each batch.

        What is due is told by the records that exist, so a run that is cut short is
        taken up by the next one where the last commit left it.
        """
        # Nobody has the right to create alerts, whoever runs the scheduled action.
        sender = self.sudo()
        messages = sender.env["lot.alert.message"]
        return (
            sender._run_batches(sender._get_due_batches(batch_size))
            and sender._run_batches(
                (sender._send_escalations, ids)
                for ids in split_every(
                    max(batch_size, 1), sender._get_to_escalate().ids
                )
            )
            and messages._queue_pending()
            and messages._send_queued()
        )

    @api.model
    def _get_due_batches(self, batch_size):
        """``(method, ids of lots)`` of all rules."""
        for rule in self.env["lot.alert.rule"].search([("step_ids", "!=", False)]):
            lot_ids = [due.lot_id for due in rule._get_due()]
            for ids in split_every(max(batch_size, 1), lot_ids):
                yield rule._send_alerts, ids

    @api.model
    def _run_batches(self, batches):
        """Work on batches until time is up; true if all of them are done."""
        cron, batches = self.env["ir.cron"], list(batches)
        # One more: the messages come after all batches, if necessary in another run.
        cron._commit_progress(remaining=sum(len(ids) for _work, ids in batches) + 1)
        for work, ids in batches:
            work(ids)
            if not cron._commit_progress(len(ids)):
                return False
            # Others went on working in the meantime.
            self.env.invalidate_all()
        return True
