from odoo import fields, models

from ..tools.category_walk import find_up
from .res_company import SERIAL_CONFLICT_POLICIES


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
    hold_on_receipt = fields.Boolean(
        help="Lots of this category, or of one below, that are received, made, counted "
        "in or returned start on hold, until somebody releases them."
    )

    serial_conflict_policy = fields.Selection(
        SERIAL_CONFLICT_POLICIES,
        help="What happens when a serial number is received, made, moved or counted "
        "while the unit with that number is known to be elsewhere. Left empty, the "
        "parent category decides, and above it the settings of the company.",
    )

    def _is_held_on_receipt(self):
        return bool(find_up(self, "hold_on_receipt"))

    def _get_lot_code(self):
        """The code of the category, or of the nearest one above that has one."""
        return find_up(self, "lot_code").lot_code or False

    def _get_serial_conflict_policy(self, company):
        """The policy of the nearest category that has one, else of the company."""
        policy = find_up(self, "serial_conflict_policy").serial_conflict_policy
        return policy or company.sudo().lot_serial_conflict_policy
