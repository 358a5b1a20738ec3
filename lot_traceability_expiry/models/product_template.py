from odoo import api, fields, models

from ..alerts.settling import settle
from ..fefo import stale
from .product_category import EXPIRY_KINDS

EXPIRY_PRECISIONS = [("day", "Day"), ("month", "Month"), ("year", "Year")]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    expiry_kind = fields.Selection(
        EXPIRY_KINDS,
        "Kind of Date",
        help="What the expiration date of lots means.\n"
        "Use by: safety. Once its day is over, goods go neither to customers nor into "
        "production.\n"
        "Best before: quality. Whoever may override it can still deliver the goods, "
        "with a reason.\n"
        "Empty: as the product category says.",
    )
    expiry_kind_used = fields.Selection(
        EXPIRY_KINDS, "Kind in Use", compute="_compute_expiry_kind_used"
    )
    expiry_precision = fields.Selection(
        EXPIRY_PRECISIONS,
        "Date on Label",
        default="day",
        required=True,
        help="How exact the date on the label is. A month or a year counts until its "
        "last day, and is printed as a month or year again.",
    )
    expiry_carries = fields.Boolean(
        "Carries Expiry",
        help="What is made of this product is not good for longer than the lots of it "
        "that went in.",
    )
    expiry_in_use_days = fields.Integer(
        "Days after Opening",
        help="How many days opened or thawed goods are good for, but never longer than "
        "the printed date. 0: as long as unopened ones.",
        aggregator=None,
    )
    expiry_retest_days = fields.Integer(
        "Days until Retest",
        help="How many days after they were made goods have to be tested again. From "
        "that day on they are blocked until they pass. 0: they need no retest.",
        aggregator=None,
    )

    _expiry_in_use_days_positive = models.Constraint(
        "CHECK (expiry_in_use_days >= 0)",
        "The days after opening cannot be less than 0.",
    )
    _expiry_retest_days_positive = models.Constraint(
        "CHECK (expiry_retest_days >= 0)",
        "The days until the retest cannot be less than 0.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "use_expiration_date" in vals:
            lots = self.env["stock.lot"].sudo()
            lots = lots.search([("product_id.product_tmpl_id", "in", self.ids)])
            settle(lots)
            stale.watch(lots)
        return result

    @api.depends("expiry_kind", "categ_id.expiry_kind", "categ_id.parent_path")
    def _compute_expiry_kind_used(self):
        for template in self:
            kind = template.expiry_kind or template.categ_id._get_expiry_kind()
            template.expiry_kind_used = kind
