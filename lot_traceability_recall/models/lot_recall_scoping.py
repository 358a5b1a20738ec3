from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.scope_path import get_paths


class LotRecall(models.Model):
    """From the suspect lots to the scope: everything comes from the one trace."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    seed_ids = fields.One2many("lot.recall.seed", "recall_id", "How They Were Found")
    seed_lot_ids = fields.Many2many(
        "stock.lot",
        string="Suspect Lots",
        compute="_compute_seed_lot_ids",
        inverse="_inverse_seed_lot_ids",
        search="_search_seed_lot_ids",
        check_company=True,
        help="The lots that the recall starts from. What they went into is found by "
        "itself when the recall is scoped.",
    )
    scope_ids = fields.One2many("lot.recall.scope", "recall_id", "Versions of Scope")
    scope_id = fields.Many2one(
        "lot.recall.scope", "Scope Version", readonly=True, copy=False
    )
    line_ids = fields.One2many(
        related="scope_id.line_ids",
        string="Scope",
        readonly=False,
        help="The lots that the latest version of the scope is about.",
    )
    scope_state = fields.Selection(related="scope_id.state")
    line_count = fields.Integer("Lots in Scope", compute="_compute_line_count")

    @api.depends("seed_ids.lot_id")
    def _compute_seed_lot_ids(self):
        for recall in self:
            recall.seed_lot_ids = recall.seed_ids.lot_id

    def _inverse_seed_lot_ids(self):
        for recall in self:
            gone = recall.seed_ids.filtered(
                lambda seed, kept=recall.seed_lot_ids: seed.lot_id not in kept
            )
            added = recall.seed_lot_ids - recall.seed_ids.lot_id
            recall.seed_ids = [Command.delete(seed.id) for seed in gone] + [
                Command.create({"lot_id": lot.id, "origin": self.env._("Picked")})
                for lot in added
            ]

    def _search_seed_lot_ids(self, operator, value):
        return [("seed_ids.lot_id", operator, value)]

    def copy_data(self, default=None):
        """A copy starts from the same suspect lots."""
        return [
            dict(vals, seed_lot_ids=[Command.set(recall.seed_lot_ids.ids)])
            for recall, vals in zip(
                self, super().copy_data(default=default), strict=True
            )
        ]

    @api.depends("scope_id.line_ids.included")
    def _compute_line_count(self):
        counts = dict(
            self.env["lot.recall.line"]._read_group(
                [("scope_id", "in", self.scope_id.ids), ("included", "=", True)],
                ["recall_id"],
                ["__count"],
            )
        )
        for recall in self:
            recall.line_count = counts.get(recall._origin, 0)

    def _add_seeds(self, lots, origin):
        """Add suspect lots, and say how they were found."""
        self.ensure_one()
        self.check_access("write")
        self.env["lot.recall.seed"].create(
            [
                {"recall_id": self.id, "lot_id": lot.id, "origin": origin}
                for lot in lots - self.seed_ids.lot_id
            ]
        )

    def _find_scope(self):
        """Trace the suspect lots down: a new version of the scope, still a draft."""
        if not self.seed_lot_ids:
            raise UserError(
                self.env._(
                    "Add the suspect lots of %(recall)s first.", recall=self.name
                )
            )
        trace = self.seed_lot_ids.trace_downstream(["lots"])
        scope = self._get_draft_scope()
        lines = self._prepare_lines(scope, trace)
        scope.line_ids.unlink()
        # nobody has the right to write the scope by hand
        self.env["lot.recall.line"].sudo().create(lines)
        scope.outside_scope = trace["outside_scope"]["message"]
        self._write_by_button({"scope_id": scope.id})
        self._stamp("traced")

    def _get_draft_scope(self):
        """The version that is not frozen yet, or a further one."""
        if self.scope_id.state == "draft":
            return self.scope_id.sudo()
        versions = self.sudo().scope_ids.mapped("version")
        return (
            self.env["lot.recall.scope"]
            .sudo()
            .create({"recall_id": self.id, "version": max(versions, default=0) + 1})
        )

    def _prepare_lines(self, scope, trace):
        paths = get_paths(trace["lots"])
        left_out = {
            line.lot_id.id: line.decision_reason
            for line in self.sudo().scope_id.line_ids
            if not line.included
        }
        return [
            {
                "scope_id": scope.id,
                "lot_id": row["id"],
                "level": row["level"],
                "certainty": row["certainty"],
                "via_lot_id": row["via_lot_id"],
                "path": paths[row["id"]],
                # what was decided once stays decided
                "included": row["id"] not in left_out,
                "decision_reason": left_out.get(row["id"]),
            }
            for row in trace["lots"]
        ]

    def _get_lots(self):
        """The lots that the recall is about."""
        return self.line_ids.filtered("included").lot_id

    def _leave_force(self):
        """Its lots are free for another recall."""
        self.env["lot.recall.line"].sudo().search(
            [("recall_id", "in", self.ids), ("in_force", "=", True)]
        ).in_force = False

    # -- buttons --------------------------------------------------------
    @api.readonly
    def action_view_lines(self):
        """Open the lots in scope."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scope"),
            "res_model": "lot.recall.line",
            "view_mode": "list",
            "domain": [("scope_id", "in", self.scope_id.ids)],
            "context": {"of_recall": True},
        }

    @api.readonly
    def action_view_trace(self):
        """Open the trace of the suspect lots."""
        return self.seed_lot_ids.with_context(trace_tab="customers").action_open_trace()
