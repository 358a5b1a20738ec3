"""What Odoo orders by itself, and what expiry adds to that."""

from collections import defaultdict
from dataclasses import dataclass

from .stale import find_lines


@dataclass(frozen=True)
class Orders:
    """``forecast`` is Odoo's; ``asked`` by its reordering; ``needed`` with expiry."""

    forecast: float = 0.0
    asked: float = 0.0
    needed: float = 0.0


def get_orders(rows) -> dict:
    """``{row: Orders}`` of rows with ``product_id`` and ``warehouse_id``."""
    rules, lost = _get_rules(rows), _get_lost(rows)
    lacking = rows.filtered(
        lambda row: not rules.get((row.product_id, row.warehouse_id))
    )
    forecasts = _get_forecasts(lacking)
    return {
        row: _add_up(
            row.product_id,
            rules.get((row.product_id, row.warehouse_id)),
            forecasts.get(row, 0.0),
            lost[row.product_id, row.warehouse_id],
        )
        for row in rows
    }


def _get_rules(rows):
    # sudo: what is ordered does not depend on who asks
    rules = rows.env["stock.warehouse.orderpoint"].sudo()
    found = rules.search(
        [
            ("product_id", "in", rows.product_id.ids),
            ("warehouse_id", "in", rows.warehouse_id.ids),
        ]
    )
    return found.grouped(lambda rule: (rule.product_id, rule.warehouse_id))


def _get_lost(rows):
    """What is reserved of lots that must not leave: it covers no demand."""
    lost = defaultdict(float)
    products, warehouses = rows.product_id, rows.warehouse_id
    companies = warehouses.sudo().company_id
    env = rows.env(
        context={**rows.env.context, "allowed_company_ids": companies.ids or [0]}
    )
    for line in find_lines(env) if rows else ():
        key = line.product_id, line.location_id.warehouse_id
        if key[0] in products and key[1] in warehouses:
            lost[key] += line.quantity_product_uom
    return lost


def _get_forecasts(rows):
    """Odoo's forecast of the products that no rule looks after."""
    forecasts = {}
    for warehouse, group in rows.grouped("warehouse_id").items():
        products = group.product_id.sudo().with_context(warehouse_id=warehouse.id)
        known = {product.id: product.virtual_available for product in products}
        for row in group:
            forecasts[row] = known[row.product_id.id]
    return forecasts


def _add_up(product, rules, forecast, lost):
    if not rules:
        asked = max(-forecast, 0.0)
        return Orders(forecast, asked, max(lost - forecast, 0.0))
    forecast = sum(rules.mapped("qty_forecast"))
    asked = needed = 0.0
    for rule in rules:
        asked += rule.qty_to_order_manual or _get_order(rule, rule.qty_forecast)
        needed += _get_order(rule, rule.qty_forecast - lost)
        # it is missing once
        lost = 0.0
    return Orders(forecast, asked, needed)


def _get_order(rule, forecast):
    """As ``_get_qty_to_order`` of Odoo."""
    if rule.product_uom.compare(forecast, rule.product_min_qty) >= 0:
        return 0.0
    wanted = max(rule.product_min_qty, rule.product_max_qty) - forecast
    return rule._get_multiple_rounded_qty(wanted)
