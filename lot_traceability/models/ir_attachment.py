from odoo import api, models

from .. import guards

# what Odoo changes in a file without changing the file
OPEN_FIELDS = {"access_token", "description"}


class IrAttachment(models.Model):
    """Files on what is over, such as a closed recall, stay as they are."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not vals.keys() <= OPEN_FIELDS:
            self._refuse_if_lot_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_lot_evidence(self):
        self._refuse_if_lot_evidence()

    def _refuse_if_lot_evidence(self):
        if guards.is_system(self.env):
            return
        for model_name, files in self.grouped("res_model").items():
            if model_name in self.env and hasattr(
                self.env[model_name], "_check_not_locked"
            ):
                owners = self.env[model_name].browse(files.mapped("res_id"))
                owners.exists()._check_not_locked()
