from odoo import fields, models

from ..case.closing import POINTS


class LotRecallReasonLine(models.TransientModel):
    """What is open when a recall is closed, and why it is closed anyway."""

    _name = "lot.recall.reason.line"
    _inherit = ["lot.dialog"]
    _description = "Open Point of a Recall That Is Closed"

    wizard_id = fields.Many2one("lot.recall.reason", required=True, ondelete="cascade")
    point = fields.Selection(POINTS, required=True, readonly=True)
    text = fields.Text("What Is Open", readonly=True)
    reason = fields.Text()
