"""What a hold on lots would touch."""

from ..apps import ORDER_FIELDS
from .holding import get_open_lines


def get_impact(lots):
    """See ``stock.lot.hold_impact``."""
    lots.check_access("read")
    # the lines that are freed are those of all; shown is what the user may read
    lines = get_open_lines(lots).sudo(False)._filtered_access("read")
    quants = _get_quants(lots)
    return {
        "lots": _get_lots(lots),
        "stock": [row for row in quants if row["usage"] == "internal"],
        "in_transit": [row for row in quants if row["usage"] == "transit"],
        "reservations": [_prepare_reservation(line) for line in lines],
        "orders": _get_orders(lines),
    }


def _get_lots(lots):
    rows = lots._trace_downstream(["lots"])["lots"]
    found = lots.browse([row["id"] for row in rows])
    held = {lot.id for lot in found if lot.on_hold}
    return [{**row, "on_hold": row["id"] in held} for row in rows]


def _get_quants(lots):
    groups = lots.env["stock.quant"]._read_group(
        [
            ("lot_id", "in", lots.ids),
            ("location_id.usage", "in", ("internal", "transit")),
        ],
        ["lot_id", "location_id"],
        ["quantity:sum", "reserved_quantity:sum"],
        having=[("quantity:sum", "!=", 0)],
    )
    return [
        {
            "lot_id": lot.id,
            "lot": lot.name,
            "product": lot.product_id.display_name,
            "location_id": location.id,
            "location": location.display_name,
            "usage": location.usage,
            "quantity": quantity,
            "reserved": reserved,
            "uom": lot.product_id.uom_id.name,
        }
        for lot, location, quantity, reserved in groups
    ]


def _prepare_reservation(line):
    document = _get_document(line.move_id)
    return {
        "lot_id": line.lot_id.id,
        "lot": line.lot_id.name,
        "product": line.product_id.display_name,
        "quantity": line.quantity_product_uom,
        "uom": line.product_id.uom_id.name,
        "document": document and document.display_name or line.reference,
        "document_model": document and document._name,
        "document_id": document and document.id,
        "state": _get_state(document),
    }


def _get_orders(lines):
    orders = {_get_order(line.move_id): None for line in lines}
    orders.pop(False, None)
    return [
        {
            "document": order.display_name,
            "document_model": order._name,
            "document_id": order.id,
            "state": _get_state(order),
            "partner": "partner_id" in order._fields and order.partner_id.display_name,
        }
        for order in orders
    ]


def _get_document(move):
    return _get_order(move) if not move.picking_id else move.picking_id


def _get_order(move):
    """The order of an app that may be there: what the move is for, or False."""
    for name in ORDER_FIELDS:
        record = name in move._fields and move[name]
        if record and name == "sale_line_id":
            record = record.order_id
        if record and record._filtered_access("read"):
            return record
    return False


def _get_state(record):
    """The state in the words of its form."""
    if not record or "state" not in record._fields:
        return False
    states = record._fields["state"]._description_selection(record.env)
    return dict(states).get(record.state, False)
