from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.lot_traceability import guards

from ..case import clock, frozen, roles
from ..evidence import consignee_table
from ..tools.consignee_balance import Answer, settle


class LotRecallConsigneeLine(models.Model):
    """What a consignee got of a lot, and where that is by its answer."""

    _name = "lot.recall.consignee.line"
    _inherit = ["lot.guarded", "lot.recall.named", "lot.unit.totals"]
    _description = "Lot at a Consignee of a Recall"
    _order = "recall_id desc, consignee_id, id"
    _rec_name = "lot_id"
    _guard_parents = ("consignee_id", "recall_id")

    consignee_id = fields.Many2one(
        "lot.recall.consignee",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    recall_id = fields.Many2one(
        related="consignee_id.recall_id", store=True, index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="consignee_id.partner_id", string="Partner", store=True
    )
    consignee_state = fields.Selection(
        related="consignee_id.state", string="Status", store=True
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty for goods without a number that suspect material went into.",
        readonly=True,
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="restrict", index=True, readonly=True
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    picking_ids = fields.Many2many("stock.picking", string="Deliveries", readonly=True)
    documents = fields.Char(
        help="The deliveries by which the lot came there.", readonly=True
    )
    date_first = fields.Datetime("First Delivery", readonly=True)
    date_last = fields.Datetime("Last Delivery", readonly=True)
    shipped = fields.Float(
        digits="Product Unit", help="What was delivered, by the trace.", readonly=True
    )
    returned = fields.Float(
        digits="Product Unit",
        help="What came back and was booked into stock.",
        readonly=True,
    )
    returned_before = fields.Float(
        "Returned Before the Recall",
        digits="Product Unit",
        help="Of what came back: what was here before the recall began. It was not "
        "recovered by it.",
        readonly=True,
    )
    notice_id = fields.Many2one(
        "lot.recall.notice",
        index="btree_not_null",
        ondelete="set null",
        help="The notice that named this lot and its present quantity.",
        readonly=True,
    )
    reply_line_id = fields.Many2one(
        "lot.recall.reply.line",
        "Latest Answer",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    reported = fields.Float(
        "Reported on Hand",
        digits="Product Unit",
        compute="_compute_balance",
        store=True,
        help="What the consignee still has: by its answer, less what came back since.",
    )
    quarantined = fields.Float(
        related="reply_line_id.quarantined",
        digits="Product Unit",
        help="Of what is on hand there: what the consignee has set aside.",
    )
    underway = fields.Float(
        "On Its Way Back",
        digits="Product Unit",
        compute="_compute_balance",
        store=True,
        help="Returned by the consignee's answer, not booked into stock yet.",
    )
    destroyed = fields.Float(
        "Destroyed on Site",
        digits="Product Unit",
        compute="_compute_balance",
        store=True,
    )
    corrected = fields.Float(
        digits="Product Unit",
        compute="_compute_balance",
        store=True,
        help="Put right at the consignee: relabelled, repaired, refilled.",
    )
    used = fields.Float(
        "Used or Sold On", digits="Product Unit", compute="_compute_balance", store=True
    )
    unaccounted = fields.Float(
        digits="Product Unit",
        compute="_compute_balance",
        store=True,
        help="Shipped less all the rest. Below zero: the consignee says it has more "
        "than it got from us.",
    )

    reason = fields.Char(
        "Reason for the Gap", help="Why the rest cannot be accounted for any more."
    )

    _consignee_lot_uniq = models.UniqueIndex(
        "(consignee_id, product_id, COALESCE(lot_id, 0))",
        "Each consignee has a lot once.",
    )

    @api.depends(
        "shipped",
        "returned",
        "reply_line_id.on_hand",
        "reply_line_id.returned",
        "reply_line_id.destroyed",
        "reply_line_id.corrected",
        "reply_line_id.used",
        "reply_line_id.sold_on",
        "reply_line_id.returned_before",
    )
    def _compute_balance(self):
        for line in self:
            line.update(
                settle(
                    line.shipped,
                    line.returned,
                    line._get_answer(),
                    line.product_uom_id.round,
                )
            )

    def _get_answer(self):
        said = self.reply_line_id
        return Answer(
            on_hand=said.on_hand,
            returned=said.returned,
            destroyed=said.destroyed,
            corrected=said.corrected,
            used=said.used + said.sold_on,
            returned_before=said.returned_before,
        )

    @api.depends("lot_id", "product_id", "recall_id.frozen_facts")
    def _compute_display_name(self):
        for line in self:
            name = frozen.get_name(line.recall_id, line.product_id)
            lot = frozen.get_kept_name(line.recall_id, line.lot_id) or line.lot_id.name
            line.display_name = f"{lot}, {name}" if lot else name

    def _get_first_day(self):
        """Of the first delivery, where the company is."""
        # sudo: the day does not depend on who reads
        return clock.get_day(self.company_id.sudo(), self.date_first)

    def _get_kept_name(self, names, field):
        if field == "partner_id" and self.consignee_id._name in names:
            return self.consignee_id._get_kept_name(names, field)
        return super()._get_kept_name(names, field)

    def _get_told(self, name):
        """What letters say of the goods, ``barcodes`` or ``packs``, as it was when the
        recall was closed."""
        told = frozen.get_told(self.recall_id, name)
        if told is None:
            told = consignee_table.TOLD_OF_PRODUCTS[name](self.product_id)
        return told.get(str(self.product_id.id), "")

    def _update_from_trace(self, vals):
        """Take over what the ledger says now; more goods need another notice."""
        unit = self.product_uom_id
        if unit.compare(vals["shipped"], self.shipped) > 0:
            vals = dict(vals, notice_id=False)
        changed = {
            name: value
            for name, value in vals.items()
            if name == "notice_id" or self._is_changed(name, value)
        }
        if changed:
            self.write(changed)

    def _is_changed(self, name, value):
        if name == "picking_ids":
            return set(self.picking_ids.ids) != set(value[0][2])
        if name in ("date_first", "date_last"):
            return self[name] != fields.Datetime.to_datetime(value)
        return self[name] != value

    def write(self, vals):
        if not guards.is_system(self.env):
            if set(vals) != {"reason"}:
                raise AccessError(
                    self.env._("Replies and the stock ledger change these lines only.")
                )
            roles.check(self.recall_id, "reconcile")
        return super().write(vals)
