"""Which categories and locations reserve by FEFO: all, chosen ones, or as is."""

from odoo.api import Environment
from odoo.fields import Domain

FEFO = "product_expiry.removal_fefo"
FEFO_METHOD = "fefo"
PARAMETER = "lot_traceability_expiry.fefo_scope"


def get_fefo(env: Environment):
    """The removal strategy (``product.removal``)."""
    return env.ref(FEFO, raise_if_not_found=False) or env["product.removal"].search(
        [("method", "=", FEFO_METHOD)], limit=1
    )


def get_default(env: Environment):
    """The removal strategy that a new category or location gets; may be none."""
    # sudo: whoever creates a category need not read parameters
    scope = env["ir.config_parameter"].sudo().get_param(PARAMETER)
    return get_fefo(env) if scope == "all" else env["product.removal"]


def get_categories(env: Environment):
    """Categories that reserve by FEFO."""
    return env["product.category"].search(
        [("removal_strategy_id", "=", get_fefo(env).id)]
    )


def apply_to_all(env: Environment) -> None:
    """Let each category and each place of goods reserve by FEFO."""
    other = Domain("removal_strategy_id", "!=", get_fefo(env).id)
    places = other & Domain("usage", "in", ("view", "internal", "transit"))
    locations = env["stock.location"].with_context(active_test=False)
    for records in (
        env["product.category"].search(other),
        # sudo: categories are of all companies, so places are, too
        locations.sudo().search(places),
    ):
        records.removal_strategy_id = get_fefo(env)


def apply_to_categories(categories) -> None:
    """Let these categories, and none else, reserve by FEFO."""
    known = get_categories(categories.env)
    (known - categories).removal_strategy_id = False
    (categories - known).removal_strategy_id = get_fefo(categories.env)
