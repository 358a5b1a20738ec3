from odoo import fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # every trace starts from the lines of a lot; core searches them without an index
    lot_id = fields.Many2one(index="btree_not_null")
