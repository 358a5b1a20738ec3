from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public

from ..dates import extension, second

_lt = LazyTranslate(__name__)


class LotDateExtension(models.Model):
    """That a date of a lot became later: who asked for it, why, on what evidence, and
    who else approved it; nobody edits it."""

    _name = "lot.date.extension"
    _inherit = ["lot.guarded", "lot.health.listed"]
    _description = "Extended Date of a Lot"
    _order = "id desc"
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
    name = fields.Selection("_selection_name", "Date", required=True, readonly=True)
    old_date = fields.Date(
        "Before", readonly=True, help="The day in the time zone of the warehouse."
    )
    new_date = fields.Date(
        "After", readonly=True, help="Empty: the date is removed from the lot."
    )
    reason = fields.Char(required=True, readonly=True)
    evidence = fields.Char(
        readonly=True, help="Which report or decision says that the goods are good."
    )
    retest_id = fields.Many2one("lot.retest", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", readonly=True
    )
    state = fields.Selection(
        [("waiting", "To Approve"), ("done", "Extended"), ("refused", "Refused")],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
        help="A use-by date can need a second person, as the Inventory settings say.",
    )
    user_id = fields.Many2one("res.users", "Asked By", required=True, readonly=True)
    date = fields.Datetime("Asked On", required=True, readonly=True)
    approver_id = fields.Many2one("res.users", "Decided By", readonly=True)
    done_on = fields.Datetime("Decided On", readonly=True)

    _guard_way = _lt("Use “Extend a Date” on the lot.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._(
            "What was asked for and decided stays as it was. Ask for another date on "
            "the lot."
        )

    def _selection_name(self):
        lots = self.env["stock.lot"]
        return [
            (name, extension.get_label(lots, name)) for name in extension.KEPT_DATES
        ]

    @public.records()
    def action_approve(self):
        """Let the later date count, as the second person.

        :raise AccessError: for who may not extend dates
        :raise UserError: for one's own request, or one that is decided
        """
        for act in self:
            extension.decide(act, True)
            second.settle(act.lot_id)

    @public.records()
    def action_refuse(self):
        """Leave the date as it is.

        :raise AccessError: for who may not extend dates
        :raise UserError: for a request that is decided
        """
        for act in self:
            extension.decide(act, False)
            second.settle(act.lot_id)

    @public.record()
    def action_open_lot(self):
        """Open the lot.

        :return: the action
        """
        return self.lot_id._get_records_action()
