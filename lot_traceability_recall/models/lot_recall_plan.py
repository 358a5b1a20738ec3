import random

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public

from ..case import clock, roles


class LotRecallPlan(models.Model):
    """When which family of products has its next exercise."""

    _name = "lot.recall.plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Plan of Mock Recalls"
    _order = "date_next, id"

    name = fields.Char(required=True)
    categ_id = fields.Many2one(
        "product.category",
        "Product Family",
        required=True,
        help="A lot is drawn from this category and those below it.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    interval_months = fields.Integer(
        "Every (Months)",
        default=12,
        required=True,
        help="Most schemes ask for a year.",
        aggregator=None,
    )
    date_next = fields.Date(
        "Next Due", required=True, default=fields.Date.context_today, tracking=True
    )
    target_hours = fields.Float(
        "Target for the Trace (h)",
        help="Within so many hours the lots have to be traced, both ways. Empty: as "
        "the settings say.",
        aggregator=None,
    )
    recall_ids = fields.One2many("lot.recall", "plan_id", "Mock Recalls", readonly=True)
    is_due = fields.Boolean("Due", compute="_compute_is_due")

    _interval_positive = models.Constraint(
        "CHECK (interval_months > 0)", "Exercises are at least one month apart."
    )
    _target_positive = models.Constraint(
        "CHECK (target_hours IS NULL OR target_hours >= 0)",
        "The target time of an exercise cannot be below zero.",
    )

    @api.constrains("user_id")
    def _check_in_charge(self):
        roles.check_in_charge(self)

    @api.depends("date_next")
    def _compute_is_due(self):
        for plan in self:
            plan.is_due = plan.date_next <= clock.get_today(plan.company_id)

    @public.record()
    def action_draw(self):
        """Draw a lot at random that was in use lately, and begin an exercise with it.

        :return: the action that shows the mock recall
        :raise UserError: if no lot of the family was ever moved
        """
        self.ensure_one()
        lot = self._draw_lot()
        self.check_access("write")
        # which plan an exercise belongs to is not for writing by hand
        recall = guards.by_button(self.env["lot.recall"]).create(
            {
                "is_mock": True,
                "kind": "recall",
                "recall_class": "2",
                "plan_id": self.id,
                "company_id": self.company_id.id,
                "user_id": self.user_id.id,
                "reason": self.env._("Mock recall: %(plan)s", plan=self.name),
            }
        )
        recall = recall.with_env(self.env)
        recall._add_seeds(lot, self.env._("Drawn at random"))
        self.date_next = fields.Date.add(
            clock.get_today(self.company_id), months=self.interval_months
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return recall._get_records_action()

    def _draw_lot(self):
        """One of the lots that were delivered or used, each as likely as the other."""
        groups = self.env["stock.move.line"]._read_group(
            [
                ("lot_id", "!=", False),
                ("state", "=", "done"),
                ("product_id.categ_id", "child_of", self.categ_id.id),
                ("company_id", "=", self.company_id.id),
                ("location_dest_id.usage", "in", ("customer", "production")),
            ],
            ["lot_id"],
            order="lot_id",
        )
        if not groups:
            raise UserError(
                self.env._(
                    "No lot of %(family)s was ever delivered or used: there is nothing "
                    "to draw from.",
                    family=self.categ_id.display_name,
                )
            )
        return random.SystemRandom().choice(groups)[0]

    @api.model
    def _cron_remind(self):
        """Ask for the exercises that are due, once each."""
        due = self.search(clock.get_past_domain(self.env, "date_next", True))
        for plan in due.filtered(lambda plan: not plan.activity_ids):
            plan.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Do a mock recall"),
                user_id=roles.find_in_charge(plan).id,
                date_deadline=plan.date_next,
            )
