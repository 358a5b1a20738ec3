from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.lot_traceability import guards

from ..tools.reply_form import QUANTITIES


class LotRecallReplyLine(models.Model):
    _name = "lot.recall.reply.line"
    _inherit = ["lot.guarded"]
    _description = "Lot in a Reply to a Recall"
    _order = "reply_id desc, id"
    _rec_name = "consignee_line_id"
    _guard_parents = ("reply_id",)

    reply_id = fields.Many2one(
        "lot.recall.reply", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="reply_id.company_id", store=True, index=True)
    consignee_line_id = fields.Many2one(
        "lot.recall.consignee.line",
        "Lot",
        required=True,
        ondelete="cascade",
        index=True,
    )
    shipped = fields.Float(related="consignee_line_id.shipped", digits="Product Unit")
    product_uom_id = fields.Many2one(related="consignee_line_id.product_uom_id")
    on_hand = fields.Float(digits="Product Unit", aggregator=None)
    quarantined = fields.Float(
        digits="Product Unit", help="Of what is on hand.", aggregator=None
    )
    returned = fields.Float(
        digits="Product Unit",
        help="All that was sent back so far, arrived or not.",
        aggregator=None,
    )
    destroyed = fields.Float(digits="Product Unit", aggregator=None)
    corrected = fields.Float(digits="Product Unit", aggregator=None)
    used = fields.Float(digits="Product Unit", aggregator=None)
    sold_on = fields.Float(digits="Product Unit", aggregator=None)
    returned_before = fields.Float(
        "Returned by Then",
        digits="Product Unit",
        readonly=True,
        help="What we had booked as returned when the answer came.",
        aggregator=None,
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not (
            guards.is_system(self.env) or guards.handed(self.env, "is_entering_reply")
        ):
            self._refuse_change()
        return super().create(vals_list)

    def _fill_guarded(self, vals_list):
        # sudo: what was booked as returned, for who may enter replies
        lines = self.env["lot.recall.consignee.line"].sudo()
        for vals in vals_list:
            line = lines.browse(vals["consignee_line_id"])
            vals["returned_before"] = line.returned
        return vals_list

    @api.constrains("consignee_line_id", *QUANTITIES)
    def _check_quantities(self):
        for line in self:
            if line.consignee_line_id.consignee_id != line.reply_id.consignee_id:
                raise ValidationError(
                    self.env._("A reply speaks of the lots of its own consignee only.")
                )
            if min(line[name] for name in QUANTITIES) < 0:
                raise ValidationError(
                    self.env._(
                        "%(lot)s: a quantity cannot be below zero.",
                        lot=line.consignee_line_id.display_name,
                    )
                )
            if line.product_uom_id.compare(line.quarantined, line.on_hand) > 0:
                raise ValidationError(
                    self.env._(
                        "%(lot)s: only as much can be set aside as is on hand.",
                        lot=line.consignee_line_id.display_name,
                    )
                )
            same = line.reply_id.line_ids.filtered(
                lambda other, told=line.consignee_line_id: (
                    other.consignee_line_id == told
                )
            )
            if len(same) > 1:
                raise ValidationError(
                    self.env._(
                        "%(lot)s: a reply says once what became of it.",
                        lot=line.consignee_line_id.display_name,
                    )
                )

    def write(self, vals):
        if vals:
            self._refuse_change()
        return super().write(vals)

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "A reply is kept as it was given. Enter a new one if there is "
                "something to correct."
            )
        )
