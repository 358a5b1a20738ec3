"""Goods that were taken out of a held place, are not in stock any more, and come back
elsewhere: scrapped, counted away or given back, they are as held as they were. What was
counted away comes back from anywhere that had none of it.

Only holds of a place are asked here: a hold of the whole lot goes wherever it is.
"""

from collections import Counter

from odoo.fields import Domain

from .rule import GIVEN_UP, IN_STOCK


def find_gone(places, lot, source, line, is_booked):
    """The holds of places from which goods of a lot went to ``source``, straight or by
    way of another place outside, or from where they were counted away if ``source`` had
    none of them; and have not all come back.

    :param places: ``HeldPlaces``
    :param source: where they are now: a location that is no stock
    :param line: by which they leave it; it is not counted itself
    :param is_booked: whether the stock says already that they have left
    """
    holds = places.get_place_holds(lot)
    if not holds:
        return holds
    # sudo: the history of the stock, whatever of it the user may see
    lines = line.sudo().search(
        Domain("lot_id", "=", lot.id)
        & Domain("state", "=", "done")
        & Domain("id", "!=", line.id)
        & get_since(min(holds.mapped("hold_date")))
        & (
            Domain("location_id.usage", "in", [*GIVEN_UP, "production"])
            | Domain("location_dest_id.usage", "in", GIVEN_UP)
        ),
    )
    lines = lines.sorted(lambda line: (get_moment(line), line.id))
    compare = lot.product_id.uom_id.compare
    from_nowhere = source.usage != "inventory" and comes_from_nowhere(
        line, lot, source, is_booked
    )

    def is_outside(hold):
        outside, missed = _count_outside(hold, lines)
        missing = missed.total() if from_nowhere else 0
        return compare(max(outside[source], missing), 0) > 0

    return holds.filtered(is_outside)


def get_since(moment) -> Domain:
    """Lines done since; the date of a count is typed, and may lie before it."""
    return Domain("date", ">=", moment) | (
        Domain("move_id.is_inventory", "=", True) & Domain("create_date", ">=", moment)
    )


def get_moment(line):
    """When a line was done, whatever is said of a count."""
    if line.move_id.is_inventory:
        return max(line.date, line.create_date)
    return line.date


def comes_from_nowhere(line, lot, source, is_booked) -> bool:
    """Whether a place outside has less of a lot than a line takes from there."""
    # sudo: the stock, whatever of it the user may see
    groups = (
        line.sudo()
        .env["stock.quant"]
        ._read_group(
            [("lot_id", "=", lot.id), ("location_id", "=", source.id)],
            aggregates=["quantity:sum"],
        )
    )
    there, taken = groups[0][0] or 0, line.quantity_product_uom
    if is_booked:
        there += taken
    return lot.product_id.uom_id.compare(there, taken) < 0


def _count_outside(hold, lines):
    """How much of what a hold is for lies in which place outside, in the order in which
    it went there; what is free leaves last.

    :return: that, and how much of it was counted away and not found again
    """
    path, outside, missed = hold.location_id.parent_path, Counter(), Counter()
    for line in lines:
        source, dest = line.location_id, line.location_dest_id
        moved = 0
        # of what came in the second of the hold nobody knows whether it was before
        is_after = get_moment(line) > hold.hold_date
        if source.usage in GIVEN_UP:
            if is_after:
                moved = min(line.quantity_product_uom, outside[source])
            outside[source] -= moved
            missed[source] = min(missed[source], outside[source])
        elif get_moment(line) >= hold.hold_date and (
            source.parent_path or ""
        ).startswith(path):
            moved = line.quantity_product_uom
            if dest.usage == "inventory" and not line.move_id.scrap_id:
                missed[dest] += moved
        if dest.usage in GIVEN_UP:
            outside[dest] += moved
        elif source.usage in ("supplier", "production") and is_after:
            _find_again(line.quantity_product_uom - moved, outside, missed)
    return outside, missed


def _find_again(quantity, outside, missed):
    """Some of what was missed came in from where nobody had it."""
    for place in missed:
        found = min(quantity, missed[place])
        quantity -= found
        missed[place] -= found
        outside[place] -= found


def find_found_elsewhere(hold):
    """The places where some of the lot of a hold was counted in since, which is now
    counted away where it is held."""
    # sudo: as above
    lines = hold.env["stock.move.line"].sudo()
    lines = lines.search(
        get_since(hold.hold_date)
        & Domain("lot_id", "=", hold.lot_id.id)
        & Domain("state", "=", "done")
        & Domain("move_id.scrap_id", "=", False)
        & Domain("location_id.usage", "=", "inventory")
        & Domain("location_dest_id.usage", "in", IN_STOCK)
    )
    return lines.location_dest_id if hold.location_id else lines.location_id.browse()
