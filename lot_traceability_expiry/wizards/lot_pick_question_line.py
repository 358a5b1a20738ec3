from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class LotPickQuestionLine(models.TransientModel):
    _name = "lot.pick.question.line"
    _description = "Lot picked against its date"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("The question is asked when the transfer is validated.")
    _guard_parents = ("question_id",)

    question_id = fields.Many2one(
        "lot.pick.question", required=True, ondelete="cascade"
    )
    move_line_id = fields.Many2one(
        "stock.move.line", required=True, readonly=True, ondelete="cascade"
    )
    picking_id = fields.Many2one(related="move_line_id.picking_id")
    product_id = fields.Many2one(related="move_line_id.product_id")
    lot_id = fields.Many2one(related="move_line_id.lot_id")
    expiration_date = fields.Datetime(related="move_line_id.expiration_date")
    kind = fields.Selection(
        [("fefo", "FEFO"), ("shelf_life", "Shelf Life")], "About", readonly=True
    )
    text = fields.Text("What Is Wrong", readonly=True)
    is_reason_needed = fields.Boolean(readonly=True)
    reason = fields.Char(help="It is kept with the line and in the report.")
    is_confirmed = fields.Boolean(
        readonly=True, help="The user has read it and goes on: it is not asked again."
    )

    @api.model
    def _prepare_vals(self, problem):
        return {
            "move_line_id": problem.line.id,
            "kind": problem.kind,
            "text": problem.text,
            "is_reason_needed": problem.level == "reason",
        }

    def _lacks_reason(self):
        return self.is_reason_needed and not (self.reason or "").strip()

    def _get_lack(self):
        return self.env._(
            "%(number)s of %(product)s: write a reason.",
            number=self.lot_id.name or self.move_line_id.lot_name,
            product=self.product_id.display_name,
        )
