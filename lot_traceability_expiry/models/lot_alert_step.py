from odoo import api, fields, models

from ..alerts.text import get_step_text


class LotAlertStep(models.Model):
    _name = "lot.alert.step"
    _inherit = ["lot.guarded"]
    _description = "Step of an Expiry Alert Rule"
    _order = "rule_id, unit, value desc, id"
    _guard_parents = ("rule_id",)

    rule_id = fields.Many2one("lot.alert.rule", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True)
    value = fields.Float(
        "Before",
        digits=(16, 1),
        required=True,
        help="The alert is due when no more than this is left until the date. "
        "0 is the day itself, -1 the day after.",
        aggregator=None,
    )
    unit = fields.Selection(
        [("days", "Days before the date"), ("percent", "% of life left")],
        default="days",
        required=True,
    )

    _value_check = models.Constraint(
        "CHECK (unit != 'percent' OR value BETWEEN 0 AND 100)",
        "A share of the life left is between 0 and 100 %.",
    )
    _rule_value_uniq = models.UniqueIndex(
        "(rule_id, unit, value)", "A rule has each of its steps once."
    )

    @api.depends("value", "unit")
    def _compute_display_name(self):
        for step in self:
            step.display_name = get_step_text(self.env, step.value, step.unit)
