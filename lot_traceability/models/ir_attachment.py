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

    def _delete_and_notify(self, message=None):
        # the web client deletes files as the superuser
        if not guards.is_by_button(self.env):
            self._check_no_lot_evidence()
        return super()._delete_and_notify(message)

    def _refuse_if_lot_evidence(self):
        if not guards.is_system(self.env):
            self._check_no_lot_evidence()

    def _check_no_lot_evidence(self):
        """:raise UserError: if one of the files is kept as it is, whoever asks"""
        # sudo: what is kept does not depend on who asks
        files = self.sudo()
        for model_name, of_model in files.grouped("res_model").items():
            owners = self.env.get(model_name, self.env["ir.attachment"]).sudo(False)
            if hasattr(owners, "_check_not_locked"):
                owners.browse(of_model.mapped("res_id")).exists()._check_not_locked()
        messages = self.env["mail.message"].sudo()
        if files:
            messages.search(
                [("attachment_ids", "in", files.ids)]
            )._refuse_if_lot_evidence()
