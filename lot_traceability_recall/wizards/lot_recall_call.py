from odoo import fields, models

from odoo.addons.lot_traceability.tools import public

from ..consignees import notices


class LotRecallCall(models.TransientModel):
    _name = "lot.recall.call"
    _inherit = ["lot.dialog"]
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

    @public.record()
    def action_save(self):
        """Keep the call with the consignee.

        :raise AccessError: if the user's roles do not allow to tell consignees
        :raise UserError: if the recall is over, or not approved
        """
        self.ensure_one()
        consignee = self.consignee_id
        consignee.check_access("write")
        notices.check_may_notify(consignee.recall_id)
        # sudo: nobody has the right to write notices by hand
        notice = notices.log_call(consignee.sudo(), self.note, self.is_reached)
        return {"type": "ir.actions.act_window_close", "infos": {"id": notice.id}}
