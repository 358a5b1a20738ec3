from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public

from ..case import approval, record, roles

_lt = LazyTranslate(__name__)

SHOWN_NAMES = 10


class LotRecallDifference(models.Model):
    """What happened to a frozen scope since: proposed, never done in silence."""

    _name = "lot.recall.difference"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Change since the Scope Was Frozen"
    _order = "recall_id desc, id desc"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _guard_way = _lt("Accept or decline the change.")
    _rec_name = "lot_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("new", "New in the Trace"), ("moved", "Moved")], required=True, readonly=True
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        ondelete="restrict",
        readonly=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    text = fields.Char(
        "What Happened",
        help="The way by which it got in, or how it was moved.",
        readonly=True,
    )
    move_line_id = fields.Many2one(
        "stock.move.line", index="btree_not_null", readonly=True
    )
    state = fields.Selection(
        [("proposed", "Proposed"), ("accepted", "Accepted"), ("declined", "Declined")],
        default="proposed",
        required=True,
        readonly=True,
    )
    reason = fields.Char(help="Why it was declined.")

    @public.records()
    def action_accept(self):
        """Extend the recalls by a new version of their scope, for approval.

        :raise AccessError: if the user's roles do not allow it
        """
        self._check_may_decide()
        for recall, lines in self.grouped("recall_id").items():
            names = ", ".join(lines.lot_id[:SHOWN_NAMES].mapped("name"))
            # sudo: nobody has the right to write changes by hand
            lines.sudo().state = "accepted"
            if "new" in lines.mapped("kind"):
                reason = self.env._("New in the trace: %(lots)s", lots=names)
                approval.extend(recall, reason)

    @public.records()
    def action_decline(self):
        """Leave the scope as it is; a reason has to be there.

        :raise UserError: if no reason is given
        """
        self._check_may_decide()
        for line in self:
            if not (line.reason or "").strip():
                raise UserError(
                    self.env._("Say why %(lot)s does not matter.", lot=line.lot_id.name)
                )
        # sudo: nobody has the right to write changes by hand
        self.sudo().state = "declined"

    def _check_may_decide(self):
        self.check_access("write")
        roles.check(self.recall_id, "extend")
        decided = self.filtered(lambda line: line.state != "proposed")
        if decided:
            raise UserError(
                self.env._(
                    "%(lot)s: that is decided already. Extend the recall if it was "
                    "wrong.",
                    lot=decided[0].lot_id.name,
                )
            )

    def write(self, vals):
        if not guards.is_system(self.env):
            roles.check(self.recall_id, "extend")
        before = record.read(self, vals, ("state",))
        result = super().write(vals)
        record.note_changes(self, "decision", before, reason=lambda one: one.reason)
        return result
