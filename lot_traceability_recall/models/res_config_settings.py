from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_recall_separate_approval = fields.Boolean(
        related="company_id.lot_recall_separate_approval", readonly=False
    )
    lot_recall_rework_location_id = fields.Many2one(
        related="company_id.lot_recall_rework_location_id", readonly=False
    )
