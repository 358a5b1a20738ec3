from odoo import fields, models


class LotProfileSetting(models.Model):
    """One value of a profile; skipped where its app is not installed."""

    _name = "lot.profile.setting"
    _description = "Setting of a Profile"
    _inherit = ["lot.guarded"]
    _order = "sequence, id"

    profile_id = fields.Many2one(
        "lot.profile", required=True, readonly=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(readonly=True)
    model = fields.Char(required=True, readonly=True, default="res.config.settings")
    domain = fields.Char(
        readonly=True, help="Which records of the company; not for the settings."
    )
    record = fields.Char(
        readonly=True, help="The external id of one record, instead of a domain."
    )
    field_name = fields.Char(required=True, readonly=True)
    value = fields.Char(
        required=True,
        readonly=True,
        help="As text: True or False, a number, a choice, or an external id.",
    )
