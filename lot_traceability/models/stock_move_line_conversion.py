from odoo import fields, models


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line"]

    lot_conversion_line_id = fields.Many2one(
        "lot.conversion.line",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
