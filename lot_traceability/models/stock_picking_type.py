from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    lot_numbering_id = fields.Many2one(
        "lot.numbering",
        string="Numbering",
        index="btree_not_null",
        check_company=True,
        help="How lots and serials are numbered that begin here: one way for what is "
        "bought, another for what is made. A product's or category's own numbering "
        "counts more.",
    )
