from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards

_lt = LazyTranslate(__name__)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    _guards = {
        "lot_expiry_alert_id": guards.Guard(
            way=_lt("The to-dos of expiry alerts are made when these are sent.")
        ),
    }

    lot_expiry_alert_id = fields.Many2one(
        "lot.expiry.alert",
        "Expiry Alert",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        guards.check_write(self, vals)
        return super().write(vals)
