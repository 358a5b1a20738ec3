"""Goods that leave without a number, where an operation type uses none: of a place has
to be left as much as must not leave."""

from odoo.fields import Domain

from odoo.addons.lot_traceability.done_lines.nameless import find_nameless, get_stock


def find_blocks(lines) -> dict:
    """``{line: what speaks against it}`` of lines that are done and have no lot, see
    ``stock.move.line._get_shipping_blocks``."""
    nameless = find_nameless(lines).filtered(
        lambda line: (
            line.quantity > 0
            and line.move_id._get_refusing_levels(line.location_dest_id)
        )
    )
    found = {}
    for line, there in get_stock(nameless).items():
        past = _find_past(line, there)
        staying = there.filtered(lambda quant, past=past: quant.lot_id in past)
        stays = sum(quant.quantity for quant in staying if quant.quantity > 0)
        left, compare = sum(there.mapped("quantity")), line.product_id.uom_id.compare
        if compare(left, stays) >= 0:
            continue
        if compare(left, stays - _count_gone(line, staying, nameless)) < 0:
            found[line] = past[staying.lot_id[0]]
    return found


def _count_gone(line, staying, nameless):
    """How much of what is past its dates can have left without a number before it was:
    the books have it still, and nobody could take anything from there any more.

    :param staying: quants
    :param nameless: what leaves now
    """
    place, gone = line.location_id, 0
    # sudo: the history of the stock, whatever of it the user may see
    env = staying.env
    moments = env["lot.trace"]._get_expired_moments(staying.lot_id)
    lines = env["stock.move.line"].search_fetch(
        Domain("id", "not in", nameless.ids)
        & Domain("product_id", "=", line.product_id.id)
        & Domain("lot_id", "=", False)
        & Domain("state", "=", "done")
        & (
            Domain("location_id", "=", place.id)
            | Domain("location_dest_id", "=", place.id)
        ),
        ["date", "location_id", "location_dest_id", "quantity_product_uom"],
    )
    for lot in sorted(moments, key=moments.get):
        quants = staying.filtered(lambda quant, lot=lot: quant.lot_id == lot)
        held = sum(quant.quantity for quant in quants if quant.quantity > 0)
        left = sum(
            one.quantity_product_uom
            * ((one.location_id == place) - (one.location_dest_id == place))
            for one in lines
            if one.date < moments[lot]
        )
        gone += max(min(held, left - gone), 0)
    return gone


def _find_past(line, quants):
    """``{lot: what speaks against it}`` of those that nobody may give away."""
    move, past = line.move_id, {}
    for lot in quants.filtered(lambda quant: quant.quantity > 0).lot_id:
        block = lot._get_shipping_block(
            line._get_booking_moment(), move._get_expiry_tz(), line.company_id
        )
        if block.get("level") == "refuse":
            past[lot] = block
    return past
