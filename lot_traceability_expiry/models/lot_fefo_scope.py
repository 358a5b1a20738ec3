from odoo import api, models
from odoo.fields import Domain

FEFO = "product_expiry.removal_fefo"
PARAMETER = "lot_traceability_expiry.fefo_scope"


class LotFefoScope(models.AbstractModel):
    """Which categories and locations reserve by FEFO: all, chosen ones, or as is."""

    _name = "lot.fefo.scope"
    _description = "Where FEFO is the removal strategy"

    @api.model
    def _get_fefo(self):
        return self.env.ref(FEFO, raise_if_not_found=False) or self.env[
            "product.removal"
        ].search([("method", "=", "fefo")], limit=1)

    @api.model
    def _get_default(self):
        """What a new category or location gets."""
        # sudo: whoever creates a category need not read parameters
        scope = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        return self._get_fefo() if scope == "all" else self.env["product.removal"]

    @api.model
    def _get_categories(self):
        """Categories that reserve by FEFO."""
        return self.env["product.category"].search(
            [("removal_strategy_id", "=", self._get_fefo().id)]
        )

    @api.model
    def _apply_to_all(self):
        """Let each category and each place of goods reserve by FEFO."""
        other = Domain("removal_strategy_id", "!=", self._get_fefo().id)
        places = other & Domain("usage", "in", ("view", "internal", "transit"))
        locations = self.env["stock.location"].with_context(active_test=False)
        for records in (
            self.env["product.category"].search(other),
            # sudo: categories are of all companies, so places are, too
            locations.sudo().search(places),
        ):
            records.removal_strategy_id = self._get_fefo()

    @api.model
    def _apply_to_categories(self, categories):
        """Let these categories, and none else, reserve by FEFO."""
        known = self._get_categories()
        (known - categories).removal_strategy_id = False
        (categories - known).removal_strategy_id = self._get_fefo()
