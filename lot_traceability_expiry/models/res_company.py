from odoo import fields, models

from ..dates.shipping import PAST_POLICIES
from ..dates.undated import UNDATED_POLICIES


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_expiry_responsible_id = fields.Many2one(
        "res.users",
        "Expiry Responsible",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets the expiry alerts of lots whose product has no responsible person.",
    )
    lot_past_policy = fields.Selection(
        PAST_POLICIES,
        "Goods Past Their Date",
        default="ask",
        required=True,
        help="What happens when goods past their best-before or removal date leave or "
        "are used, whether in a delivery or in production. Ask: Odoo's question, and "
        "the document notes who went on. With the right: only somebody with “Override "
        "expiration dates”, who says why. Goods past their use-by date never leave; to "
        "scrap, quarantine or the vendor, all may go.",
    )
    lot_undated_policy = fields.Selection(
        UNDATED_POLICIES,
        "Goods without a Date",
        default="allow",
        required=True,
        help="What happens when a lot without an expiration date is to leave, of a "
        "product that uses them. Ask: only with a reason, by who may override dates. "
        "Refuse: it is not reserved, and nobody sends it.",
    )
    lot_ask_for_dates = fields.Boolean(
        "Ask for Missing Dates",
        help="Receipts and production are not finished before each lot has its "
        "expiration date, if its product uses them.",
    )
    lot_extend_group_id = fields.Many2one(
        "res.groups",
        "May Extend Dates",
        help="Who may set a later expiration, best-before or retest date of a lot, or "
        "remove it. Empty: who has the right “Extend expiration dates”.",
    )
    lot_retest_group_id = fields.Many2one(
        "res.groups",
        "May Record Retests",
        help="Whose tests let goods pass. Empty: everybody who may change lots.",
    )
    lot_extend_by_two = fields.Boolean(
        "Two People for Use-By Dates",
        help="A later use-by date counts once a second person with the right has "
        "approved it.",
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
