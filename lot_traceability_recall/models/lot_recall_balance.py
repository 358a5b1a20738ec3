from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards

from ..case import roles

_lt = LazyTranslate(__name__)


class LotRecallBalance(models.Model):
    """Where the goods of a lot in scope are: made = the sum of all the rest."""

    _name = "lot.recall.balance"
    _inherit = ["lot.guarded", "lot.recall.named", "lot.unit.totals"]
    _description = "Balance of a Recalled Lot"
    _order = "recall_id desc, state desc, id"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _guard_way = _lt("The balance is computed from the stock ledger.")
    _rec_name = "lot_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        ondelete="restrict",
        readonly=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    made = fields.Float("Received or Made", digits="Product Unit", readonly=True)
    on_hand = fields.Float(digits="Product Unit", readonly=True)
    retained = fields.Float(
        "Retained Samples",
        digits="Product Unit",
        help="In places of retained samples; it is not among what is on hand.",
        readonly=True,
    )
    shipped = fields.Float(
        "With Customers",
        digits="Product Unit",
        help="Shipped less what came back.",
        readonly=True,
    )
    shipped_total = fields.Float("Shipped", digits="Product Unit", readonly=True)
    returned = fields.Float(digits="Product Unit", readonly=True)
    returned_to_vendor = fields.Float(digits="Product Unit", readonly=True)
    consumed = fields.Float(digits="Product Unit", readonly=True)
    scrapped = fields.Float(digits="Product Unit", readonly=True)
    sampled = fields.Float(
        digits="Product Unit", help="Scrapped with the reason Sample.", readonly=True
    )
    adjusted = fields.Float(
        digits="Product Unit", help="Lost less found when counting.", readonly=True
    )
    unaccounted = fields.Float(digits="Product Unit", readonly=True)
    gap = fields.Float(
        digits="Product Unit",
        help="Adjusted and unaccounted: what no document shows.",
        readonly=True,
    )
    tolerance = fields.Float(
        "Tolerance (%)",
        help="That of the product's category at that time.",
        readonly=True,
        aggregator=None,
    )
    findings = fields.Text(
        "To Be Clarified",
        help="Stock below zero, a lot that never came in, an unknown partner or a "
        "return without a delivery, whatever the tolerance.",
        readonly=True,
    )
    reason = fields.Char("Reason for the Gap")
    state = fields.Selection(
        [
            ("balanced", "Balanced"),
            ("explained", "Explained"),
            ("unclear", "To Be Clarified"),
            ("open", "Open"),
        ],
        help="Open: the gap is more than the tolerance. To Be Clarified: it is not, "
        "but something else is open.",
        compute="_compute_state",
        store=True,
    )

    _recall_lot_uniq = models.Constraint(
        "UNIQUE (recall_id, lot_id)", "A lot has one balance in a recall."
    )

    @api.depends("gap", "made", "tolerance", "reason", "findings")
    def _compute_state(self):
        for line in self:
            allowed = line.made * line.tolerance / 100
            is_small = line.product_uom_id.compare(abs(line.gap), allowed) <= 0
            if is_small and not line.findings:
                line.state = "balanced"
            elif line.reason:
                line.state = "explained"
            else:
                line.state = "unclear" if is_small else "open"

    def write(self, vals):
        if not guards.is_system(self.env):
            roles.check(self.recall_id, "reconcile")
            if set(vals) != {"reason"}:
                raise UserError(str(self._guard_way))
        return super().write(vals)
