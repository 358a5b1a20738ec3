from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability.tools import public

from ..dates.retest import get_retest_after


class LotRetestRecord(models.TransientModel):
    """The result of a retest, and the day of the next one."""

    _name = "lot.retest.record"
    _inherit = ["lot.dialog"]
    _description = "Record a Retest"

    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", required=True)
    expiration_date = fields.Datetime(related="lot_id.expiration_date")
    date = fields.Date(
        "Tested On",
        required=True,
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        help="By default today, where the goods are.",
    )
    result = fields.Selection(
        [("pass", "Passed"), ("fail", "Failed")],
        required=True,
        default="pass",
        help="Passed: good until the next retest. Failed: the lot stays blocked.",
    )
    new_date = fields.Date(
        "Next Retest",
        compute="_compute_new_date",
        store=True,
        readonly=False,
        help="Never after the expiration date.",
    )
    note = fields.Char("Test Report", required=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")

    @api.depends("lot_id")
    def _compute_date(self):
        for record in self:
            record.date = record.lot_id._get_today()

    @api.depends("lot_id", "date", "result")
    def _compute_new_date(self):
        for record in self:
            product, lot = record.lot_id.product_id, record.lot_id
            is_next = record.result == "pass" and product.expiry_retest_days
            record.new_date = (
                is_next and record.date and get_retest_after(lot, record.date)
            )

    @public.record()
    def action_record(self):
        """Keep the result.

        :raise UserError: if a lot that passes has no next retest, or was expired, or
            there is no report
        """
        self.ensure_one()
        if self.result == "pass" and not self.new_date:
            raise UserError(
                self.env._(
                    "Say when %(lot)s has to be tested again; its expiration date "
                    "if it needs no further test.",
                    lot=self.lot_id.display_name,
                )
            )
        if not (self.note or "").strip():
            raise UserError(
                self.env._(
                    "Say which report tells the result of the test of %(lot)s.",
                    lot=self.lot_id.display_name,
                )
            )
        self.lot_id._record_retest(
            self.date, self.result, self.note, self.new_date, self.attachment_ids
        )
        return {"type": "ir.actions.act_window_close"}
