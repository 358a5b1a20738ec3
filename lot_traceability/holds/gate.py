"""What is asked of held lots before and after a move line is done."""

from collections import defaultdict

from odoo.exceptions import UserError

from .holding import get_current_holds


def refuse_held(lines):
    """Refuse lines that move a lot on hold where it may not go.

    :raise UserError: with the lots, who holds them and why
    """
    held = lines.filtered(
        lambda line: (
            line.lot_id.sudo().on_hold
            and line.quantity > 0
            and not line._takes_held_lots()
        )
    )
    if held:
        rows = "\n".join(f"- {_get_held_text(line)}" for line in held)
        raise UserError(
            lines.env._(
                "These lots are on hold:\n%(rows)s\n\nTake another lot, or have it "
                "released. A lot on hold can be moved into quarantine, scrapped, "
                "counted, or returned to the vendor.",
                rows=rows,
            )
        )


def _get_held_text(line):
    return line.env._(
        "%(document)s: %(lot)s of %(product)s. %(holds)s",
        document=line._get_document_name(),
        lot=line.lot_id.name,
        product=line.product_id.display_name,
        holds="; ".join(hold._get_text() for hold in get_current_holds(line.lot_id)),
    )


# -- hold on receipt ------------------------------------------------------
def hold_received(lines):
    """Hold the lots of products and vendors that have to be looked at first."""
    lots = defaultdict(lambda: lines.env["stock.lot"])
    for line in lines:
        flagged = _get_hold_on_receipt(line)
        if flagged:
            lots[flagged, line._get_document_name()] |= line.lot_id
    for (flagged, document), received in lots.items():
        # sudo: whoever receives the goods need not have the right to hold them
        received.sudo()._hold(
            lines.env._(
                "Received: everything of %s is checked first", flagged.display_name
            ),
            origin=document,
        )


def _get_hold_on_receipt(line):
    """What asks for it: the product, its category, or the vendor; or False."""
    if line.location_id.usage != "supplier" or not line.lot_id:
        return False
    if line.location_dest_id.usage not in ("internal", "transit"):
        return False
    vendor = (line.picking_id.partner_id or line.move_id.partner_id).sudo()
    for record in (line.product_id, line.product_id.categ_id, vendor):
        if record and record._is_held_on_receipt():
            return record
    return False
