from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.scope_path import get_paths
from .lot_recall_state import ACTIVE_STATES

SHOWN_NAMES = 10


class LotRecallDifference(models.Model):
    """What happened to a frozen scope since: proposed, never done in silence."""

    _name = "lot.recall.difference"
    _inherit = ["lot.recall.part"]
    _description = "Change since the Scope Was Frozen"
    _order = "recall_id desc, id desc"
    _editable_fields = {"reason"}
    _rec_name = "lot_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("new", "New in the Trace"), ("moved", "Moved")], required=True
    )
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", required=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    text = fields.Char(
        "What Happened", help="The way by which it got in, or how it was moved."
    )
    move_line_id = fields.Many2one("stock.move.line", index="btree_not_null")
    state = fields.Selection(
        [("proposed", "Proposed"), ("accepted", "Accepted"), ("declined", "Declined")],
        default="proposed",
        required=True,
    )
    reason = fields.Char(help="Why it was declined.")

    def action_accept(self):
        """Extend the recalls by a new version of their scope, for approval.

        :raise AccessError: if the user's roles do not allow it
        """
        for recall, lines in self.grouped("recall_id").items():
            names = ", ".join(lines.lot_id[:SHOWN_NAMES].mapped("name"))
            recall._check_role("extend")
            lines.sudo().state = "accepted"
            if "new" in lines.mapped("kind"):
                recall._extend(self.env._("New in the trace: %(lots)s", lots=names))

    def action_decline(self):
        """Leave the scope as it is; a reason has to be there.

        :raise UserError: if no reason is given
        """
        self.recall_id._check_role("extend")
        for line in self:
            if not (line.reason or "").strip():
                raise UserError(
                    self.env._("Say why %(lot)s does not matter.", lot=line.lot_id.name)
                )
        self.sudo().state = "declined"


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.recall"]

    difference_ids = fields.One2many("lot.recall.difference", "recall_id", "Changes")
    difference_count = fields.Integer(
        "Changes to Decide", compute="_compute_difference_count"
    )

    @api.depends("difference_ids.state")
    def _compute_difference_count(self):
        for recall in self:
            recall.difference_count = len(
                recall.difference_ids.filtered(lambda line: line.state == "proposed")
            )

    def action_check_scope(self):
        """Compare the frozen scope with what is true now, and propose what differs."""
        for recall in self:
            if recall.scope_id.state == "frozen" and recall.state in ACTIVE_STATES:
                recall._check_scope()

    @api.model
    def _cron_check_scopes(self):
        """Check the scope of each active recall, a commit for each of them."""
        recalls = self.search([("state", "in", ACTIVE_STATES)], order="id")
        for done, recall in enumerate(recalls, start=1):
            if recall.scope_id.state == "frozen":
                recall._check_scope()
            if not self.env["ir.cron"]._commit_progress(
                1, remaining=len(recalls) - done
            ):
                break

    def _check_scope(self):
        values = self._get_new_lots() + self._get_late_moves()
        if not values:
            return
        lines = self.env["lot.recall.difference"].sudo().create(values)
        names = ", ".join(lines.lot_id[:SHOWN_NAMES].mapped("name"))
        body = self.env._("Changed since the scope was frozen: %(lots)s", lots=names)
        self.message_post(body=body)
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Decide what changed in the scope"),
            user_id=(self.user_id or self.env.user).id,
        )

    def _get_new_lots(self):
        """Lots that the trace leads to now, and nobody has decided about."""
        trace = self.seed_lot_ids.trace_downstream(["lots"])
        known = set(self.sudo().scope_id.line_ids.lot_id.ids)
        known |= set(
            self.difference_ids.filtered(lambda line: line.kind == "new").lot_id.ids
        )
        paths = get_paths(trace["lots"])
        return [
            {
                "recall_id": self.id,
                "kind": "new",
                "lot_id": row["id"],
                "text": paths[row["id"]],
            }
            for row in trace["lots"]
            if row["id"] not in known
        ]

    def _get_late_moves(self):
        """Moves of lots in scope since it was frozen, other than our own."""
        ours = self.scrap_ids.move_ids | self.picking_ids.move_ids
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", self._get_lots().ids),
                ("state", "=", "done"),
                ("date", ">", self.scope_id.frozen_date),
                ("id", "not in", self.difference_ids.move_line_id.ids),
                ("move_id", "not in", ours.ids),
            ]
        )
        return [
            {
                "recall_id": self.id,
                "kind": "moved",
                "lot_id": line.lot_id.id,
                "move_line_id": line.id,
                "text": self.env._(
                    "%(document)s: %(quantity)s %(uom)s from %(origin)s to %(dest)s",
                    document=line.reference or line.move_id.display_name,
                    quantity=f"{line.quantity_product_uom:.12g}",
                    uom=line.product_id.uom_id.name,
                    origin=line.location_id.display_name,
                    dest=line.location_dest_id.display_name,
                ),
            }
            for line in lines
        ]
