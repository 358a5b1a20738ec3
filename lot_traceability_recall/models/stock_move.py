from odoo import models

from odoo.addons.lot_traceability import guards

from ..case import returns


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        # overridden so that what customers send back of a recalled lot is held at once
        returns.send_to_quarantine(self.move_line_ids)
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        returns.book(moves.move_line_ids)
        return moves

    def _should_bypass_reservation(self, forced_location=False):
        # overridden as what a recall scraps is locked and freed before: it need not be
        # reserved in the same moment in which it is taken
        if guards.handed(self.env, "recall_scraps"):
            return True
        return super()._should_bypass_reservation(forced_location=forced_location)
