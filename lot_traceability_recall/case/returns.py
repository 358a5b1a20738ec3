"""What comes in of recalled lots: held at once, and noted on the case.

Customers send it back, it is made, or found by a count. What was bought is looked at by
``Hold on Receipt``.
"""

from odoo.addons.lot_traceability.numbers import finder

from ..consignees import listing
from . import hold
from .states import ACTIVE_STATES

BACK = ("customer",)
MADE_OR_FOUND = ("production", "inventory")


def send_to_quarantine(move_lines) -> None:
    """Before they are done: what comes back of recalled lots goes where it cannot be
    taken from by mistake, if the warehouse has such a place."""
    for scoped in _find_scoped(move_lines, BACK).values():
        for line in scoped:
            place = line.location_dest_id
            # sudo: where recalled goods go does not depend on who books them in
            warehouse = (place.warehouse_id or line.picking_type_id.warehouse_id).sudo()
            quarantine = warehouse.lot_quarantine_location_id
            if quarantine and not place._is_in_quarantine():
                line.location_dest_id = quarantine


def book(move_lines) -> None:
    """Book done lines on the recalls that they belong to, and hold the goods.

    By the lots of the scopes that are in force: a return never walks the trace.
    """
    for recall, back in _find_scoped(move_lines, BACK).items():
        hold.book_returns(recall, back)
        listing.book_returns(recall, back)
    for recall, found in _find_scoped(move_lines, MADE_OR_FOUND).items():
        hold.book_arrivals(recall, found)


def _find_scoped(move_lines, usages):
    """``{recall: lines by which its lots come into stock}``, from such locations."""
    if not any(place.usage in usages for place in move_lines.location_id):
        return {}
    back = move_lines.filtered(
        lambda line: (
            line.location_id.usage in usages
            and line.location_dest_id.usage in ("internal", "transit")
        )
    )
    lots = _find_lots(back)
    ids = [lot.id for found in lots.values() for lot in found]
    if not ids:
        return {}
    # sudo: whoever books the goods in need not know of the recall
    found = (
        back.env["lot.recall.line"]
        .sudo()
        .search(
            [
                ("lot_id", "in", ids),
                ("in_force", "=", True),
                ("recall_id.state", "in", ACTIVE_STATES),
            ]
        )
    )
    return {
        recall: back.filtered(
            lambda line, mine=set(scope.lot_id.ids): mine.intersection(lots[line].ids)
        )
        for recall, scope in found.grouped("recall_id").items()
    }


def _find_lots(lines):
    """``{line: lots}``: the lot of a line, or those that its number means, which core
    looks up only while the line is done."""
    typed = {
        line: (line.product_id, line.company_id, line.lot_name)
        for line in lines
        if not line.lot_id and line.lot_name
    }
    # sudo: which lot a number is does not depend on who types it
    meant = finder.find_for(lines.sudo().env, typed.values(), vendor=False)
    return {
        line: meant[typed[line]].lots if line in typed else line.lot_id
        for line in lines
    }
