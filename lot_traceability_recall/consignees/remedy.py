"""Standard documents that are started from a consignee: return, replacement, credit."""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.fields import Command

from ..case import states


def may_create(env, model_name: str) -> bool:
    """Whether the app is installed and the user works with it."""
    return model_name in env and env[model_name].has_access("create")


# -- returns -----------------------------------------------------------
def start_return(consignee):
    """Create the return transfers for what the consignee still has.

    What an open return brings back already is left out.

    :return: the action that shows them
    :raise UserError: if there is nothing to return
    """
    consignee.ensure_one()
    consignee.check_access("write")
    states.check_not_over(consignee.recall_id)
    wanted = _get_quantities_to_return(consignee)
    returns = consignee.env["stock.picking"]
    for picking in consignee.line_ids.picking_ids.filtered(lambda p: p.state == "done"):
        parts = _take_from(consignee, picking, wanted)
        if parts:
            returns += _create_return(consignee, picking, parts)
    if not returns:
        raise UserError(
            consignee.env._(
                "%(consignee)s has nothing left to return, or it is on its way: "
                "see the open returns.",
                consignee=consignee.display_name,
            )
        )
    # the list of returns is not for writing by hand
    consignee.sudo().return_ids += returns
    return _open_documents(consignee, "stock.action_picking_tree_all", returns)


def _get_quantities_to_return(consignee):
    wanted = defaultdict(float)
    for line in consignee.line_ids:
        wanted[line.product_id, line.lot_id] += _get_still_there(line)
    lines = consignee.return_ids.filtered(
        lambda picking: picking.state not in ("done", "cancel")
    ).move_line_ids
    for line in lines:
        wanted[line.product_id, line.lot_id] -= line.quantity_product_uom
    return wanted


def _take_from(consignee, picking, wanted):
    """What of a delivery comes back: {move: {lot: quantity}}."""
    parts = {}
    for line in picking.move_line_ids:
        key = line.product_id, line.lot_id
        quantity = min(wanted.get(key, 0), _get_not_returned(consignee, line))
        if line.product_id.uom_id.compare(quantity, 0) > 0:
            lots = parts.setdefault(line.move_id, defaultdict(float))
            lots[line.lot_id] += quantity
            wanted[key] -= quantity
    return parts


def _get_not_returned(consignee, line):
    back = line.move_id.returned_move_ids.move_line_ids.filtered(
        lambda one: one.lot_id == line.lot_id and one.state != "cancel"
    )
    return line.quantity_product_uom - sum(back.mapped("quantity_product_uom"))


def _create_return(consignee, picking, parts):
    wizard = consignee.env["stock.return.picking"].create({"picking_id": picking.id})
    for line in wizard.product_return_moves:
        quantity = sum(parts.get(line.move_id, {}).values())
        line.quantity = line.product_id.uom_id._compute_quantity(quantity, line.uom_id)
    action = wizard.action_create_returns()
    back = consignee.env["stock.picking"].browse(action["res_id"])
    back.origin = consignee.env._(
        "%(recall)s, return of %(delivery)s",
        recall=consignee.recall_id.name,
        delivery=picking.name,
    )
    for move in back.move_ids:
        _set_lots(consignee, move, parts.get(move.origin_returned_move_id, {}))
    return back


def _set_lots(consignee, move, lots):
    """The recalled lots come back, not any that were on the same delivery."""
    move.move_line_ids.unlink()
    move.move_line_ids = [
        Command.create(
            {
                "product_id": move.product_id.id,
                "product_uom_id": move.product_id.uom_id.id,
                "lot_id": lot.id,
                "quantity": quantity,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
                "picking_id": move.picking_id.id,
            }
        )
        for lot, quantity in lots.items()
    ]


# -- replacement and credit --------------------------------------------
def start_replacement(consignee):
    """Create a quotation that replaces what came back, or will, or was destroyed.

    :return: the action that shows it
    :raise UserError: without the Sales app, or if there is nothing to replace
    """
    _check_can_remedy(consignee, "sale.order")
    order = consignee.env["sale.order"].create(
        {
            "partner_id": consignee.partner_id.id,
            "company_id": consignee.company_id.id,
            "origin": consignee.recall_id.name,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product, (quantity, _price) in _get_remedied(consignee).items()
            ],
        }
    )
    return _open_document(consignee, order)


def start_credit(consignee):
    """Create a draft credit note for what came back, or will, or was destroyed.

    :return: the action that shows it
    :raise UserError: without the Invoicing app, or if there is nothing to credit
    """
    _check_can_remedy(consignee, "account.move")
    note = consignee.env["account.move"].create(
        {
            "move_type": "out_refund",
            "partner_id": consignee.partner_id.id,
            "company_id": consignee.company_id.id,
            "invoice_origin": consignee.recall_id.name,
            "ref": consignee.recall_id.name,
            "invoice_line_ids": [
                Command.create({"product_id": product.id, "quantity": quantity} | price)
                for product, (quantity, price) in _get_remedied(consignee).items()
            ],
        }
    )
    return _open_document(consignee, note)


def _check_can_remedy(consignee, model_name):
    consignee.ensure_one()
    consignee.check_access("write")
    states.check_not_over(consignee.recall_id)
    if not may_create(consignee.env, model_name):
        raise UserError(
            consignee.env._("The app for this is not installed, or you may not use it.")
        )
    if not _get_remedied(consignee):
        raise UserError(
            consignee.env._(
                "Nothing came back from %(consignee)s or was destroyed there yet.",
                consignee=consignee.display_name,
            )
        )


def _get_remedied(consignee):
    """{product: (quantity, price as it was sold)}"""
    quantities = defaultdict(float)
    for line in consignee.line_ids:
        quantities[line.product_id] += line.returned + line.underway + line.destroyed
    return {
        product: (quantity, _get_sold_price(consignee, product))
        for product, quantity in quantities.items()
        if product.uom_id.compare(quantity, 0) > 0
    }


def _get_sold_price(consignee, product):
    moves = consignee.line_ids.picking_ids.move_ids
    if "sale_line_id" not in moves._fields:
        return {}
    moves = moves.filtered(lambda move: move.product_id == product)
    sold = moves.sudo().sale_line_id[:1]
    return {"price_unit": sold.price_unit} if sold else {}


def _open_document(consignee, document):
    consignee._message_log(body=document._get_html_link())
    return {
        "type": "ir.actions.act_window",
        "res_model": document._name,
        "res_id": document.id,
        "view_mode": "form",
    }


def _open_documents(consignee, xml_id, documents):
    for document in documents:
        consignee._message_log(body=document._get_html_link())
    action = consignee.env["ir.actions.actions"]._for_xml_id(xml_id)
    return dict(action, domain=[("id", "in", documents.ids)], context={})


def _get_still_there(line):
    """What can come back: by the answer, or all of it while there is none."""
    if line.reply_line_id:
        return line.reported + line.underway
    return max(line.unaccounted, 0)
