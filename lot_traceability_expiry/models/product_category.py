from odoo import fields, models

from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.category_walk import find_up

from ..fefo import scope

EXPIRY_KINDS = [
    ("use_by", "Use By"),
    ("best_before", "Best Before"),
]


class ProductCategory(models.Model):
    _inherit = "product.category"

    expiry_kind = fields.Selection(
        EXPIRY_KINDS,
        "Kind of Expiration Date",
        help="What the expiration date of lots means, unless a product says otherwise. "
        "Empty: as the parent category says, and best before if none does.",
    )
    removal_strategy_id = fields.Many2one(
        default=lambda self: scope.get_default(self.env)
    )

    def _get_expiry_kind(self):
        """The kind of the nearest category that has one."""
        return find_up(self, "expiry_kind").expiry_kind or "best_before"

    @public.records()
    def action_set_fefo(self):
        """Let the chosen categories reserve by FEFO."""
        self.removal_strategy_id = scope.get_fefo(self.env)
