from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_expiry_responsible_id = fields.Many2one(
        "res.users",
        "Expiry Responsible",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets the expiry alerts of lots whose product has no responsible person.",
    )
    lot_forecast_days = fields.Integer(
        "Days of Past Demand",
        default=90,
        help="What was delivered and used up in so many days tells the daily rate at "
        "which stock is expected to go.",
    )

    _lot_forecast_days_positive = models.Constraint(
        "CHECK (lot_forecast_days > 0)",
        "Demand is measured over at least one day.",
    )
