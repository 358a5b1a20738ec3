from odoo import api, fields, models


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    lot_event = fields.Selection(
        selection_add=[("recall_step", "A Recall Takes a Step")],
        ondelete={"recall_step": "set null"},
    )

    @api.model
    def _get_lot_event_models(self):
        known = super()._get_lot_event_models()
        return {**known, "recall_step": "lot.recall.step"}
