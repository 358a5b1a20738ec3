from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools import public

from ..dates.changes import LOGGED_DATES

_lt = LazyTranslate(__name__)


class LotDateChange(models.Model):
    """Each change of a date of a lot, as it was made; nobody edits it."""

    _name = "lot.date.change"
    _inherit = ["lot.guarded"]
    _description = "Changed Date of a Lot"
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
        "After", readonly=True, help="The day in the time zone of the warehouse."
    )
    old_moment = fields.Datetime(
        "Before, Exactly", readonly=True, help="Empty for what is a day only."
    )
    new_moment = fields.Datetime(
        "After, Exactly", readonly=True, help="Empty for what is a day only."
    )
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Changed By", required=True, readonly=True)
    date = fields.Datetime("Changed On", required=True, readonly=True)

    _guard_way = _lt("Change the dates of the lot: its history writes itself.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._("The history of the dates of lots stays as it was written.")

    @api.model
    def _selection_name(self):
        lots = self.env["stock.lot"].fields_get(LOGGED_DATES, ["string"])
        return [(name, lots[name]["string"]) for name in LOGGED_DATES if name in lots]

    @public.record()
    def action_open_lot(self):
        """Open the lot.

        :return: the action
        """
        self.ensure_one()
        self.check_access("read")
        return self.lot_id._get_records_action()

    def _get_log_text(self, titles, side):
        """Which date it is, and what it was or became."""
        value = self[f"{side}_moment"] or self[f"{side}_date"]
        return f"{titles[self.name]}: {log.to_text(value) or '–'}"

    def _get_note(self):
        """What the lot's history says of these changes."""
        titles = dict(self._fields["name"]._description_selection(self.env))
        rows = [
            Markup("<li>%s: %s → %s</li>")
            % (
                titles[change.name],
                format_date(self.env, change.old_date) or "–",
                format_date(self.env, change.new_date) or "–",
            )
            for change in self
        ]
        reason = Markup("<p>%s</p>") % self[:1].reason if self[:1].reason else ""
        return Markup("<ul>%s</ul>%s") % (Markup().join(rows), reason)
