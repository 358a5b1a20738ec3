from odoo import api, fields, models


class LotRecallStep(models.Model):
    """When what was done, and by whom. Written by the buttons, never changed."""

    _name = "lot.recall.step"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Step of a Recall"
    _order = "date, id"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _rec_name = "step"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    step = fields.Selection(
        [
            ("assessment", "Assessment Begun"),
            ("traced", "Traced Forward"),
            ("traced_back", "Traced Back"),
            ("scoped", "Scope Found"),
            ("held", "Stock on Hold"),
            ("approved", "Approved"),
            ("notifying", "Notices Begun"),
            ("recovery", "Recovery Begun"),
            ("disposed", "Stock Dealt With"),
            ("reconciled", "Reconciled"),
            ("closed", "Closed and Signed"),
            ("cancelled", "Cancelled"),
            ("extended", "Extended"),
            ("reopened", "Reopened"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, readonly=True
    )
    minutes = fields.Float(
        "Minutes Since Start",
        compute="_compute_minutes",
        help="Since the assessment began.",
    )
    note = fields.Text(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        # one message for each step, as programs that follow a recall expect
        for step in steps:
            self.env["ir.actions.server"]._run_lot_event("recall_step", step)
        return steps

    @api.depends("date", "recall_id.date_opened")
    def _compute_minutes(self):
        for step in self:
            start = step.recall_id.date_opened
            seconds = (step.date - start).total_seconds() if start else 0
            # what was done in the same second as the start is not before it
            step.minutes = max(0, seconds) / 60
