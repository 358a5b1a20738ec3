from odoo import models

from ..case import returns


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        # overridden so that what customers send back of a recalled lot is held at once
        returns.send_to_quarantine(self.move_line_ids)
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        returns.book(moves.move_line_ids)
        return moves
