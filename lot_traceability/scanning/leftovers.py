"""What was planned and not scanned: said before a transfer is done, and what somebody
typed for it kept for the backorder, where core throws it away."""

from odoo.models import BaseModel

from ..numbers.provenance import Origin
from ..tools.quantity import format_quantity
from .codes import get_open_moves
from .lines import has_typed_number

# what somebody gave to goods that are still to come; other addons add theirs
_GIVEN = ("lot_name", "lot_id", "supplier_number", "batch_code", "number_origin")
_DATES = ("expiration_date", "made_on", "expiry_precision")
# more rows nobody reads
MOST = 20


def describe(pickings: BaseModel) -> str:
    """What of transfers is planned and not picked, row by row, where anything is."""
    rows = []
    for picking in pickings:
        moves = get_open_moves(picking)
        if any(moves.mapped("picked")):
            rows += [row for move in moves for row in _get_rows(move)]
    if len(rows) > MOST:
        more = pickings.env._("… and %s more", len(rows) - MOST)
        rows = [*rows[:MOST], more]
    return "\n".join(rows)


def _get_rows(move):
    product, uom = move.product_id, move.product_id.uom_id
    lines = move.move_line_ids.filtered(lambda line: not line.picked)
    named, rest = [], move.product_qty
    for line in move.move_line_ids:
        number, quantity = line.lot_id.name or line.lot_name, line.quantity_product_uom
        if line in lines and number:
            named.append(_get_row(move, number, quantity))
        if line not in lines or number:
            rest -= quantity
    if uom.compare(rest, 0) > 0:
        named.append(_get_row(move, product.display_name, rest))
    return named


def _get_row(move, name, quantity):
    uom = move.product_id.uom_id
    text = format_quantity(move.env, quantity, uom)
    if name != move.product_id.display_name:
        name = f"{name} ({move.product_id.display_name})"
    return f"{name}: {text}"


def remember(pickings: BaseModel) -> dict:
    """The numbers that were typed for goods that are not picked.

    :return: ``{transfer: [(product, quantity, values)]}``
    """
    kept = {}
    for picking in pickings:
        moves = get_open_moves(picking).filtered("picked")
        lines = moves.move_line_ids.filtered(
            lambda line: not line.picked and has_typed_number(line)
        )
        if lines:
            kept[picking] = [
                (line.product_id, line.quantity_product_uom, _get_given(line))
                for line in lines
            ]
    return kept


def _get_given(line):
    values = {}
    for name in (*_GIVEN, *_DATES):
        if name in line._fields and line[name]:
            is_record = line._fields[name].relational
            values[name] = line[name].id if is_record else line[name]
    return values


def give_back(kept: dict) -> None:
    """Put remembered numbers on the backorders."""
    for picking, rows in kept.items():
        backorder = picking.backorder_ids.filtered(
            lambda other: other.state not in ("done", "cancel")
        )[:1]
        for product, quantity, values in rows if backorder else ():
            _give(backorder, product, quantity, values)


def _give(backorder, product, quantity, values):
    lines = backorder.move_line_ids.filtered(
        lambda line: (
            line.product_id == product
            and not line.lot_name
            and not line.lot_id
            and line.product_id.uom_id.compare(line.quantity_product_uom, quantity) >= 0
        )
    )
    line, uom_id = lines[:1], product.uom_id.id
    if values.get("number_origin"):
        values["number_origin"] = Origin(values["number_origin"])
    if not line:
        move = get_open_moves(backorder).filtered(
            lambda move: move.product_id == product
        )[:1]
        base = {**move._prepare_move_line_vals(), "product_uom_id": uom_id}
        if move:
            line.create({**base, **values, "quantity": quantity})
        return
    left = line.quantity_product_uom - quantity
    line.write({**values, "product_uom_id": uom_id, "quantity": quantity})
    if product.uom_id.compare(left, 0) > 0:
        base = line.move_id._prepare_move_line_vals()
        line.create({**base, "product_uom_id": uom_id, "quantity": left})
