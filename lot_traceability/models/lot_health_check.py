from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import public
from ..tools.batch_job import run_in_batches


class LotHealthCheck(models.Model):
    """How often each rule of ``lot.health.rules`` is broken in a company."""

    _name = "lot.health.check"
    _description = "Traceability Health"
    _order = "company_id, sequence, id"

    code = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(readonly=True)
    count = fields.Integer("Found", readonly=True)
    date_refreshed = fields.Datetime("Counted On", readonly=True)
    name = fields.Char("Check", compute="_compute_texts")
    model = fields.Char(compute="_compute_texts")
    meaning = fields.Char(compute="_compute_texts")
    advice = fields.Char("What to Do", compute="_compute_texts")

    _code_company_uniq = models.Constraint(
        "UNIQUE (code, company_id)", "Each check is counted once in a company."
    )

    @api.depends("code", "company_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for check in self:
            rule = check._get_rule()
            check.name = rule.name if rule else check.code
            check.model = rule and rule.model
            check.meaning = rule and rule.meaning
            check.advice = rule and rule.advice

    def _get_rule(self):
        """The rule of a check, or None if its addon has gone."""
        rules = self.env["lot.health.rules"]._get_checks(self.company_id)
        return next((rule for rule in rules if rule.code == self.code), None)

    def _get_domain(self):
        # rules look into the tables
        self.env.flush_all()
        return self._get_rule().get_domain()

    @public.record()
    def action_open_list(self):
        """Open what was counted, as far as the user may see it.

        :return: the window action
        """
        self.ensure_one()
        self.check_access("read")
        rule = self._get_rule()
        context = {"create": False, "lot_health_code": rule.code}
        if rule.group_by:
            context["group_by"] = [rule.group_by]
        return {
            "type": "ir.actions.act_window",
            "name": rule.name,
            "res_model": rule.model,
            "views": [(self._get_list_view().id, "list"), (False, "form")],
            "domain": [("lot_health_check_id", "=", self.id)],
            "context": context,
        }

    def _get_list_view(self):
        """The list to show; lots come with their age."""
        if self.model == "stock.lot":
            return self.env.ref("lot_traceability.view_stock_lot_stale_list")
        return self.env["ir.ui.view"]

    # -- counting ---------------------------------------------------------
    @public.model()
    def action_refresh(self):
        """Count again for the companies the user works in.

        :return: the action that shows the result
        """
        self.check_access("read")
        for company in self.env.companies:
            # the counts are nobody's to write; what they count is a number only
            self.sudo()._refresh(company)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_health_check"
        )
        # in place of what was counted before, not beside it in the path
        return dict(action, target="main")

    @api.model
    def _refresh(self, company):
        self.env.flush_all()
        known = self.search([("company_id", "=", company.id)]).grouped("code")
        rules = self.env["lot.health.rules"]._get_checks(company)
        for sequence, rule in enumerate(rules):
            vals = {
                "sequence": sequence,
                "count": self.env[rule.model].search_count(rule.get_domain()),
                "date_refreshed": fields.Datetime.now(),
            }
            if rule.code in known:
                known.pop(rule.code).write(vals)
            else:
                self.create(dict(vals, code=rule.code, company_id=company.id))
        for gone in known.values():
            gone.unlink()

    @api.model
    def _cron_refresh(self):
        """Count for each company, those that wait longest first."""
        companies = self._get_companies_in_turn()
        run_in_batches(
            self.env,
            companies.ids,
            1,
            lambda ids: self.sudo()._refresh(companies.browse(ids)),
        )

    def _get_companies_in_turn(self):
        groups = self.sudo()._read_group([], ["company_id"], ["date_refreshed:min"])
        counted = {company: date for company, date in groups}
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        return companies.sorted(lambda company: counted.get(company) or datetime.min)
