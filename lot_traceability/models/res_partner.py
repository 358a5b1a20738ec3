from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    hold_on_receipt = fields.Boolean(
        help="Lots received from this vendor start on hold, until somebody releases "
        "them."
    )

    lot_is_ftl_exempt = fields.Boolean(
        "Exempt From the Food Traceability Rule",
        help="The US food traceability rule does not apply to this vendor, as to some "
        "farms: what comes without a code gets one here.",
    )

    def _is_ftl_exempt(self):
        """An address of a vendor follows the vendor."""
        return self.lot_is_ftl_exempt or self.commercial_partner_id.lot_is_ftl_exempt

    def _is_held_on_receipt(self):
        """An address of a vendor follows the vendor."""
        self.ensure_one()
        return self.hold_on_receipt or self.commercial_partner_id.hold_on_receipt
