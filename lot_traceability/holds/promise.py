"""What of the free stock of a warehouse nobody gets, or one customer does not."""

from odoo.fields import Domain

from .rule import HeldPlaces


def find_free(product, warehouse, lots: Domain) -> dict:
    """``{(lot, place): free quantity}`` of a product, in its unit.

    :param lots: which lots, as a domain of quants
    """
    # sudo: as the forecast itself
    groups = (
        product.env["stock.quant"]
        .sudo()
        ._read_group(
            Domain("product_id", "=", product.id)
            & Domain("location_id", "child_of", warehouse.view_location_id.id)
            & Domain("location_id.usage", "=", "internal")
            & Domain("lot_id", "!=", False)
            & Domain("quantity", ">", 0)
            & lots,
            ["lot_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
    )
    return {
        (lot, place): max(quantity - reserved, 0)
        for lot, place, quantity, reserved in groups
    }


def find_held(product, warehouse) -> dict:
    """Those that are on hold where they lie."""
    free = find_free(product, warehouse, Domain("lot_id.on_hold", "=", True))
    held = HeldPlaces(product.env["stock.lot"].union(*(lot for lot, _place in free)))
    return {key: quantity for key, quantity in free.items() if held.holds(*key)}
