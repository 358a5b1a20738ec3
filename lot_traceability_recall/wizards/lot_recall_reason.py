from odoo import fields, models

ACTIONS = ("cancel", "extend", "reopen")


class LotRecallReason(models.TransientModel):
    """Asks why, before what cannot be done without a reason."""

    _name = "lot.recall.reason"
    _description = "Reason of a Step of a Recall"

    recall_id = fields.Many2one("lot.recall", required=True, ondelete="cascade")
    action = fields.Selection(
        [("cancel", "Cancel"), ("extend", "Extend"), ("reopen", "Reopen")],
        required=True,
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Do it, with the reason given.

        :raise UserError: if the recall is not in a state for it
        """
        self.ensure_one()
        do = {
            "cancel": self.recall_id._cancel,
            "extend": self.recall_id._extend,
            "reopen": self.recall_id._reopen,
        }
        do[self.action](self.reason)


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.recall"]

    def action_cancel(self):
        """Ask why, and cancel."""
        return self._ask_reason("cancel", self.env._("Cancel the Recall"))

    def action_extend(self):
        """Ask why, and find the scope anew as a further version."""
        return self._ask_reason("extend", self.env._("Extend the Recall"))

    def action_reopen(self):
        """Ask why, and take up a closed recall again."""
        return self._ask_reason("reopen", self.env._("Reopen the Recall"))

    def _ask_reason(self, action, title):
        self.ensure_one()
        self._check_role(action)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "lot.recall.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"default_recall_id": self.id, "default_action": action},
        }
