from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_recall_separate_approval = fields.Boolean(
        related="company_id.lot_recall_separate_approval", readonly=False
    )
    lot_recall_rework_location_id = fields.Many2one(
        related="company_id.lot_recall_rework_location_id", readonly=False
    )
    recall_days_1 = fields.Integer(related="company_id.recall_days_1", readonly=False)
    recall_days_2 = fields.Integer(related="company_id.recall_days_2", readonly=False)
    recall_days_3 = fields.Integer(related="company_id.recall_days_3", readonly=False)
    recall_link_days = fields.Integer(
        related="company_id.recall_link_days", readonly=False
    )
    recall_target_hours = fields.Float(
        related="company_id.recall_target_hours", readonly=False
    )
    recall_reminder_days = fields.Integer(
        related="company_id.recall_reminder_days", readonly=False
    )
    recall_reminder_max = fields.Integer(
        related="company_id.recall_reminder_max", readonly=False
    )
