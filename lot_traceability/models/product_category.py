from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    lot_code = fields.Char(
        "Code for Numbers",
        help="What {category code} stands for in lot and serial numbers, such as FOOD. "
        "Empty: that of the parent category.",
    )
    lot_numbering_id = fields.Many2one(
        "lot.numbering",
        string="Numbering",
        index="btree_not_null",
        help="How lots and serials are numbered, unless a product says otherwise. "
        "Empty: as the parent category, the operation type or the company says.",
    )

    def _get_lot_code(self):
        """The code of the category, or of the nearest one above that has one."""
        category = self
        while category and not category.lot_code:
            category = category.parent_id
        return category.lot_code or False
