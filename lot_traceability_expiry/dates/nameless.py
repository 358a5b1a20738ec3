"""Goods that leave without a number, where an operation type uses none: of a place has
to be left as much as must not leave."""

from odoo.addons.lot_traceability.holds.rule import IN_STOCK


def find_blocks(lines) -> dict:
    """``{line: what speaks against it}`` of lines that are done and have no lot, see
    ``stock.move.line._get_shipping_blocks``."""
    nameless = lines.filtered(
        lambda line: (
            not line.lot_id
            and line.quantity > 0
            and line.product_id.tracking != "none"
            and line.location_id.usage in IN_STOCK
            and line.move_id._get_refusing_levels(line.location_dest_id)
        )
    )
    if not nameless:
        return {}
    # sudo: the stock, whatever of it the user may see
    quants = lines.env["stock.quant"].sudo()
    quants = quants.search(
        [
            ("product_id", "in", nameless.product_id.ids),
            ("location_id", "in", nameless.location_id.ids),
        ]
    )
    by_place = quants.grouped(lambda quant: (quant.product_id, quant.location_id))
    found = {}
    for line in nameless:
        there = by_place.get((line.product_id, line.location_id), quants.browse())
        past = _find_past(line, there)
        staying = there.filtered(lambda quant, past=past: quant.lot_id in past)
        stays = sum(quant.quantity for quant in staying if quant.quantity > 0)
        left = sum(there.mapped("quantity"))
        if line.product_id.uom_id.compare(left, stays) < 0:
            found[line] = past[staying.lot_id[0]]
    return found


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
