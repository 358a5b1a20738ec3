from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class LotProfilePreviewLine(models.TransientModel):
    _name = "lot.profile.preview.line"
    _description = "Value of a Profile, Before and After"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("Open the profile from First Steps.")
    _guard_parents = ("preview_id",)

    preview_id = fields.Many2one(
        "lot.profile.preview", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char("Setting", readonly=True)
    before = fields.Char(readonly=True)
    after = fields.Char(readonly=True)
    is_change = fields.Boolean(readonly=True)
