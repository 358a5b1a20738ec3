from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public

_lt = LazyTranslate(__name__)


class LotRetest(models.Model):
    """A test by which a lot was found good for longer, or not; nobody edits it."""

    _name = "lot.retest"
    _inherit = ["lot.guarded"]
    _description = "Retest of a Lot"
    _order = "date desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    date = fields.Date("Tested On", required=True, readonly=True)
    result = fields.Selection(
        [("pass", "Passed"), ("fail", "Failed")], required=True, readonly=True
    )
    note = fields.Char("Test Report", required=True, readonly=True)
    old_date = fields.Date("Retest Was Due On", readonly=True)
    new_date = fields.Date("Next Retest", readonly=True)
    user_id = fields.Many2one("res.users", "Recorded By", required=True, readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", readonly=True
    )

    _guard_way = _lt("Use “Record Retest” on the lot.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._(
            "The result of a retest stays as it was recorded. Record another one on "
            "the lot."
        )

    @public.record()
    def action_open_lot(self):
        """Open the lot.

        :return: the action
        """
        self.ensure_one()
        self.check_access("read")
        return self.lot_id._get_records_action()
