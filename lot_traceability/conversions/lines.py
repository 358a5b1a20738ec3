"""The stock behind the lines of a conversion (``lot.conversion.line``)."""

from datetime import datetime

from odoo.models import BaseModel


def take_lots(line: BaseModel, lots: BaseModel) -> None:
    """The first lot is that of the line; the others get lines beside it."""
    if not lots:
        return
    line.write({"lot_id": lots[0].id})
    if len(lots) == 1:
        return
    unit = {"quantity": 1, "product_uom_id": line.product_id.uom_id.id}
    line.write(unit)
    for lot in lots[1:]:
        line.copy({**unit, "lot_id": lot.id, "conversion_id": line.conversion_id.id})


def get_quant_key(record: BaseModel) -> tuple:
    """Where a line, or a quant, is: product, lot, location, package and owner."""
    return (
        record.product_id,
        record.lot_id,
        record.location_id,
        record.package_id,
        record.owner_id,
    )


def get_quants(lines: BaseModel) -> BaseModel:
    """The quants of the lines, and perhaps some beside them."""
    return lines.env["stock.quant"].search(
        [
            ("product_id", "in", lines.product_id.ids),
            ("lot_id", "in", [*lines.lot_id.ids, False]),
            ("location_id", "in", lines.location_id.ids),
        ]
    )


def _get_own_quants(line):
    key = get_quant_key(line)
    return get_quants(line).filtered(lambda quant: get_quant_key(quant) == key)


def get_oldest_date(line: BaseModel) -> datetime | bool:
    """Since when the goods that go into a target line have been in stock (UTC)."""
    dates = [
        quant.in_date
        for origin in line._get_origins()
        for quant in _get_own_quants(origin)
        if quant.quantity > 0
    ]
    return min(dates, default=False)


def keep_date(line: BaseModel, date: datetime | bool) -> None:
    """What came first still goes first."""
    if date:
        for quant in _get_own_quants(line):
            # nobody may write it by hand; it is what it was before
            quant.sudo().in_date = min(quant.in_date, date)


def prepare_move_line(line: BaseModel, transit: BaseModel) -> dict:
    """Values of the move line out of the old lot, or into the new one.

    :param transit: the production location, through which the goods go
    """
    is_source = line.side == "source"
    return {
        "lot_conversion_line_id": line.id,
        "product_id": line.product_id.id,
        "product_uom_id": line.product_uom_id.id,
        "quantity": line.quantity,
        "lot_id": line.lot_id.id,
        "owner_id": line.owner_id.id,
        "package_id": line.package_id.id if is_source else False,
        "result_package_id": False if is_source else line.package_id.id,
        "location_id": (line.location_id if is_source else transit).id,
        "location_dest_id": (transit if is_source else line.location_id).id,
        "picked": True,
    }
