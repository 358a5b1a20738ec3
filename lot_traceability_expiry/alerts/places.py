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
