from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards

from ..case import approval, impact, scope

_lt = LazyTranslate(__name__)
_KEPT = guards.Guard(
    way=_lt("Remove the lot, and add the right one."), at_creation=True
)


class LotRecallSeed(models.Model):
    """A lot that a recall starts from, and how it was found."""

    _name = "lot.recall.seed"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Suspect Lot of a Recall"
    _order = "recall_id desc, id"
    _rec_name = "lot_id"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _guards = {"lot_id": _KEPT, "origin": _KEPT}

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        ondelete="restrict",
        index=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    origin = fields.Char(
        "Found By", help="The question that named this lot, such as a vendor and dates."
    )

    _recall_lot_uniq = models.Constraint(
        "UNIQUE (recall_id, lot_id)", "A lot is suspect in a recall once."
    )

    @api.model_create_multi
    def create(self, vals_list):
        # the role, guards and closed recalls; then what follows from it
        ids = {vals["recall_id"] for vals in vals_list if vals.get("recall_id")}
        ids.add(self.default_get(["recall_id"]).get("recall_id"))
        for recall in self.env["lot.recall"].browse(ids - {None, False}).exists():
            approval.check_seeds(recall)
        seeds = super().create(vals_list)
        for recall, added in seeds.grouped("recall_id").items():
            title = self.env._("Suspect lots added:")
            scope.log_seeds(recall, title, added.lot_id)
        seeds._on_changed(seeds.recall_id)
        return seeds

    def unlink(self):
        recalls = self.recall_id
        for recall, removed in self.grouped("recall_id").items():
            approval.check_seeds(recall)
            title = self.env._("Suspect lots removed:")
            scope.log_seeds(recall, title, removed.lot_id)
        result = super().unlink()
        self._on_changed(recalls)
        return result

    def _on_changed(self, recalls):
        if not guards.handed(self.env, "is_scoped_next"):
            impact.refresh(recalls)
        for recall in recalls:
            approval.on_seeds_changed(recall)
