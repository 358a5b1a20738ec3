from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

CACHE_KEY = "lot_traceability.held_product_ids"
RELEASE_FIELDS = {"state", "release_user_id", "release_date", "release_reason"}


class LotHold(models.Model):
    """Why a lot is on hold: one record from holding to releasing, never rewritten.

    Written by ``stock.lot._hold`` and ``_release`` alone; nobody has the right to do it
    by hand.
    """

    _name = "lot.hold"
    _description = "Hold on a Lot"
    _order = "hold_date desc, id desc"
    _rec_name = "lot_id"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", required=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    company_id = fields.Many2one(related="lot_id.company_id", store=True)
    state = fields.Selection(
        [("held", "On Hold"), ("released", "Released")],
        required=True,
        default="held",
        index=True,
    )
    reason = fields.Char(required=True)
    origin = fields.Char(help="The document that put the lot on hold.")
    res_model = fields.Char("Holder's Model")
    res_id = fields.Many2oneReference(
        "Holder",
        model_field="res_model",
        help="What holds the lot, such as a recall, and has to release it again. "
        "Empty: a user did it.",
    )
    freed = fields.Text(
        "Freed Reservations", help="What had been reserved of the lot, and for whom."
    )
    hold_user_id = fields.Many2one(
        "res.users", "Held By", required=True, default=lambda self: self.env.user
    )
    hold_date = fields.Datetime(
        "Held On", required=True, default=fields.Datetime.now, index=True
    )
    release_user_id = fields.Many2one("res.users", "Released By")
    release_date = fields.Datetime("Released On")
    release_reason = fields.Char()

    def write(self, vals):
        """A hold is only ever released, once."""
        if not vals.keys() <= RELEASE_FIELDS or "released" in self.mapped("state"):
            raise UserError(
                self.env._("What was held, by whom and why cannot be rewritten.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """It is the evidence."""
        raise UserError(self.env._("The history of holds cannot be deleted."))

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        self._get_held_product_ids().update(holds.product_id.ids)
        return holds

    def _get_held_product_ids(self):
        """Products with lots on hold, asked once in a transaction; perhaps some whose
        lots were released meanwhile."""
        cache = self.env.cr.cache
        if CACHE_KEY not in cache:
            self.env["stock.lot"].flush_model(["on_hold", "product_id"])
            rows = self.env.execute_query(
                SQL("SELECT DISTINCT product_id FROM stock_lot WHERE on_hold")
            )
            cache[CACHE_KEY] = {product_id for (product_id,) in rows}
        return cache[CACHE_KEY]

    def _get_text(self):
        """Who holds it, since when and why."""
        self.ensure_one()
        date = fields.Datetime.context_timestamp(self, self.hold_date)
        text = self.env._(
            "%(user)s, %(date)s: %(reason)s",
            user=self.sudo().hold_user_id.name,
            date=date.strftime("%Y-%m-%d %H:%M"),
            reason=self.reason,
        )
        return f"{text} ({self.origin})" if self.origin else text
