from odoo import fields, models
from odoo.exceptions import UserError


class LotRecallScope(models.Model):
    """One version of the scope. A frozen one is never changed."""

    _name = "lot.recall.scope"
    _inherit = ["lot.recall.part"]
    _description = "Scope of a Recall"
    _order = "recall_id desc, version desc"
    _rec_name = "version"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    version = fields.Integer(required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen")], default="draft", required=True
    )
    frozen_date = fields.Datetime()
    frozen_by_id = fields.Many2one("res.users")
    line_ids = fields.One2many("lot.recall.line", "scope_id", "Lots")
    outside_scope = fields.Char(
        "Beyond", help="Where the trace goes on and the user may not read."
    )

    _version_uniq = models.Constraint(
        "UNIQUE (recall_id, version)", "A version of a scope exists once."
    )

    def _compute_display_name(self):
        for scope in self:
            scope.display_name = self.env._(
                "%(recall)s, version %(version)s",
                recall=scope.recall_id.name,
                version=scope.version,
            )

    def _freeze(self):
        """From now on this version stands, and the lots in it belong to the recall.

        :raise UserError: if no lot is in scope, or one is in another active recall
        """
        self.ensure_one()
        lines = self.sudo().line_ids.filtered("included")
        if not lines:
            raise UserError(
                self.env._("No lot is in scope of %(name)s.", name=self.recall_id.name)
            )
        self.recall_id._leave_force()
        if not self.recall_id.is_mock:
            lines._check_elsewhere()
            lines.in_force = True
        self.sudo().write(
            {
                "state": "frozen",
                "frozen_date": fields.Datetime.now(),
                "frozen_by_id": self.env.uid,
            }
        )
