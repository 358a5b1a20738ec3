"""Where the lots of alerts are in stock."""

from collections import defaultdict

from odoo.fields import Domain


def get_on_hand_domain() -> Domain:
    """The quants that count as stock."""
    return Domain("quantity", ">", 0) & Domain("location_id.usage", "=", "internal")


def get_places(lots) -> dict:
    """``{lot: [(company, location, quantity)]}``, the largest quantity (in the unit of
    the product) first."""
    groups = lots.env["stock.quant"]._read_group(
        get_on_hand_domain() & Domain("lot_id", "in", lots.ids),
        ["lot_id", "company_id", "location_id"],
        ["quantity:sum"],
    )
    places = defaultdict(list)
    for lot, *place in sorted(groups, key=lambda row: (-row[-1], row[2].id)):
        places[lot].append(tuple(place))
    return places


def looks_at(rule, company, place) -> bool:
    """Whether a rule looks at goods of a company in a place."""
    if rule.company_id and company != rule.company_id:
        return False
    return not rule.warehouse_ids or place.warehouse_id in rule.warehouse_ids


def narrow(rule, rows: list) -> list:
    """The places that a rule looks at, of company, location and quantity."""
    return [row for row in rows if looks_at(rule, *row[:2])]


def get_seen(alert, rows: list) -> list:
    """The places that are told of an alert; all of them once its rule sees none."""
    return narrow(alert.rule_id, rows) or rows
