"""What is unusual about a number beside the transfer on which it was scanned."""

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools.sql import escape_psql

from . import booking


def get_looks(moves: BaseModel, lines: BaseModel, number: str) -> list[str]:
    """Sentences for the user about a number that was booked on some lines."""
    lots = lines.lot_id or booking.find_lots(moves, number)
    return [*_get_of_return(lines, lots, number), *_get_of_others(moves, lots, number)]


def _get_of_return(lines, lots, number):
    """What comes back, and was not what went out."""
    origin = lines.move_id.origin_returned_move_id
    sent = origin.move_line_ids.lot_id
    if sent and not lots & sent:
        yield lines.env._(
            "%(number)s was not on %(transfer)s, of which this is the return.",
            number=number,
            transfer=", ".join(origin.picking_id.mapped("display_name")),
        )


def _get_of_others(moves, lots, number):
    """One piece is in one hand."""
    if moves.product_id.tracking != "serial":
        return
    is_it = Domain("lot_id", "in", lots.ids)
    is_it |= Domain("lot_name", "=ilike", escape_psql(number))
    others = moves.env["stock.move.line"].search(
        is_it
        & Domain("product_id", "=", moves.product_id.id)
        & Domain("picked", "=", True)
        & Domain("state", "not in", ("done", "cancel"))
        & Domain("picking_id", "not in", (False, moves.picking_id.id))
        & Domain("company_id", "=", moves.company_id.id),
        limit=5,
    )
    if others:
        yield moves.env._(
            "%(number)s is picked on %(transfers)s as well.",
            number=number,
            transfers=", ".join(others.picking_id.mapped("display_name")),
        )
