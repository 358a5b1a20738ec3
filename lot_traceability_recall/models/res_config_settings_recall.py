from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recall_days_1 = fields.Integer(related="company_id.recall_days_1", readonly=False)
    recall_days_2 = fields.Integer(related="company_id.recall_days_2", readonly=False)
    recall_days_3 = fields.Integer(related="company_id.recall_days_3", readonly=False)
    recall_link_days = fields.Integer(
        related="company_id.recall_link_days", readonly=False
    )
    recall_reminder_days = fields.Integer(
        related="company_id.recall_reminder_days", readonly=False
    )
    recall_reminder_max = fields.Integer(
        related="company_id.recall_reminder_max", readonly=False
    )
