from odoo import fields, models
from odoo.exceptions import AccessError

SHOWN_NAMES = 10


class LotRecallConsigneeLine(models.Model):
    """What nobody accounts for at a consignee needs a reason before the end."""

    _name = "lot.recall.consignee.line"
    _inherit = ["lot.recall.consignee.line"]

    reason = fields.Char(
        "Reason for the Gap", help="Why the rest cannot be accounted for any more."
    )

    def write(self, vals):
        if not self.env.su:
            if set(vals) != {"reason"}:
                raise AccessError(
                    self.env._("Replies and the stock ledger change these lines only.")
                )
            self.recall_id._check_role("reconcile")
            self.recall_id._check_not_over()
        return super().write(vals)

    def _has_open_gap(self):
        tolerance = self.product_id.categ_id.lot_recall_tolerance
        allowed = self.shipped * tolerance / 100
        gap = abs(self.unaccounted)
        return not self.reason and self.product_uom_id.compare(gap, allowed) > 0


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.recall"]

    def _get_unsettled(self):
        """Nobody answers to an exercise, or where no goods are called back."""
        problems = super()._get_unsettled()
        if self._is_rehearsal() or self.depth == "internal" or self.kind == "hold":
            return problems
        lines = self.consignee_line_ids.filtered(lambda line: line._has_open_gap())
        if lines:
            names = [
                f"{line.consignee_id.display_name} ({line.display_name})"
                for line in lines[:SHOWN_NAMES]
            ]
            problems.append(
                self.env._(
                    "Not accounted for at consignees; get an answer, or give a reason "
                    "under Lots at Consignees: %(consignees)s",
                    consignees=", ".join(names),
                )
            )
        return problems
