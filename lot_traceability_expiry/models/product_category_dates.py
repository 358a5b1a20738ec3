from odoo import fields, models

EXPIRY_KINDS = [
    ("use_by", "Use By"),
    ("best_before", "Best Before"),
]


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category"]

    expiry_kind = fields.Selection(
        EXPIRY_KINDS,
        "Kind of Expiration Date",
        help="What the expiration date of lots means, unless a product says otherwise. "
        "Empty: as the parent category says, and best before if none does.",
    )

    def _get_expiry_kind(self):
        """The kind of the nearest category that has one."""
        category = self
        while category and not category.expiry_kind:
            category = category.parent_id
        return category.expiry_kind or "best_before"
