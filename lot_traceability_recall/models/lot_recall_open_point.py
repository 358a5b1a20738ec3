from odoo import fields, models

from ..case.closing import POINTS


class LotRecallOpenPoint(models.Model):
    """What was open when a recall was closed, and why it was closed all the same."""

    _name = "lot.recall.open.point"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Open Point at the End of a Recall"
    _order = "recall_id desc, id"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _rec_name = "point"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    point = fields.Selection(POINTS, required=True, readonly=True)
    text = fields.Text("What Is Open", required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
