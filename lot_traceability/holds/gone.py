"""Goods that were taken out of a held place, are not in stock any more, and come back
elsewhere: scrapped, counted away or given back, they are as held as they were.

Only holds of a place are asked here: a hold of the whole lot goes wherever it is.
"""

from collections import Counter

from odoo.fields import Domain

from .rule import GIVEN_UP, IN_STOCK


def find_gone(places, lot, source, line):
    """The holds of places from which goods of a lot went to ``source``, straight or by
    way of another place outside, and have not all come back.

    :param places: ``HeldPlaces``
    :param source: where they are now: a location that is no stock
    :param line: by which they leave it; it is not counted itself
    """
    holds = places.get_place_holds(lot)
    if not holds:
        return holds
    # sudo: the history of the stock, whatever of it the user may see
    lines = line.sudo().search(
        Domain("lot_id", "=", lot.id)
        & Domain("state", "=", "done")
        & Domain("id", "!=", line.id)
        & Domain("date", ">=", min(holds.mapped("hold_date")))
        & (
            Domain("location_id.usage", "in", GIVEN_UP)
            | Domain("location_dest_id.usage", "in", GIVEN_UP)
        ),
        order="date, id",
    )
    compare = lot.product_id.uom_id.compare
    return holds.filtered(
        lambda hold: compare(_count_outside(hold, lines)[source], 0) > 0
    )


def _count_outside(hold, lines):
    """How much of what a hold is for lies in which place outside, in the order in which
    it went there; what is free leaves last."""
    path, outside = hold.location_id.parent_path, Counter()
    for line in lines:
        source, dest = line.location_id, line.location_dest_id
        moved = 0
        if source.usage in GIVEN_UP:
            # of what came in the second of the hold nobody knows whether it was before
            if line.date > hold.hold_date:
                moved = min(line.quantity_product_uom, outside[source])
            outside[source] -= moved
        elif line.date >= hold.hold_date and (source.parent_path or "").startswith(
            path
        ):
            moved = line.quantity_product_uom
        if dest.usage in GIVEN_UP:
            outside[dest] += moved
    return outside


def find_found_elsewhere(hold):
    """The places where some of the lot of a hold was counted in since, which is now
    counted away where it is held."""
    # sudo: as above
    lines = hold.env["stock.move.line"].sudo()
    lines = lines.search(
        [
            ("lot_id", "=", hold.lot_id.id),
            ("state", "=", "done"),
            ("date", ">=", hold.hold_date),
            ("move_id.scrap_id", "=", False),
            ("location_id.usage", "=", "inventory"),
            ("location_dest_id.usage", "in", IN_STOCK),
        ]
    )
    return lines.location_dest_id if hold.location_id else lines.location_id.browse()
