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

    def _push_apply(self):
        # overridden as Odoo looks for the rule of each move, of thousands that a recall
        # scraps: mostly nothing goes on from where they go
        if not guards.handed(self.env, "recall_scraps") or self.move_dest_ids:
            return super()._push_apply()
        # sudo: Odoo asks for the rules of all companies, too
        rules = self.env["stock.rule"].sudo()
        pushing = [
            ("location_src_id", "parent_of", self.location_dest_id.ids),
            ("action", "in", ("push", "pull_push")),
        ]
        if rules.search_count(pushing, limit=1):
            return super()._push_apply()
        return self.browse()

    def _check_company(self, fnames=None):
        # overridden as what a recall scraps is of its scrap order, which was checked
        moves = self
        if guards.handed(self.env, "recall_scraps"):
            moves = self.browse()
        return super(StockMove, moves)._check_company(fnames)
