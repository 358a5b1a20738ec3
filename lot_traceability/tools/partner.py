"""With whom goods are exchanged."""

from odoo.models import BaseModel


def get_partner(record: BaseModel) -> BaseModel:
    """Who sent or got the goods of a move or move line: whom its transfer names, else
    its move."""
    move = record if record._name == "stock.move" else record.move_id
    return record.picking_id.partner_id or move.partner_id
