from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability.tools import public

from ..dates.extension import get_day
from ..dates.finished import find_later, shorten


class LotDateShorten(models.TransientModel):
    """What was made of a lot is good for no longer than the lot."""

    _name = "lot.date.shorten"
    _inherit = ["lot.dialog"]
    _description = "Shorten What Was Made of a Lot"

    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", required=True)
    until = fields.Date("Good Until", compute="_compute_until")
    made_lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots Made of It",
        compute="_compute_made_lot_ids",
        store=True,
        readonly=False,
        help="Those that are good for longer. Take out what does not depend on it.",
    )

    @api.depends("lot_id")
    def _compute_until(self):
        for wizard in self:
            lot = wizard.lot_id
            wizard.until = get_day(lot, "expiration_date", lot.expiration_date)

    @api.depends("lot_id")
    def _compute_made_lot_ids(self):
        for wizard in self:
            wizard.made_lot_ids = find_later(wizard.lot_id)

    @public.record()
    def action_shorten(self):
        """Give the lots the date of what they are made of.

        :raise UserError: if there is none
        """
        self.check_access("write")
        if not self.made_lot_ids:
            raise UserError(
                self.env._(
                    "%(lot)s: nothing that was made of it is good for longer.",
                    lot=self.lot_id.display_name,
                )
            )
        shorten(self.lot_id, self.made_lot_ids)
        return {"type": "ir.actions.act_window_close"}
