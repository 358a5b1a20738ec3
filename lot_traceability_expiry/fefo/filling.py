"""A quantity that somebody types beyond what may be reserved: of what goes only after a
question, where nothing else is there; never of what is refused anyway."""

from odoo.fields import Command

from .verdicts import get_date_obstacle


def fill_up(move, commands: list) -> list:
    """Give lots to the lines that are to be created without one.

    :param move: as the stock is gathered for it, without regard to dates
    :param commands: of the lines of the move; changed
    :return: the commands, as far as possible with lots
    """
    product = move.product_id
    wanting = [
        command
        for command in commands
        if command[0] == Command.CREATE and not command[2].get("lot_id")
    ]
    if not wanting or not product.use_expiration_date or move.state == "done":
        return commands
    free = [
        [quant, quant.quantity - quant.reserved_quantity]
        for quant in move.env["stock.quant"].sudo()._gather(product, move.location_id)
        if quant.lot_id and _may_be_asked(move, quant.lot_id)
    ]
    own = product.uom_id
    for command in wanting:
        vals = command[2]
        uom = own.browse(vals.get("product_uom_id") or move.product_uom.id)
        need = uom._compute_quantity(vals["quantity"], own, round=False)
        for row in free:
            taken = min(need, row[1])
            if own.compare(taken, 0) <= 0:
                continue
            if product.tracking == "serial" and own.compare(taken, 1) < 0:
                continue
            need -= taken
            row[1] -= taken
            commands.append(
                Command.create(
                    move._prepare_move_line_vals(quantity=taken, reserved_quant=row[0])
                )
            )
        if own.compare(need, 0) <= 0:
            commands.remove(command)
        else:
            vals["quantity"] = own._compute_quantity(need, uom, round=False)
    return commands


def _may_be_asked(move, lot):
    """Whether a lot is not reserved because of its dates, but may go all the same."""
    if not get_date_obstacle(lot, move):
        return False
    day, tz = move._get_operation_day(), move._get_expiry_tz()
    for rule in move._get_reservation_rules():
        if rule.policy == "refuse" and lot._get_missing_life(rule, day, tz):
            return False
    block = lot._get_shipping_block(move._get_operation_moment(), tz, move.company_id)
    return block.get("level") != "refuse" or not move._get_refusing_levels()
