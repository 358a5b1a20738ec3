from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from ..case import approval, record, roles

_lt = LazyTranslate(__name__)
DECISION_FIELDS = {"included", "decision_reason"}


class LotRecallLine(models.Model):
    _name = "lot.recall.line"
    _inherit = ["lot.guarded", "lot.recall.named", "lot.unit.totals"]
    _description = "Lot in the Scope of a Recall"
    _order = "recall_id desc, scope_id desc, level, id"
    _guard_parents = ("scope_id",)
    _guard_locks_system = True
    _guard_way = _lt("The scope is found by the trace.")
    _rec_name = "lot_id"

    scope_id = fields.Many2one(
        "lot.recall.scope", required=True, ondelete="cascade", index=True, readonly=True
    )
    recall_id = fields.Many2one(
        related="scope_id.recall_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    scope_state = fields.Selection(related="scope_id.state")
    state = fields.Selection(related="recall_id.state", string="Recall Status")
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    level = fields.Integer(
        help="Number of production steps in between.", readonly=True, aggregator=None
    )
    certainty = fields.Selection(
        [
            ("material", "Material"),
            ("possible", "Possible"),
            ("broken", "Chain Broken"),
        ],
        required=True,
        help="Material: goods of a suspect lot are in it. Possible: it cannot be "
        "excluded. Chain broken: the way to it is not on record without a gap.",
        readonly=True,
    )
    via_lot_id = fields.Many2one(
        "stock.lot",
        "Through",
        ondelete="restrict",
        help="The lot, one step nearer to the suspect one, by which it got in.",
        readonly=True,
    )
    path = fields.Char(
        help="From a suspect lot to this one, by all lots in between.",
        readonly=True,
    )
    included = fields.Boolean(
        "In Scope", default=True, help="Whether the recall is about this lot."
    )
    decision_reason = fields.Char(
        "Reason", help="Why it is left out although the trace leads to it."
    )
    in_force = fields.Boolean(
        readonly=True,
        copy=False,
        help="The lot belongs to this recall now, and to no other one.",
    )
    quantity_on_hand = fields.Float(
        "On Hand", compute="_compute_quantity_on_hand", digits="Product Unit"
    )

    _scope_lot_uniq = models.Constraint(
        "UNIQUE (scope_id, lot_id)", "A lot is in a version of a scope once."
    )
    # the database's word on it, also between two approvals at the same time
    _in_force_uniq = models.UniqueIndex(
        "(lot_id) WHERE in_force",
        "A lot is in another active recall already. Extend that one.",
    )

    @api.depends("lot_id.quant_ids.quantity")
    def _compute_quantity_on_hand(self):
        quantities = dict(
            self.env["stock.quant"]._read_group(
                [
                    ("lot_id", "in", self.lot_id.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                ],
                ["lot_id"],
                ["quantity:sum"],
            )
        )
        for line in self:
            line.quantity_on_hand = quantities.get(line.lot_id, 0)

    @api.constrains("included", "decision_reason")
    def _check_decision(self):
        for line in self:
            if not line.included and not (line.decision_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why lot %(lot)s is left out of %(recall)s.",
                        lot=line.lot_id.name,
                        recall=line.recall_id.name,
                    )
                )

    def write(self, vals):
        is_decision = DECISION_FIELDS.intersection(vals)
        if is_decision:
            self._check_undecided()
        before = record.read(self, vals, ("included", "decision_reason"))
        result = super().write(vals)
        record.note_changes(
            self, "decision", before, reason=lambda line: line.decision_reason
        )
        if is_decision:
            for recall in self.recall_id:
                approval.take_on(recall)
        return result

    def _check_undecided(self):
        roles.check(self.recall_id, "scope")
        frozen = self.filtered(lambda line: line.scope_id.state == "frozen")
        if frozen:
            raise UserError(
                self.env._(
                    "The scope of %(recall)s is frozen. Extend the recall to change "
                    "it.",
                    recall=frozen[0].recall_id.name,
                )
            )

    def _check_elsewhere(self):
        """:raise UserError: if another active recall has one of the lots, naming it"""
        # sudo: a lot is in another recall whoever may read that
        found = self.sudo().search(
            [
                ("lot_id", "in", self.lot_id.ids),
                ("in_force", "=", True),
                ("recall_id", "not in", self.recall_id.ids),
            ],
            limit=5,
        )
        if found:
            raise UserError(
                self.env._(
                    "A lot can be in one active recall at a time. Extend that one, or "
                    "leave the lot out here and say why:\n%(lines)s",
                    lines="\n".join(
                        f"- {line.lot_id.name}: {line.recall_id.name}" for line in found
                    ),
                )
            )
