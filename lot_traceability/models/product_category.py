from odoo import fields, models

from .res_company import SERIAL_CONFLICT_POLICIES


class ProductCategory(models.Model):
    _inherit = "product.category"

    serial_conflict_policy = fields.Selection(
        SERIAL_CONFLICT_POLICIES,
        help="What happens when a serial number is received, made, moved or counted "
        "while the unit with that number is known to be elsewhere. Left empty, the "
        "parent category decides, and above it the settings of the company.",
    )

    def _get_serial_conflict_policy(self, company):
        """The policy of the nearest category that has one, else of the company."""
        category = self
        while category:
            if category.serial_conflict_policy:
                return category.serial_conflict_policy
            category = category.parent_id
        return company.sudo().lot_serial_conflict_policy
