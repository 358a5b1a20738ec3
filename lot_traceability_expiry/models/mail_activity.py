from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    lot_expiry_alert_id = fields.Many2one(
        "lot.expiry.alert", "Expiry Alert", index="btree_not_null", readonly=True
    )
