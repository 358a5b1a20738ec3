from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public

from ..fefo import allocation

_lt = LazyTranslate(__name__)


class LotAllocation(models.TransientModel):
    """Shows which lots each open order would get if those who need fresh goods chose
    first, and reserves them like that."""

    _name = "lot.allocation"
    _description = "Allocation by Shelf Life"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("Open it from the transfers.")

    move_ids = fields.Many2many("stock.move", readonly=True)
    line_ids = fields.One2many("lot.allocation.line", "allocation_id", readonly=True)
    is_changed = fields.Boolean(
        readonly=True, help="Something would be reserved otherwise than now."
    )

    @api.model
    def _open(self, moves):
        """Preview the allocation of all moves that compete with these.

        :return: the action of the dialog
        :raise UserError: if there is nothing to allocate
        """
        moves = allocation.find_moves(moves)
        if not moves:
            raise UserError(
                self.env._(
                    "No goods with expiration dates wait to be reserved from stock."
                )
            )
        moves.check_access("write")
        now, plan = allocation.get_reserved(moves), allocation.preview(moves)
        rows = self._prepare_lines(moves, now, plan)
        wizard = guards.by_button(self).create(
            {
                "move_ids": [Command.set(moves.ids)],
                "line_ids": [Command.create(row) for row in rows],
                "is_changed": any(row["quantity"] != row["planned"] for row in rows),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Allocate by Shelf Life"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _prepare_lines(self, moves, now, plan):
        rows = []
        for move in moves:
            before = {lot.id: quantity for lot, quantity in now[move].items()}
            after = plan[move.id]
            for lot_id in dict.fromkeys([*after, *before]) or [False]:
                rows.append(
                    {
                        "move_id": move.id,
                        "lot_id": lot_id,
                        "first_day": allocation.get_first_day(move),
                        "wanted": move.product_qty,
                        "quantity": before.get(lot_id, 0),
                        "planned": after.get(lot_id, 0),
                    }
                )
        return rows

    @public.record()
    def action_apply(self):
        """Reserve as it was shown.

        :return: True
        :raise UserError: if the transfers or the stock have changed since
        """
        moves = self.move_ids
        moves.check_access("write")
        moves = moves.filtered(
            lambda move: (
                move.state in ("confirmed", "partially_available", "assigned")
                and not move.picked
            )
        )
        shown = {}
        for line in self.line_ids.filtered("planned"):
            shown.setdefault(line.move_id.id, {})[line.lot_id.id] = line.planned
        allocation.allocate(moves)
        given = {
            move.id: {lot.id: quantity for lot, quantity in rows.items()}
            for move, rows in allocation.get_reserved(moves).items()
            if rows
        }
        if given != shown:
            raise UserError(
                self.env._(
                    "Orders or stock have changed since this was shown. Open it again."
                )
            )
        return True
