"""Goods that were taken out of a held place, are not in stock any more, and come back
elsewhere: scrapped, counted away or given back, they are as held as they were.

Only holds of a place are asked here: a hold of the whole lot goes wherever it is.
"""

from odoo.fields import Domain

from .rule import IN_STOCK


def find_gone(places, lot, source, line):
    """The holds of places from which goods of a lot went to ``source``, and have not
    all come back.

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
            Domain("location_id", "=", source.id)
            | Domain("location_dest_id", "=", source.id)
        )
    )
    return holds.filtered(lambda hold: _is_some_gone(hold, lines, source))


def _is_some_gone(hold, lines, source):
    lines = lines.filtered(lambda line: line.date >= hold.hold_date)
    path = hold.location_id.parent_path
    gone = sum(
        line.quantity_product_uom
        for line in lines
        if line.location_dest_id == source
        and (line.location_id.parent_path or "").startswith(path)
    )
    # of what came in the second of the hold nobody knows whether it was before it
    back = sum(
        line.quantity_product_uom
        for line in lines
        if line.location_id == source and line.date > hold.hold_date
    )
    return hold.product_id.uom_id.compare(gone, back) > 0


def find_found_elsewhere(hold, lost):
    """The places where some of the lot of a hold was counted in since, which is now
    counted away where it is held.

    :param lost: the location for what is counted away
    """
    # sudo: as above
    lines = hold.env["stock.move.line"].sudo()
    lines = lines.search(
        [
            ("lot_id", "=", hold.lot_id.id),
            ("state", "=", "done"),
            ("date", ">=", hold.hold_date),
            ("move_id.scrap_id", "=", False),
            ("location_id", "=", lost.id),
            ("location_dest_id.usage", "in", IN_STOCK),
        ]
    )
    return lines.location_dest_id if hold.location_id else lines.location_id.browse()
