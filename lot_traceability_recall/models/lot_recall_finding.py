from odoo import api, fields, models

from ..case import roles


class LotRecallFinding(models.Model):
    """What an exercise, or a real recall, showed that has to become better."""

    _name = "lot.recall.finding"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Finding of a Recall"
    _order = "recall_id desc, id"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    name = fields.Char("Finding", required=True)
    measure = fields.Char(help="What is done about it.")
    user_id = fields.Many2one(
        "res.users", "Responsible", domain="[('share', '=', False)]"
    )
    date_deadline = fields.Date("Until")
    date_done = fields.Date("Done On")

    @api.constrains("user_id")
    def _check_in_charge(self):
        roles.check_in_charge(self)
