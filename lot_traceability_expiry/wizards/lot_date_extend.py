from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability.tools import public

from ..dates import extension


class LotDateExtend(models.TransientModel):
    """A date of a lot becomes later, or goes: for a reason, on evidence."""

    _name = "lot.date.extend"
    _inherit = ["lot.dialog"]
    _description = "Extend a Date of a Lot"

    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", required=True)
    name = fields.Selection(
        "_selection_name", "Date", required=True, default="expiration_date"
    )
    old_date = fields.Date("Until Now", compute="_compute_old_date")
    is_removed = fields.Boolean(
        "Remove the Date", help="The lot has no such date any more."
    )
    new_date = fields.Date(
        "Extend To", help="The last day on which the goods are good, where they are."
    )
    reason = fields.Char(required=True, help="Kept in the history of the lot.")
    evidence = fields.Char(
        help="Which report or decision says that the goods are good for longer."
    )
    retest_id = fields.Many2one(
        "lot.retest",
        "Passed Test",
        domain="[('lot_id', '=', lot_id), ('result', '=', 'pass')]",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    needs_evidence = fields.Boolean(compute="_compute_old_date")
    needs_two = fields.Boolean(compute="_compute_old_date")

    def _selection_name(self):
        return self.env["lot.date.extension"]._selection_name()

    @api.depends("lot_id", "name")
    def _compute_old_date(self):
        for wizard in self:
            lot, name = wizard.lot_id, wizard.name
            is_known = bool(lot and name)
            wizard.old_date = is_known and extension.get_day(lot, name, lot[name])
            wizard.needs_evidence = is_known and extension.needs_evidence(lot, name)
            wizard.needs_two = is_known and extension.needs_two(lot, name)

    @public.record()
    def action_extend(self):
        """Set the later date, or ask a second person to.

        :raise AccessError: for who may not extend dates
        :raise UserError: if date, reason or evidence is missing
        """
        self.check_access("write")
        if not self.new_date and not self.is_removed:
            raise UserError(
                self.env._(
                    "%(lot)s: say until when the goods are good, or tick “Remove the "
                    "Date”.",
                    lot=self.lot_id.display_name,
                )
            )
        self.lot_id._extend_date(
            self.name,
            False if self.is_removed else self.new_date,
            self.reason,
            self.evidence,
            retest=self.retest_id,
            attachments=self.attachment_ids,
        )
        return {"type": "ir.actions.act_window_close"}
