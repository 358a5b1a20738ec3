"""Lots by what their dates mean today, each in its own time zone."""

from datetime import tzinfo

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain

from odoo.addons.lot_traceability.tools.calendar_days import (
    day_start,
    in_days,
    local_date,
)

EXPIRY_STATES = [
    ("ok", "Fresh"),
    ("soon", "Expires Soon"),
    ("removal", "To Remove"),
    ("expired", "Expired"),
]


def find_in_states(env: Environment, states) -> Domain:
    """The lots that are in one of these states today; False is no state at all."""
    parts = [
        place & _get_states_domain(states, tz) for tz, place in get_places_by_zone(env)
    ]
    found = Domain.OR(parts) & Domain("product_id.use_expiration_date", "=", True)
    if False not in states:
        return found
    names = ("expiration_date", "removal_date", "alert_date")
    return (
        found
        | Domain("product_id.use_expiration_date", "=", False)
        | Domain.AND([Domain(name, "=", False) for name in names])
    )


def find_retest_due(env: Environment) -> Domain:
    """The lots whose day of the retest has come."""
    now = fields.Datetime.now()
    return Domain.OR(
        place & Domain("retest_date", "<=", local_date(now, tz))
        for tz, place in get_places_by_zone(env)
    ) & Domain("product_id.use_expiration_date", "=", True)


def get_places_by_zone(env: Environment) -> list[tuple[tzinfo, Domain]]:
    """``[(time zone, domain of the lots whose days it counts)]``."""
    # sudo: where a lot is says what day it is there
    warehouses = env["stock.warehouse"].sudo()
    default, parts = warehouses._get_expiry_tz(), []
    zones = warehouses.search(Domain("active", "in", (True, False)))
    for tz, group in zones.grouped(lambda place: place._get_expiry_tz()).items():
        if tz != default:
            parts.append((tz, _get_place_domain(group.ids)))
    rest = Domain.AND([~place for _tz, place in parts])
    return [*parts, (default, rest)]


def _get_place_domain(warehouse_ids):
    """The lots in one place of these warehouses, or on several shelves there only."""
    inside = Domain("warehouse_id", "in", warehouse_ids)
    stock = Domain("quantity", ">", 0) & Domain("location_id.usage", "=", "internal")
    there = stock & Domain("location_id.warehouse_id", "in", warehouse_ids)
    elsewhere = stock & Domain("location_id.warehouse_id", "not in", warehouse_ids)
    shelves = Domain("quant_ids", "any!", there)
    shelves &= ~Domain("quant_ids", "any!", elsewhere)
    return Domain("location_id", "any!", inside) | (
        Domain("location_id", "=", False) & shelves
    )


def _get_states_domain(states, tz):
    today = local_date(fields.Datetime.now(), tz)
    start, tomorrow = day_start(today, tz), day_start(in_days(today, 1), tz)
    expired = Domain("expiration_date", "<", start)
    removal = Domain("removal_date", "<", start)
    soon = Domain("alert_date", "<", tomorrow)
    good = _not_before("expiration_date", start)
    stays = good & _not_before("removal_date", start)
    known = Domain("expiration_date", "!=", False)
    known |= Domain("removal_date", "!=", False) | Domain("alert_date", "!=", False)
    domains = {
        "expired": expired,
        "removal": good & removal,
        "soon": stays & soon,
        "ok": stays & known & _not_before("alert_date", tomorrow),
    }
    return Domain.OR([domain for key, domain in domains.items() if key in states])


def _not_before(name, moment):
    return Domain(name, ">=", moment) | Domain(name, "=", False)
