"""A serial number is one unit: nothing is done with a part of one, or with several."""

from odoo.exceptions import ValidationError

from ..tools.quantity import format_quantity
from . import sold

# below this it is rounding noise
EPSILON = 1e-6


def refuse_parts(lines):
    """Refuse lines, about to be done or changed after that, that are not whole units.

    A count may take a part out, or put it in, if that makes a whole: so those that are
    there from before are mended.

    :raise ValidationError: with what is wrong, a line for each
    """
    wrong = find_parts(lines)
    wrong = [(line, units) for line, units in wrong if not _mends(line, units)]
    if wrong:
        texts = [_get_text(line, units) for line, units in wrong]
        sold.refuse(lines.env, ValidationError("\n".join(texts)))


def find_parts(lines):
    """``[(line, units)]`` of those that are not whole units."""
    return [
        (line, units)
        for line in lines
        if line.product_id.tracking == "serial" and line.product_id.is_storable
        for units in [_get_units(line)]
        if not _is_whole(line, units)
    ]


def refuse_part_of_order(order):
    """The same for what a manufacturing order is about to make.

    :raise ValidationError: if that is no whole number of units
    """
    quantity = order.qty_producing or order.product_qty - order.qty_produced
    unit = order.product_id.uom_id
    units = order.product_uom_id._compute_quantity(quantity, unit, round=False)
    if abs(units - round(units)) > EPSILON:
        raise ValidationError(
            order.env._(
                "%(document)s: a serial number is one unit, there is no %(quantity)s "
                "of %(product)s to make. Change the quantity of the order.",
                document=order.display_name,
                quantity=format_quantity(order.env, units, unit),
                product=order.product_id.display_name,
            )
        )


def _get_units(line):
    """In the unit of the product, rounded by nobody."""
    unit = line.product_id.uom_id
    return line.product_uom_id._compute_quantity(line.quantity, unit, round=False)


def _is_whole(line, units):
    if abs(units - round(units)) > EPSILON:
        return False
    return units <= 1 + EPSILON or not (line.lot_id or line.lot_name)


def _mends(line, units):
    if not line.is_inventory:
        return False
    comes_in = line.location_id.usage == "inventory"
    place = line.location_dest_id if comes_in else line.location_id
    # sudo: the truth does not depend on what the user may see
    quants = (
        line.env["stock.quant"]
        .sudo()
        ._gather(line.product_id, place, lot_id=line.lot_id, strict=True)
    )
    quants = quants.filtered(
        lambda quant: quant.lot_id == line.lot_id and quant.location_id == place
    )
    before = sum(quants.mapped("quantity"))
    if line.state == "done":
        return False
    after = before + units if comes_in else before - units
    is_whole = abs(after - round(after)) <= EPSILON
    # it was wrong before, and is less so now
    return is_whole and (not comes_in or units < 1)


def _get_text(line, units):
    env = line.env
    values = {
        "document": line._get_document_name(),
        "product": line.product_id.display_name,
        "number": line.lot_id.name or line.lot_name or "",
        "quantity": format_quantity(env, units, line.product_id.uom_id),
    }
    if abs(units - round(units)) <= EPSILON:
        text = env._(
            "%(product)s %(number)s: %(quantity)s cannot have one serial number. Give "
            "each unit its own.",
            **values,
        )
    else:
        text = env._(
            "%(product)s %(number)s: a serial number is one unit, there is no "
            "%(quantity)s of it. Write 1, or 0 to leave it out; products that are "
            "divided need lots.",
            **values,
        )
    return f"{values['document']}: {text}" if values["document"] else text
