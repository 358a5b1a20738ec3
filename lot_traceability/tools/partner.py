"""With whom goods are exchanged."""

from odoo.models import BaseModel


def get_partner(record: BaseModel) -> BaseModel:
    """Who sent or got the goods of a move or move line: whom its transfer names, else
    its move."""
    move = record if record._name == "stock.move" else record.move_id
    return record.picking_id.partner_id or move.partner_id


def get_vendors(move: BaseModel) -> BaseModel:
    """Of whom goods that come in can be: whom the transfer names, which is typed, and
    the order by which they were bought."""
    found = move.picking_id.partner_id | move.partner_id
    # of the Purchase app
    if "purchase_line_id" in move._fields:
        # sudo: who receives goods need not read by which order they were bought
        found |= move.sudo().purchase_line_id.order_id.partner_id.sudo(move.env.su)
    return found
