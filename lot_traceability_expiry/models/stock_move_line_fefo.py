from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.calendar_days import local_date

OVERRIDE_GROUP = "lot_traceability_expiry.group_shelf_life_override"


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line"]

    fefo_reason = fields.Char(
        "Reason for FEFO Deviation",
        copy=False,
        help="Why this lot was taken although an earlier one was free.",
    )
    shelf_life_reason = fields.Char(
        "Reason for Short Shelf Life",
        copy=False,
        help="Why this lot goes although it has less shelf life than agreed.",
    )
    fefo_note = fields.Char(
        "FEFO",
        compute="_compute_fefo_note",
        help="Why this lot: nothing earlier is there, or why it is left.",
    )

    @api.depends("lot_id", "removal_date", "move_id", "state", "owner_id")
    @api.depends_context("lang", "uid")
    def _compute_fefo_note(self):
        fefo = self.env["lot.fefo"]
        self.fefo_note = False
        verdicts = fefo._judge(self.filtered(lambda line: line.state != "done"))
        for line, verdict in verdicts.items():
            line.fefo_note = fefo._describe(line, verdict)

    @api.onchange("lot_id", "quant_id")
    def _onchange_lot_warn_expiry(self):
        """Say at once what the validation would say."""
        problems = self.env["lot.pick.check"]._find(self, freed=self._origin)
        if problems:
            return {
                "warning": {
                    "title": self.env._("Another lot fits better"),
                    "message": "\n".join(problem.text for problem in problems),
                }
            }
        return None

    def write(self, vals):
        if "lot_id" in vals or "quant_id" in vals:
            # a reason is given for one lot
            vals = {"fefo_reason": False, "shelf_life_reason": False, **vals}
        if vals.get("shelf_life_reason") and not self._may_override_shelf_life():
            raise AccessError(self._get_override_refusal())
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("shelf_life_reason") for vals in vals_list) and (
            not self._may_override_shelf_life()
        ):
            raise AccessError(self._get_override_refusal())
        return super().create(vals_list)

    def _may_override_shelf_life(self):
        return self.env.su or self.env.user.has_group(OVERRIDE_GROUP)

    def _get_override_refusal(self):
        return self.env._(
            "You may not let lots with too short a shelf life pass. Somebody with the "
            "right “Override minimum shelf life” can."
        )

    # -- what is asked of a line -------------------------------------------
    def _is_fefo_judged(self):
        return bool(
            self.lot_id
            and self.removal_date
            and self.quantity > 0
            and self.move_id
            and self.move_id._is_fefo_judged()
            and not self._is_cleared_out()
        )

    def _is_cleared_out(self):
        """Whether goods past their removal date stay within the company."""
        stays = self.location_dest_id.usage in ("internal", "transit")
        return stays and self.lot_id._is_past_removal(self.move_id)

    def _get_missing_life(self):
        """``(rule, days)`` that the lot of a line lacks; ``(None, 0)`` if it fits."""
        rule = self.quantity > 0 and self.move_id._get_shelf_life_rule()
        if not rule:
            return None, 0
        move, tz = self.move_id, self.move_id._get_expiry_tz()
        day = local_date(move._get_booking_moment(), tz)
        lot = self.lot_id or self._get_new_lot()
        return rule, lot._get_missing_life(rule, day, tz)

    def _get_new_lot(self):
        """What the lot will be that a receipt creates."""
        return self.env["stock.lot"].new(
            {"product_id": self.product_id.id, "expiration_date": self.expiration_date}
        )
