from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    hold_on_receipt = fields.Boolean(
        help="Lots received from this vendor start on hold, until somebody releases "
        "them."
    )

    def _is_held_on_receipt(self):
        """An address of a vendor follows the vendor."""
        self.ensure_one()
        return self.hold_on_receipt or self.commercial_partner_id.hold_on_receipt
