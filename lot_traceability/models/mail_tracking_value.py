from odoo import api, models

from .. import guards


class MailTrackingValue(models.Model):
    """The values that changed, as the chatter shows them; the server writes them."""

    _inherit = "mail.tracking.value"

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values._refuse_if_lot_evidence()
        return values

    def write(self, vals):
        self._refuse_if_lot_evidence()
        result = super().write(vals)
        self._refuse_if_lot_evidence()
        return result

    def unlink(self):
        self._refuse_if_lot_evidence()
        return super().unlink()

    def _refuse_if_lot_evidence(self):
        if not guards.is_system(self.env):
            self.mail_message_id._refuse_if_lot_evidence()
