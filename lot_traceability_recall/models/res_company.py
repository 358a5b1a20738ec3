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
    recall_days_1 = fields.Integer(
        "Days to Answer, Class I", default=1, help="Also for what has no class yet."
    )
    recall_days_2 = fields.Integer("Days to Answer, Class II", default=3)
    recall_days_3 = fields.Integer("Days to Answer, Class III", default=7)
    recall_link_days = fields.Integer(
        "Reply Link Is Valid for",
        default=30,
        help="Days after which the link in a notice no longer opens the reply page.",
    )
    recall_reminder_days = fields.Integer(
        "Days Between Reminders",
        default=1,
        help="The first reminder goes out on the day after the deadline.",
    )
    recall_reminder_max = fields.Integer(
        "Reminders",
        default=2,
        help="After so many without an answer, a person has to call.",
    )

    recall_target_hours = fields.Float(
        "Target for the Trace of a Mock Recall (h)",
        default=4,
        help="Within so many hours the lots of an exercise have to be traced, both "
        "ways. Many schemes ask for 4 hours, some customers for 2. A plan can have "
        "another.",
    )

    _recall_target_positive = models.Constraint(
        "CHECK (recall_target_hours > 0)",
        "The target time of a mock recall has to be more than zero.",
    )
    _recall_days_positive = models.Constraint(
        "CHECK (recall_days_1 >= 0 AND recall_days_2 >= 0 AND recall_days_3 >= 0 "
        "AND recall_link_days > 0 AND recall_reminder_days > 0 "
        "AND recall_reminder_max >= 0)",
        "Days to answer and reminders cannot be below zero; a link is valid, and "
        "reminders are apart, for one day at least.",
    )
