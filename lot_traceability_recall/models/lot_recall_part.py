from odoo import api, models
from odoo.exceptions import UserError


class LotRecallPart(models.AbstractModel):
    """What belongs to a recall cannot be changed any more once that is over."""

    _name = "lot.recall.part"
    _description = "Part of a recall"
    # what users may write by hand; everything if None
    _editable_fields = None

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.recall_id._check_not_over()
        return parts

    def write(self, vals):
        self.recall_id._check_not_over()
        editable = self._editable_fields
        if editable is not None and not self.env.su and not editable.issuperset(vals):
            raise UserError(
                self.env._("This is written by the buttons of the recall only.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_over(self):
        self.recall_id._check_not_over()
