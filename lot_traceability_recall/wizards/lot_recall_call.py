from odoo import fields, models


class LotRecallCall(models.TransientModel):
    _name = "lot.recall.call"
    _description = "Note a call or a visit to a consignee of a recall"

    consignee_id = fields.Many2one(
        "lot.recall.consignee", required=True, readonly=True, ondelete="cascade"
    )
    phone = fields.Char(related="consignee_id.phone")
    is_reached = fields.Boolean(
        "Reached",
        default=True,
        help="The consignee was told of the recall. It counts as notified then.",
    )
    note = fields.Text(
        required=True, help="Who was told what, or why nobody was there."
    )

    def action_save(self):
        """Keep the call with the consignee.

        :raise UserError: if the recall is over
        """
        self.ensure_one()
        consignee = self.consignee_id
        consignee.check_access("write")
        consignee.recall_id._check_not_over()
        # nobody has the right to write notices by hand
        notice = (
            self.env["lot.recall.notice"]
            .sudo()
            ._log_call(consignee.sudo(), self.note, self.is_reached)
        )
        return {"type": "ir.actions.act_window_close", "infos": {"id": notice.id}}
