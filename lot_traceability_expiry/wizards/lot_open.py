from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.calendar_days import (
    day_end,
    in_days,
    local_date,
)

# days; whatever is longer is a slip of the keyboard, and beyond the calendar at last
LONGEST = 36500


class LotOpen(models.TransientModel):
    """Goods are opened or thawed, and good for some days from then."""

    _name = "lot.open"
    _description = "Open or Thaw a Lot"

    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", required=True)
    opened_on = fields.Date(
        required=True,
        compute="_compute_opened_on",
        store=True,
        precompute=True,
        readonly=False,
        help="By default today, where the goods are.",
    )
    days = fields.Integer(
        "Days after Opening",
        required=True,
        compute="_compute_days",
        store=True,
        precompute=True,
        readonly=False,
        help="How many days the opened goods are good for.",
    )
    reason = fields.Char(help="Kept in the history of the lot.")
    good_until = fields.Date(
        compute="_compute_good_until",
        help="The printed date, or the days after opening if they end before.",
    )

    @api.depends("lot_id")
    def _compute_opened_on(self):
        for wizard in self:
            wizard.opened_on = wizard.lot_id._get_today()

    @api.depends("lot_id")
    def _compute_days(self):
        for wizard in self:
            wizard.days = wizard.lot_id.product_id.expiry_in_use_days

    @api.depends("lot_id", "opened_on", "days")
    def _compute_good_until(self):
        for wizard in self:
            tz, printed = wizard.lot_id._get_expiry_tz(), wizard.lot_id.expiration_date
            days = min(wizard.days, LONGEST)
            end = wizard.opened_on and in_days(wizard.opened_on, days)
            if end and printed:
                end = local_date(min(day_end(end, tz), printed), tz)
            wizard.good_until = end

    @public.record()
    def action_open(self):
        """Open the goods.

        :raise UserError: if they are open already, or the days are missing
        """
        self.ensure_one()
        if not 0 < self.days <= LONGEST:
            raise UserError(
                self.env._(
                    "Say for how many days %(lot)s is good after opening; the product "
                    "can have a number for all its lots.",
                    lot=self.lot_id.display_name,
                )
            )
        reason = self.reason or self.env._("Opened or thawed")
        self.lot_id._open(self.opened_on, self.days, reason)
        return {"type": "ir.actions.act_window_close"}
