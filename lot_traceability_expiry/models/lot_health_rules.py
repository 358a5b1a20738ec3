from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.lot_traceability.models.lot_health_rules import HealthRule

from ..dates.undated import get_undated_stock_domain
from ..fefo.scope import get_fefo


class LotHealthRules(models.AbstractModel):
    _inherit = "lot.health.rules"

    def _get_checks(self, company):
        return [
            *super()._get_checks(company),
            self._get_stock_without_fefo(company),
            self._get_undated(company),
            self._get_unwatched(company),
            self._get_untold(company),
            self._get_silent_rules(company),
            self._get_faulty_alerts(company),
            self._get_unsent(company),
            self._get_to_approve(company),
        ]

    def _get_undated(self, company):
        return HealthRule(
            "lots_without_date",
            self.env._("Lots without an Expiration Date"),
            "stock.quant",
            get_undated_stock_domain(company),
            self.env._(
                "The products use expiration dates, these lots have none: nothing "
                "warns before they expire."
            ),
            self.env._(
                "Write the date on the lot. The settings can ask for it at receipts "
                "and production, and say what happens to goods without."
            ),
            "product_id",
        )

    def _get_unwatched(self, company):
        rules = self.env["lot.alert.rule"].search(
            [("company_id", "in", [company.id, False])]
        )
        # a rule sees nothing of a lot that has not the date by which it counts
        watched = Domain.OR(
            [
                rule._get_quant_domain()
                & Domain(f"lot_id.{rule.date_field}", "!=", False)
                for rule in rules
            ]
        )
        return HealthRule(
            "stock_without_alert_rule",
            self.env._("Stock That No Alert Rule Watches"),
            "stock.quant",
            self._get_dated_stock(company) & ~watched,
            self.env._("Nobody is alerted before these lots expire."),
            self.env._("Activate an expiry alert rule for these goods."),
            "product_id",
        )

    def _get_dated_stock(self, company):
        return (
            Domain("company_id", "=", company.id)
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "=", "internal")
            & Domain("product_id.use_expiration_date", "=", True)
            & Domain("lot_id.expiration_date", "!=", False)
        )

    def _get_untold(self, company):
        return HealthRule(
            "expiry_nobody_to_tell",
            self.env._("Lots of Which Nobody Can Be Told"),
            "lot.expiry.board",
            Domain("company_id", "=", company.id) & Domain("fault", "!=", False),
            self.env._(
                "The responsible person of the product is missing, archived, of "
                "another company or may not read lots."
            ),
            self.env._(
                "Choose another responsible person on the product, and an expiry "
                "responsible in the Inventory settings for what has none."
            ),
            "product_id",
        )

    def _get_silent_rules(self, company):
        rules = self.env["lot.alert.rule"].search(
            [("company_id", "in", [company.id, False])]
        )
        silent = rules.filtered(lambda rule: rule._is_silent())
        return HealthRule(
            "alert_rules_without_recipient",
            self.env._("Alert Rules That Tell Nobody"),
            "lot.alert.rule",
            Domain("id", "in", silent.ids),
            self.env._(
                "Neither a to-do nor a message comes of them, or all who are named are "
                "gone."
            ),
            self.env._(
                "Tick “Activity” on the rule, or choose recipients who are there."
            ),
        )

    def _get_faulty_alerts(self, company):
        return HealthRule(
            "expiry_alerts_with_fault",
            self.env._("Expiry Alerts That Did Not Reach Whom They Should"),
            "lot.expiry.alert",
            Domain("company_id", "in", [company.id, False])
            & Domain("outcome", "=", False)
            & Domain("fault", "!=", False),
            self.env._(
                "They went to the expiry responsible of the company, or to nobody."
            ),
            self.env._(
                "See whom the product, the rule and the Inventory settings name, and "
                "record what was done about the lots."
            ),
            "fault",
        )

    def _get_unsent(self, company):
        return HealthRule(
            "expiry_messages_failed",
            self.env._("Expiry Messages That Were Not Sent"),
            "lot.alert.message",
            Domain("company_id", "in", [company.id, False])
            & Domain("state", "=", "failed"),
            self.env._("Their recipients read nothing of these lots."),
            self.env._("Read why, mend it, then use “Send Again”."),
        )

    def _get_to_approve(self, company):
        return HealthRule(
            "date_extensions_waiting",
            self.env._("Later Dates That Wait for a Second Person"),
            "lot.date.extension",
            Domain("company_id", "in", [company.id, False])
            & Domain("state", "=", "waiting"),
            self.env._("The lots keep their earlier date until then."),
            self.env._("Approve or refuse them."),
        )

    def _get_stock_without_fefo(self, company):
        return HealthRule(
            "stock_without_fefo",
            self.env._("Stock Not under FEFO"),
            "stock.quant",
            Domain("company_id", "=", company.id)
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "=", "internal")
            & Domain("product_id.use_expiration_date", "=", True)
            & self._get_without_fefo(),
            self.env._(
                "Goods with an expiration date lie where another removal strategy "
                "counts: later ones may be reserved before earlier ones."
            ),
            self.env._(
                "Choose “Every category and location” under FEFO in the settings, or "
                "set the removal strategy of the category."
            ),
            "location_id",
        )

    def _get_without_fefo(self):
        """As Odoo chooses: the category, then the nearest location that says one."""
        fefo = get_fefo(self.env).id
        strategy = "product_id.categ_id.removal_strategy_id"
        nowhere = Domain("location_id", "in", SQL("(%s)", self._sql_places(fefo)))
        # a product may have no category at all
        return ~Domain(strategy, "in", [fefo]) & (
            Domain(strategy, "!=", False) | nowhere
        )

    def _sql_places(self, fefo):
        """Locations that are not under FEFO by themselves or by what they lie in."""
        return SQL(
            """
            SELECT place.id
              FROM stock_location AS place
              LEFT JOIN LATERAL (
                   SELECT parent.removal_strategy_id
                     FROM unnest(
                          string_to_array(rtrim(place.parent_path, '/'), '/')::int[]
                          ) WITH ORDINALITY AS step(id, depth)
                     JOIN stock_location AS parent ON parent.id = step.id
                    WHERE parent.removal_strategy_id IS NOT NULL
                    ORDER BY step.depth DESC
                    LIMIT 1
                   ) AS nearest ON TRUE
             WHERE nearest.removal_strategy_id IS DISTINCT FROM %s
            """,
            fefo,
        )
