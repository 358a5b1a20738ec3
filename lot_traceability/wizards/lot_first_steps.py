from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..adoption import trial
from ..adoption.step import Step
from ..tools import public

_lt = LazyTranslate(__name__)

# with more lines of the last days, somebody asks for the dry run
FEW_LINES = 20_000


class LotFirstSteps(models.TransientModel):
    """One screen after the installation: what to set up, what was found, which rules
    are on, and what they would have said of the work of the last days."""

    _name = "lot.first.steps"
    _description = "First Steps"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("Open First Steps from the menu.")

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    step_ids = fields.One2many("lot.first.step", "screen_id", readonly=True)
    progress = fields.Char(compute="_compute_progress")
    trial_ids = fields.Many2many("lot.rule.trial", compute="_compute_found")
    check_ids = fields.Many2many("lot.health.check", compute="_compute_found")
    profile_ids = fields.Many2many("lot.profile", compute="_compute_found")
    is_tried = fields.Boolean(compute="_compute_found")
    is_healthy = fields.Boolean(compute="_compute_found")

    @api.depends("company_id")
    def _compute_display_name(self):
        self.display_name = self.env._("First Steps")

    @api.depends("step_ids")
    def _compute_progress(self):
        for screen in self:
            screen.progress = self.env._(
                "%(done)s of %(all)s done",
                done=len(screen.step_ids.filtered("is_done")),
                all=len(screen.step_ids),
            )

    @api.depends("company_id")
    def _compute_found(self):
        for screen in self:
            own = Domain("company_id", "=", screen.company_id.id)
            screen.trial_ids = self.env["lot.rule.trial"].search(own)
            found = self.env["lot.health.check"].search(own)
            screen.check_ids = found.filtered("count")
            screen.profile_ids = self.env["lot.profile"].search(Domain.TRUE)
            screen.is_tried = bool(screen.trial_ids)
            screen.is_healthy = bool(found) and not screen.check_ids

    # -- steps ------------------------------------------------------------
    @api.model
    def _get_steps(self, company):
        """What is to be set up; an addon adds its own.

        :return: list of ``adoption.step.Step``
        """
        return [
            self._get_step_numbering(company),
            self._get_step_products(company),
            self._get_step_quarantine(company),
        ]

    def _get_step_numbering(self, company):
        numbering = company.lot_numbering_id
        own = Domain("lot_numbering_id", "!=", False)
        names = numbering.mapped("name") or [
            record.display_name
            for model in ("product.template", "product.category", "stock.picking.type")
            for record in self.env[model].search(own, limit=1)
        ]
        return Step(
            "numbering",
            self.env._("Decide how lots and serials are numbered"),
            bool(names),
            names[0] if names else self.env._("Odoo's own sequence counts."),
            "lot_traceability.action_lot_numbering",
            setting="lot_numbering",
        )

    def _get_step_products(self, company):
        products = self.env["product.template"]
        count = products.search_count(
            Domain("tracking", "!=", "none")
            & Domain("company_id", "in", (company.id, False))
        )
        text = self.env._("%s products are tracked.", count)
        if count == 1:
            text = self.env._("1 product is tracked.")
        return Step(
            "products",
            self.env._("Track the products that a recall would be about"),
            bool(count),
            text if count else self.env._("No product is tracked yet."),
            "stock.product_template_action_product",
            defaults={"default_is_storable": True, "default_tracking": "lot"},
        )

    def _get_step_quarantine(self, company):
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        bare = warehouses.filtered(
            lambda warehouse: not warehouse._get_quarantine_locations()
        )
        named = (bare or warehouses).mapped("display_name")
        text = self.env._("Each warehouse has one.")
        if bare:
            text = self.env._("Missing in %s", ", ".join(named))
        return Step(
            "quarantine",
            self.env._("Have a quarantine in each warehouse"),
            bool(warehouses) and not bare,
            text,
            "stock.action_warehouse_form",
        )

    # -- buttons ----------------------------------------------------------
    @api.model
    @public.model()
    def action_begin(self):
        """Open the screen for the company the user works in.

        :return: the action of the screen
        """
        self.check_access("create")
        company = self.env.company
        screen = guards.by_button(self).create(
            {
                "company_id": company.id,
                "step_ids": [
                    Command.create({"code": step.code})
                    for step in self._get_steps(company)
                ],
            }
        )
        screen._look_if_little()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First Steps"),
            "res_model": self._name,
            "res_id": screen.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    @public.record()
    def action_look(self):
        """Count what is wrong, and try the rules on the work of the last 30 days.

        :return: the action of the screen
        """
        self.check_access("write")
        self._look()
        return self.action_begin() | {"target": "main"}

    def _look_if_little(self):
        """At once where it takes no time."""
        if self.is_tried:
            return
        done = trial.get_done_domain(self.company_id, trial.get_start())
        # sudo: how much there is says nothing
        lines = self.env["stock.move.line"].sudo()
        if lines.search_count(done, limit=FEW_LINES) < FEW_LINES:
            self._look()

    def _look(self):
        # sudo: the figures are nobody's to write; what they count is a number only
        self.env["lot.health.check"].sudo()._refresh(self.company_id)
        self.env["lot.rule.trial"].sudo()._try(self.company_id)
        self.invalidate_recordset()
