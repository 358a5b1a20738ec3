"""What customers send back of recalled lots: held at once, and booked on the case."""

from ..consignees import listing
from . import hold
from .states import ACTIVE_STATES


def book(move_lines) -> None:
    """Book done lines on the recalls that they belong to, and hold the goods.

    By the lots of the scopes that are in force: a return never walks the trace.
    """
    back = move_lines.filtered(
        lambda line: (
            line.lot_id
            and line.location_id.usage == "customer"
            and line.location_dest_id.usage in ("internal", "transit")
        )
    )
    if not back:
        return
    # sudo: whoever books the goods in need not know of the recall
    found = (
        back.env["lot.recall.line"]
        .sudo()
        .search(
            [
                ("lot_id", "in", back.lot_id.ids),
                ("in_force", "=", True),
                ("recall_id.state", "in", ACTIVE_STATES),
            ]
        )
    )
    for recall, scoped in found.grouped("recall_id").items():
        lots = set(scoped.lot_id.ids)
        mine = back.filtered(lambda line, lots=lots: line.lot_id.id in lots)
        hold.book_returns(recall, mine)
        listing.book_returns(recall, mine)
