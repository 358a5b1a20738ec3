from odoo import fields, models

from ..tools import public


class LotProfile(models.Model):
    """Settings that fit a trade, to begin with."""

    _name = "lot.profile"
    _description = "Profile of Settings"
    _inherit = ["lot.guarded"]
    _order = "sequence, id"

    name = fields.Char(required=True, readonly=True, translate=True)
    description = fields.Text(readonly=True, translate=True)
    sequence = fields.Integer(readonly=True)
    setting_ids = fields.One2many("lot.profile.setting", "profile_id", readonly=True)

    @public.record()
    def action_preview(self):
        """Show what the profile sets, before anything is set.

        :return: the action of the dialog
        """
        self.check_access("read")
        preview = self.env["lot.profile.preview"]._open(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Profile: %s", self.name),
            "res_model": preview._name,
            "res_id": preview.id,
            "views": [[False, "form"]],
            "target": "new",
        }
