"""Return to vendor: by the receipts that brought the goods, the latest first."""

from odoo import fields

from odoo.addons.lot_traceability.tools.quantity import format_quantity


def share(lines) -> dict:
    """What of each line goes back by which receipt.

    :return: ``{line: [(move, quantity), ...]}``, in the unit of the product; less than
        the line has where the receipts allow no more
    """
    allowed = _get_returnable(lines)
    return {line: _take_from(line, allowed) for line in lines}


def _take_from(line, allowed):
    taken, wanted, uom = [], line.quantity, line.product_uom_id
    left_by_receipt = allowed.get((line.company_id, line.lot_id), {})
    for move, left in left_by_receipt.items():
        quantity = min(wanted, left)
        if uom.compare(quantity, 0) > 0:
            taken.append((move, quantity))
            left_by_receipt[move] -= quantity
            wanted -= quantity
    return taken


def _get_returnable(lines):
    """What came from vendors and did not go back:
    ``{(company, lot): {move: quantity}}``, the latest receipt first."""
    received = lines.env["stock.move.line"].search(
        [
            ("lot_id", "in", lines.lot_id.ids),
            ("company_id", "in", lines.company_id.ids),
            ("state", "=", "done"),
            ("quantity", ">", 0),
            ("location_id.usage", "=", "supplier"),
        ],
        order="date desc, id desc",
    )
    allowed = {}
    for line in received:
        left = allowed.setdefault((line.company_id, line.lot_id), {})
        left[line.move_id] = left.get(line.move_id, 0) + line.quantity_product_uom
    for line in _get_returned(lines, received.move_id):
        left = allowed.get((line.company_id, line.lot_id), {})
        receipt = line.move_id.origin_returned_move_id
        if receipt in left:
            left[receipt] -= line.quantity_product_uom
    return allowed


def _get_returned(lines, receipts):
    """What went back already, or is about to."""
    return lines.env["stock.move.line"].search(
        [
            ("move_id.origin_returned_move_id", "in", receipts.ids),
            ("lot_id", "in", lines.lot_id.ids),
            ("state", "!=", "cancel"),
        ]
    )


def get_problem(line, shares) -> str:
    """Why the line cannot go back, in words; empty if it can."""
    allowed = sum(quantity for _move, quantity in shares)
    if not shares:
        return line.env._("No receipt of this lot from a vendor is on record.")
    if line.product_uom_id.compare(allowed, line.quantity) < 0:
        return line.env._(
            "The most that its receipts from vendors allow to return is %(allowed)s.",
            allowed=format_quantity(line.env, allowed, line.product_uom_id),
        )
    return ""


def split(lines):
    """A line for each receipt, since a return refers to one.

    :return: these lines and the further ones
    """
    rest = []
    for line, shares in share(lines).items():
        (receipt, quantity), *others = shares
        rest += [_prepare_part(line, *other) for other in others]
        # sudo: nobody has the right to write plans by hand
        line.sudo().write({"receipt_move_id": receipt.id, "quantity": quantity})
    return lines | lines.sudo().create(rest).with_env(lines.env)


def _prepare_part(line, receipt, quantity):
    # a place is planned once, so this part is noted when it is done
    return line.copy_data(
        {
            "receipt_move_id": receipt.id,
            "quantity": quantity,
            "state": "done",
            "done_date": fields.Datetime.now(),
            "done_by_id": line.env.uid,
        }
    )[0]


def prepare_return(receipt) -> dict:
    """What makes a move the return of this receipt."""
    values = {"origin_returned_move_id": receipt.id}
    if "to_refund" in receipt._fields:
        values["to_refund"] = True
    if "purchase_line_id" in receipt._fields:
        values["purchase_line_id"] = receipt.purchase_line_id.id
    return values
