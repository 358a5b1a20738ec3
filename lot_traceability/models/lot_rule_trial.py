from odoo import api, fields, models
from odoo.tools import SQL

from ..adoption import trial
from ..tools import public

RELATION = "lot_rule_trial_line_rel"


class LotRuleTrial(models.Model):
    """How much work of the last days a rule would have stopped in a company."""

    _name = "lot.rule.trial"
    _description = "Dry Run of the Rules"
    _inherit = ["lot.guarded"]
    _order = "company_id, sequence, id"

    code = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(readonly=True)
    count = fields.Integer(
        "Operations",
        readonly=True,
        help="Documents of the last 30 days that it would have stopped or asked about.",
    )
    line_count = fields.Integer("Lines", readonly=True)
    date_tried = fields.Datetime("Looked On", readonly=True)
    line_ids = fields.Many2many(
        "stock.move.line", RELATION, "trial_id", "line_id", readonly=True
    )
    name = fields.Char("Rule", compute="_compute_texts", search="_search_name")
    strict = fields.Char("Would Have Stopped", compute="_compute_texts")
    now = fields.Char(compute="_compute_texts")
    is_strict = fields.Boolean(compute="_compute_texts")
    is_counted = fields.Boolean(compute="_compute_texts")

    _code_company_uniq = models.Constraint(
        "UNIQUE (code, company_id)", "Each rule is tried once in a company."
    )

    @api.depends("code", "company_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        rules = {
            company: {
                rule.code: rule
                for rule in self.env["lot.rule.trials"]._get_rules(company)
            }
            for company in self.company_id
        }
        for row in self:
            rule = rules.get(row.company_id, {}).get(row.code)
            row.name = rule.name if rule else row.code
            row.strict = rule and rule.strict
            row.now = rule and rule.now
            row.is_strict = bool(rule and rule.is_strict)
            row.is_counted = bool(rule and rule.find)

    def _search_name(self, operator, value):
        # a row for each rule and company
        rows = self.search([("company_id", "in", self.env.companies.ids)])
        found = rows.filtered_domain([("name", operator, value)])
        return [("id", "in", found.ids)]

    @public.record()
    def action_open_operations(self):
        """List what was found, by document.

        :return: the window action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "stock.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [("lot_rule_trial_ids", "in", self.ids)],
            "context": {"create": False, "edit": False},
        }

    @public.model()
    def action_try(self):
        """Look anew at the work of the last 30 days, in the user's companies.

        :return: the action that shows the result
        """
        self.check_access("read")
        for company in self.env.companies:
            # the figures are nobody's to write; what they count is a number only
            self.sudo()._try(company)
        return self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_rule_trial"
        )

    @api.model
    def _try(self, company):
        """Count for a company, and keep which lines they are."""
        self.env.flush_all()
        known = self.search([("company_id", "=", company.id)]).grouped("code")
        since = trial.get_start()
        rules = self.env["lot.rule.trials"].with_company(company)._get_rules(company)
        for sequence, rule in enumerate(rules):
            ids = rule.find(since) if rule.find else []
            vals = {
                "sequence": sequence,
                "count": trial.count_operations(self.env, ids),
                "line_count": len(ids),
                "date_tried": fields.Datetime.now(),
            }
            row = known.pop(rule.code, None)
            if row:
                row.write(vals)
            else:
                row = self.create(dict(vals, code=rule.code, company_id=company.id))
            row._keep_lines(ids)
        for gone in known.values():
            gone.unlink()
        # what the rules say now is read with the figures
        self.invalidate_model()

    def _keep_lines(self, line_ids):
        """By SQL: there may be many, and nothing depends on them."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE trial_id = %s", SQL.identifier(RELATION), self.id)
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (trial_id, line_id) SELECT %s, unnest(%s::int[])",
                SQL.identifier(RELATION),
                self.id,
                list(line_ids),
            )
        )
        self.invalidate_recordset(["line_ids"])

    @api.model
    def _get_texts(self, company):
        """A function that says of a rule, by its code, what stands beside its switch in
        the settings."""
        # sudo: whoever sees the settings sees the figures
        rows = self.sudo().search([("company_id", "=", company.id)]).grouped("code")
        return lambda code: self._get_text(rows.get(code))

    def _get_text(self, row):
        if not row:
            return self.env._("Not tried yet: see First Steps.")
        if not row.count:
            return self.env._(
                "Strict, it would have stopped nothing in the last %(days)s days.",
                days=trial.DAYS,
            )
        if row.count == 1:
            return self.env._(
                "Strict, it would have stopped or asked about 1 operation in the last "
                "%(days)s days.",
                days=trial.DAYS,
            )
        return self.env._(
            "Strict, it would have stopped or asked about %(count)s operations in the "
            "last %(days)s days.",
            count=row.count,
            days=trial.DAYS,
        )
