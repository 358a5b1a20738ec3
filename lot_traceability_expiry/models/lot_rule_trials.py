from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.lot_traceability.adoption.trial import (
    TrialRule,
    get_choice,
    get_done_domain,
)
from odoo.addons.lot_traceability.tools.calendar_days import in_days

from ..dates import typed
from ..dates.shipping import STRICT
from ..fefo.past import find_deviations

EXTEND_GROUP = "lot_traceability_expiry.group_expiry_extend"
# what is past, and may only not go where the company says so
PAST = ("best_before", "removal")


class LotRuleTrials(models.AbstractModel):
    _inherit = "lot.rule.trials"

    @api.model
    def _get_rules(self, company):
        return [
            *super()._get_rules(company),
            *self._get_rules_on_dates(company),
            *self._get_rules_on_safety(company),
            *self._get_rules_on_picks(company),
        ]

    def _get_rules_on_dates(self, company):
        on, off = self.env._("On"), self.env._("Off")
        label = company._fields["lot_past_policy"]._description_string(self.env)
        undated = company._fields["lot_undated_policy"]._description_string(self.env)
        ask = company._fields["lot_ask_for_dates"]._description_string(self.env)
        return [
            TrialRule(
                "past_dates",
                label,
                self.env._(
                    "Goods past their best-before or removal date left, or were used."
                ),
                get_choice(company, "lot_past_policy"),
                company.lot_past_policy != "ask",
                lambda since: self._find_blocked(company, since, PAST),
                "lot_past_policy",
            ),
            TrialRule(
                "undated",
                undated,
                self.env._("Goods without an expiration date left, or were used."),
                get_choice(company, "lot_undated_policy"),
                company.lot_undated_policy != "allow",
                lambda since: self._find_blocked(company, since, ("undated",)),
                "lot_undated_policy",
            ),
            TrialRule(
                "ask_for_dates",
                ask,
                self.env._("Lots were received or made without an expiration date."),
                on if company.lot_ask_for_dates else off,
                company.lot_ask_for_dates,
                lambda since: self._find_undated_new(company, since),
                "lot_ask_for_dates",
            ),
        ]

    def _get_rules_on_safety(self, company):
        on = self.env._("On")
        group = company.sudo().lot_extend_group_id or self.env.ref(EXTEND_GROUP).sudo()
        extenders = group.all_user_ids.filtered("active").sorted("id")
        return [
            TrialRule(
                "use_by",
                self.env._("Use-By Dates and Retests"),
                self.env._(
                    "Goods past their use-by date, or due for a retest, left or were "
                    "used."
                ),
                on,
                True,
                lambda since: self._find_blocked(company, since, ("use_by", "retest")),
            ),
            TrialRule(
                "later_dates",
                self.env._("Later Dates"),
                self.env._(
                    "A later date of a lot is set by these alone: %s",
                    ", ".join(extenders[:5].mapped("name")),
                ),
                on,
                True,
                None,
                "lot_extend_group_id",
            ),
            TrialRule(
                "two_dates",
                self.env._("Two Dates of a Lot"),
                self.env._("Goods came in with another date than their lot has."),
                on,
                True,
                lambda since: self._find_two_dates(company, since),
            ),
        ]

    def _get_rules_on_picks(self, company):
        types = self.env["stock.picking.type"].search(
            [("company_id", "=", company.id), ("fefo_policy", "in", ("log", "warn"))]
        )
        rules = self.env["lot.shelf.life.rule"].search_count(
            [("company_id", "in", (company.id, False))]
        )
        return [
            TrialRule(
                "fefo",
                self.env["stock.picking.type"]
                ._fields["fefo_policy"]
                ._description_string(self.env),
                self.env._(
                    "A lot was taken although one with an earlier date was there. What "
                    "was reserved then is not known."
                ),
                self.env._("Counted, or a warning") if types else self.env._("On"),
                not types,
                lambda since: find_deviations(self.env, company, since),
            ),
            TrialRule(
                "shelf_life",
                self.env._("Minimum Shelf Life"),
                self.env._("A lot had less of its life left than a rule asks for."),
                self.env._("%s rules", rules) if rules else self.env._("No rule"),
                bool(rules),
                lambda since: self._find_short_lives(company, since),
            ),
        ]

    # -- what they find ---------------------------------------------------
    def _search_dated(self, company, since, domain):
        # sudo: what a rule would stop does not depend on who asks
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                get_done_domain(company, since)
                & Domain("product_id.use_expiration_date", "=", True)
                & domain
            )
        )

    def _find_blocked(self, company, since, causes):
        """By the one rule of what leaves, in its strict form."""
        now = fields.Datetime.now()
        lines = self._search_dated(
            company,
            since,
            Domain("location_dest_id.usage", "in", ("customer", "production"))
            & Domain("lot_id", "!=", False)
            & (
                Domain("lot_id.expiration_date", "=", False)
                | Domain("lot_id.expiration_date", "<=", now)
                | Domain("lot_id.removal_date", "<=", now)
                # somewhere it is tomorrow already; the rule itself knows where
                | Domain("lot_id.retest_date", "<=", in_days(now.date(), 1))
            ),
        )
        blocks = lines._get_shipping_blocks(STRICT)
        return [line.id for line, block in blocks.items() if block["cause"] in causes]

    def _find_two_dates(self, company, since):
        return typed.find_differing(
            self._search_dated(
                company, since, Domain("location_id.usage", "=", "supplier")
            )
        )

    def _find_undated_new(self, company, since):
        lines = self._search_dated(
            company,
            since,
            Domain("location_id.usage", "in", ("supplier", "production"))
            & Domain("lot_id.expiration_date", "=", False),
        )
        return lines._filter_undated_new().ids

    def _find_short_lives(self, company, since):
        rules = self.env["lot.shelf.life.rule"]
        if not rules._get_directions(company.id):
            return []
        lines = self._search_dated(company, since, Domain("lot_id", "!=", False))
        return [line.id for line in lines if line._get_missing_life()[-1]]
