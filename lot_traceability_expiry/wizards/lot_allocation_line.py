from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class LotAllocationLine(models.TransientModel):
    _name = "lot.allocation.line"
    _description = "Lot for an Open Order"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("It shows what would be reserved.")
    _guard_parents = ("allocation_id",)

    allocation_id = fields.Many2one(
        "lot.allocation", required=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(
        "stock.move", required=True, readonly=True, ondelete="cascade"
    )
    picking_id = fields.Many2one(related="move_id.picking_id", string="Transfer")
    partner_id = fields.Many2one(related="move_id.picking_id.partner_id")
    product_id = fields.Many2one(related="move_id.product_id")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    first_day = fields.Date(
        "Good until at Least",
        readonly=True,
        help="What expires before this day is too old for this order.",
    )
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    expiration_date = fields.Datetime(related="lot_id.expiration_date")
    wanted = fields.Float("Asked For", digits="Product Unit", readonly=True)
    quantity = fields.Float("Reserved Now", digits="Product Unit", readonly=True)
    planned = fields.Float("Would Be Reserved", digits="Product Unit", readonly=True)
