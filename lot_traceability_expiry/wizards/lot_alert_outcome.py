from odoo import fields, models

from odoo.addons.lot_traceability.tools import public

from ..models.lot_expiry_alert import OUTCOMES


class LotAlertOutcome(models.TransientModel):
    _name = "lot.alert.outcome"
    _inherit = ["lot.dialog"]
    _description = "Outcome of Expiry Alerts"

    alert_ids = fields.Many2many("lot.expiry.alert", required=True)
    outcome = fields.Selection(OUTCOMES, required=True)
    note = fields.Text(help="What was done, for whom and how much.")

    @public.record()
    def action_record(self):
        """Record the outcome and finish the to-dos of these lots.

        :return: the action that closes the dialog
        """
        self.ensure_one()
        self.alert_ids._record_outcome(self.outcome, self.note)
        return {"type": "ir.actions.act_window_close"}
