from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.lot_traceability.models.lot_health_rules import HealthRule

from ..fefo.scope import get_fefo


class LotHealthRules(models.AbstractModel):
    _inherit = "lot.health.rules"

    def _get_checks(self, company):
        return [*super()._get_checks(company), self._get_stock_without_fefo(company)]

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
