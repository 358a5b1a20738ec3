"""Goods that leave without a number, where an operation type uses none: of a place has
to be left as much as must not leave."""

from ..holds.rule import IN_STOCK


def find_nameless(lines):
    """Those of the lines that take goods out of stock without the number that they
    have."""
    return lines.filtered(
        lambda line: (
            not line.lot_id
            and line.product_id.tracking != "none"
            and line.location_id.usage in IN_STOCK
        )
    )


def get_stock(lines) -> dict:
    """What is there, of all numbers and none, where the lines take goods.

    :return: ``{line: quants}``
    """
    # sudo: the stock, whatever of it the user may see
    quants = lines.env["stock.quant"].sudo()
    quants = quants.search(
        [
            ("product_id", "in", lines.product_id.ids),
            ("location_id", "in", lines.location_id.ids),
        ]
    )
    there = quants.grouped(lambda quant: (quant.product_id, quant.location_id))
    return {
        line: there.get((line.product_id, line.location_id), quants.browse())
        for line in lines
    }
