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
    """Goods are opened or thawed, and good for some days from then, or taken as a
    sample; a part of a lot becomes a lot of its own."""

    _name = "lot.open"
    _inherit = ["lot.dialog"]
    _description = "Open or Thaw a Lot"

    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", required=True)
    kind = fields.Selection(
        [("open", "Open"), ("thaw", "Thaw"), ("sample", "Take a Sample")],
        "What Is Done",
        default="open",
        required=True,
        help="A sample keeps its date, unless days are given.",
    )
    quant_id = fields.Many2one(
        "stock.quant",
        "From",
        compute="_compute_quant_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('lot_id', '=', lot_id), ('location_id.usage', '=', 'internal'), "
        "('quantity', '>', 0)]",
    )
    quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_quantity",
        store=True,
        precompute=True,
        readonly=False,
        help="Less than all of it becomes a lot of its own; the rest stays as it is.",
    )
    on_hand = fields.Float(digits="Product Unit", compute="_compute_on_hand")
    product_uom_id = fields.Many2one(related="lot_id.product_uom_id")
    number = fields.Char(
        "New Number",
        help="Of the part that becomes a lot of its own. Empty: the next number.",
    )
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

    def _get_quants(self):
        # computed with all rights: what lies with another company is not told
        quants = self.lot_id.quant_ids.sudo(False)._filtered_access("read")
        return quants.filtered(
            lambda quant: quant.location_id.usage == "internal" and quant.quantity > 0
        )

    @api.depends("lot_id")
    def _compute_quant_id(self):
        for wizard in self:
            quants = wizard._get_quants()
            wizard.quant_id = quants.sorted("quantity", reverse=True)[:1]

    @api.depends("quant_id")
    def _compute_quantity(self):
        for wizard in self:
            wizard.quantity = wizard.quant_id.quantity

    @api.depends("lot_id")
    def _compute_on_hand(self):
        for wizard in self:
            wizard.on_hand = sum(wizard._get_quants().mapped("quantity"))

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
        """Open the goods, or take the sample; a part becomes a lot of its own.

        :return: the action that shows the new lot, if there is one
        :raise UserError: if they are open already, or the days are missing
        """
        self.ensure_one()
        self.check_access("write")
        keeps_date = self.kind == "sample" and not self.days
        if not keeps_date and not 0 < self.days <= LONGEST:
            raise UserError(
                self.env._(
                    "Say for how many days %(lot)s is good after opening; the product "
                    "can have a number for all its lots.",
                    lot=self.lot_id.display_name,
                )
            )
        lot, reason = self.lot_id, self._get_reason()
        if self._is_part():
            lot._check_can_open(self.opened_on)
            lot = lot._take_part(self.quant_id, self.quantity, self.number, reason)
        elif keeps_date:
            raise UserError(
                self.env._(
                    "%(lot)s: a sample is a part of what is there.",
                    lot=lot.display_name,
                )
            )
        if not keeps_date:
            lot._open(self.opened_on, self.days, reason)
        if lot != self.lot_id:
            return lot._get_records_action()
        return {"type": "ir.actions.act_window_close"}

    def _is_part(self):
        uom = self.lot_id.product_id.uom_id
        if not self.quant_id:
            return False
        if self.quant_id.lot_id != self.lot_id:
            raise UserError(
                self.env._(
                    "%(lot)s: choose a place where it is.",
                    lot=self.lot_id.display_name,
                )
            )
        return uom.compare(self.quantity, self.on_hand) != 0

    def _get_reason(self):
        if self.reason:
            return self.reason
        if self.kind == "sample":
            return self.env._("Sample taken")
        return self.env._("Opened or thawed")
