from odoo import api, fields, models

from ..case import states


class LotRecallScope(models.Model):
    """One version of the scope. A frozen one is never changed."""

    _name = "lot.recall.scope"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Scope of a Recall"
    _order = "recall_id desc, version desc"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _rec_name = "version"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen")],
        default="draft",
        required=True,
        readonly=True,
    )
    frozen_date = fields.Datetime(readonly=True)
    frozen_by_id = fields.Many2one("res.users", readonly=True)
    line_ids = fields.One2many("lot.recall.line", "scope_id", "Lots")
    outside_scope = fields.Char(
        "Beyond",
        help="Where the trace goes on and the user may not read.",
        readonly=True,
    )

    _version_uniq = models.Constraint(
        "UNIQUE (recall_id, version)", "A version of a scope exists once."
    )

    @api.depends("recall_id.name", "version")
    def _compute_display_name(self):
        for scope in self:
            scope.display_name = self.env._(
                "%(recall)s, version %(version)s",
                recall=scope.recall_id.name,
                version=scope.version,
            )

    def _guard_locked(self):
        # asked by the lots in it
        return self.filtered(lambda scope: states.find_over(scope.recall_id))

    def _guard_locked_message(self, locked):
        return states.tell_over(locked.recall_id)
