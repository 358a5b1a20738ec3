from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    lot_recall_tolerance = fields.Float(
        "Recall Tolerance (%)",
        help="How far the balance of a recalled lot may be off without a reason, in "
        "percent of what was received or made. No scheme fixes a figure: set the one "
        "that you can defend.",
        aggregator=None,
    )
