from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

ANSWERS = [
    ("booked", "Booked"),
    ("look", "Booked, look here"),
    ("refused", "Not booked"),
]
# how many of a transfer the screen shows
SHOWN = 100


class LotScanEntry(models.Model):
    """One scan on a transfer, and what was answered; it can be taken back."""

    _name = "lot.scan.entry"
    _inherit = ["lot.guarded"]
    _description = "Scan on a Transfer"
    _order = "id desc"
    _rec_name = "text"

    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="picking_id.company_id", store=True, index=True
    )
    text = fields.Char("Scanned", readonly=True, help="The code as it was read.")
    answer = fields.Selection(ANSWERS, required=True, readonly=True)
    message = fields.Text(readonly=True)
    number = fields.Char("Lot/Serial Number", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    move_line_id = fields.Many2one(
        "stock.move.line",
        "Line",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    change = fields.Json(
        readonly=True, help="What was changed on the lines, to take it back."
    )
    is_undone = fields.Boolean("Taken Back", readonly=True)

    _guard_way = _lt("Scan on the transfer, or take a scan back there.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._("What was scanned stays as it was written.")

    @api.model
    def _note(self, picking, text, answer, change):
        """Keep a scan.

        :param answer: ``scanning.answers.Answer``
        :param change: what it did to the lines
        """
        # sudo: whoever scans leaves a row that nobody writes by hand
        return self.sudo().create(
            {
                "picking_id": picking.id,
                "text": text,
                "answer": answer.answer,
                "message": answer.to_dict()["message"],
                "number": answer.number,
                "quantity": answer.booked,
                "move_line_id": answer.line.id if answer.line else False,
                "change": change or False,
            }
        )

    def _to_dict(self):
        self.ensure_one()
        return {
            "id": self.id,
            "time": fields.Datetime.to_string(self.create_date),
            "user": self.create_uid.sudo().name,
            "text": self.text,
            "answer": self.answer,
            "message": self.message,
            "is_undone": self.is_undone,
            "can_undo": bool(self.change) and not self.is_undone,
        }
