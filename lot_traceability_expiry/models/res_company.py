from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_expiry_responsible_id = fields.Many2one(
        "res.users",
        "Expiry Responsible",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets the expiry alerts of lots whose product has no responsible person.",
    )
