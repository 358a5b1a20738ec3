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


def narrow(rule, rows: list) -> list:
    """The places that a rule looks at, as some look at a few warehouses only."""
    warehouses = rule.warehouse_ids
    if not warehouses:
        return rows
    return [row for row in rows if row[1].warehouse_id in warehouses]


def get_seen(alert, rows: list) -> list:
    """The places that are told of an alert; all of them once its rule sees none."""
    return narrow(alert.rule_id, rows) or rows
