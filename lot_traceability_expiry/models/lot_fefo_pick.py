from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public

_lt = LazyTranslate(__name__)


class LotFefoPick(models.Model):
    """Each line that was picked of goods with a date, and whether FEFO was kept."""

    _name = "lot.fefo.pick"
    _inherit = ["lot.guarded", "lot.unit.totals"]
    _description = "FEFO Compliance"
    _order = "date desc, id desc"
    _rec_name = "reference"

    date = fields.Datetime("Done On", required=True, readonly=True, index=True)
    reference = fields.Char("Document", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    picking_type_id = fields.Many2one(
        "stock.picking.type", "Operation Type", readonly=True
    )
    move_line_id = fields.Many2one(
        "stock.move.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one("product.product", readonly=True, index=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", readonly=True, index="btree_not_null"
    )
    removal_date = fields.Datetime(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    is_deviation = fields.Boolean("Deviation", readonly=True)
    compliance = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Share of the lines for which no earlier stock was free.",
    )
    better_lot_id = fields.Many2one(
        "stock.lot", "Earlier Lot", readonly=True, index="btree_not_null"
    )
    better_date = fields.Date("Earlier Date", readonly=True)
    better_free = fields.Float(
        "Free of It",
        digits="Product Unit",
        readonly=True,
        help="What was free of the earlier lot when the line was done.",
    )
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )

    _guard_way = _lt("It is written when goods are picked.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._("What was picked, and why, stays as it was recorded.")

    @public.record()
    def action_open_document(self):
        """Open the transfer of a line, or its product moves if there is none.

        :return: the action
        """
        self.ensure_one()
        self.check_access("read")
        record = self.picking_id or self.move_line_id
        return record._get_records_action()

    @api.model
    def _log(self, verdicts):
        """Keep what was judged of lines that are done.

        :param verdicts: ``{move line: Verdict}``
        """
        # sudo: nobody has the right to write it, whoever picks
        return self.sudo().create(
            [self._prepare_vals(line, verdict) for line, verdict in verdicts.items()]
        )

    @api.model
    def _prepare_vals(self, line, verdict):
        better, move = verdict.better, line.move_id
        return {
            "date": line.picking_id.sudo().expiry_left_on or line.date,
            "reference": line.reference,
            "picking_id": line.picking_id.id,
            "picking_type_id": move.picking_type_id.id,
            "move_line_id": line.id,
            "product_id": line.product_id.id,
            "categ_id": line.product_id.categ_id.id,
            "lot_id": line.lot_id.id,
            "removal_date": line.removal_date,
            "quantity": line.quantity_product_uom,
            "is_deviation": bool(better),
            "compliance": 0.0 if better else 1.0,
            "better_lot_id": better and better.lot,
            "better_date": better and better.day,
            "better_free": better.free if better else 0.0,
            "reason": better and line.fefo_reason,
            "user_id": self.env.uid,
            "warehouse_id": move.location_id.warehouse_id.id,
            "company_id": line.company_id.id,
        }
