"""What scanning does with the lines of a move (``stock.move.line``)."""

from odoo.models import BaseModel

# where goods go, which may be said after they were picked by hand
TARGETS = {"location_dest_id", "result_package_id"}


def with_values(lines: BaseModel, values: dict) -> BaseModel:
    """Those lines that have all of some values; records are given by their id."""

    def get(line, name):
        value = line[name]
        return value.id if line._fields[name].relational else value

    return lines.filtered(
        lambda line: all(get(line, name) == value for name, value in values.items())
    )


def with_number(lines: BaseModel, number: str | bool) -> BaseModel:
    """Those lines that have a number, however it is written; all without one, if it is
    False."""
    if not number:
        return lines.filtered(lambda line: number in (line.lot_id.name, line.lot_name))
    get_key = lines.env["lot.number"]._get_key
    key = get_key(number)
    return lines.filtered(
        lambda line: key in (line.lot_id.number_key, get_key(line.lot_name))
    )


def has_typed_number(line: BaseModel) -> bool:
    """Whether somebody gave a number to the goods that are to come, by typing,
    pasting or generating it; what is reserved of the stock is only a proposal."""
    comes_in = line.move_id._should_bypass_reservation()
    return comes_in and bool(line.lot_name or line.lot_id)


def get_unscanned(line: BaseModel) -> float:
    """How much of a picked line was picked by hand, and not scanned yet."""
    return max(line.quantity_product_uom - line.scanned_quantity, 0)


def set_product_quantity(line: BaseModel, quantity: float, **values) -> None:
    """Set a quantity in the product's unit: another one could not be exact."""
    uom_id = line.product_id.uom_id.id
    line.write({"product_uom_id": uom_id, "quantity": quantity, **values})


def take(lines: BaseModel, quantity: float) -> None:
    """Lower planned lines, one after the other, by a quantity in the product's unit;
    empty ones go."""
    for line in lines:
        left = line.quantity_product_uom - quantity
        quantity = max(-left, 0)
        if line.product_id.uom_id.compare(left, 0) > 0:
            set_product_quantity(line, left)
            return
        line.unlink()
