from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..adoption import profile
from ..tools import public

_lt = LazyTranslate(__name__)


class LotProfilePreview(models.TransientModel):
    """Shows what a profile sets, and sets it."""

    _name = "lot.profile.preview"
    _description = "Preview of a Profile"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("Open the profile from First Steps.")

    profile_id = fields.Many2one(
        "lot.profile", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    description = fields.Text(related="profile_id.description")
    line_ids = fields.One2many("lot.profile.preview.line", "preview_id", readonly=True)
    may_apply = fields.Boolean(compute="_compute_may_apply")

    @api.depends_context("uid")
    def _compute_may_apply(self):
        self.may_apply = self.env.user.has_group("base.group_system")

    @api.model
    def _open(self, chosen):
        company = self.env.company
        return guards.by_button(self).create(
            {
                "profile_id": chosen.id,
                "company_id": company.id,
                "line_ids": [
                    Command.create(
                        {
                            "name": change.name,
                            "before": change.before,
                            "after": change.after,
                            "is_change": change.is_change,
                        }
                    )
                    for change in profile.get_changes(chosen, company)
                ],
            }
        )

    @public.record()
    def action_apply(self):
        """Set what is shown.

        :return: the first steps, with what is set now
        :raise AccessError: to those who may not change the settings
        """
        self.check_access("write")
        profile.apply(self.profile_id, self.company_id)
        return self.env["lot.first.steps"].action_begin() | {"target": "main"}
