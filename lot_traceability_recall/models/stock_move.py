from odoo import models

from .lot_recall_state import ACTIVE_STATES


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move"]

    def _action_done(self, cancel_backorder=False):
        # overridden so that what customers send back of a recalled lot is held at once
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        back = moves.move_line_ids.filtered(
            lambda line: (
                line.lot_id
                and line.location_id.usage == "customer"
                and line.location_dest_id.usage in ("internal", "transit")
            )
        )
        if back:
            back._book_recall_returns()
        return moves

    def _prepare_recall_return_vals(self):
        """What makes a move the return of this receipt."""
        values = {"origin_returned_move_id": self.id}
        if "to_refund" in self._fields:
            values["to_refund"] = True
        if "purchase_line_id" in self._fields:
            values["purchase_line_id"] = self.purchase_line_id.id
        return values


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line"]

    def _book_recall_returns(self):
        """Book returned goods on the recalls that they belong to, and hold them."""
        lines = self.env["lot.recall.line"].sudo()
        found = lines.search(
            [
                ("lot_id", "in", self.lot_id.ids),
                ("in_force", "=", True),
                ("recall_id.state", "in", ACTIVE_STATES),
            ]
        )
        for recall, scoped in found.grouped("recall_id").items():
            back = self.filtered(
                lambda line, lots=scoped.lot_id: line.lot_id.id in lots.ids
            )
            recall._book_returns(back)
