from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_recall_separate_approval = fields.Boolean(
        "Who Assesses Does Not Approve",
        default=True,
        help="A recall is approved by somebody else than who assessed it, as long as "
        "there is somebody else with the right to approve.",
    )
    lot_recall_rework_location_id = fields.Many2one(
        "stock.location",
        "Rework Location",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="Where recalled goods go that are to be reworked.",
    )
