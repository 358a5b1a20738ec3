"""What goes with a shipment: what food rules ask the sender to pass on."""

from ..evidence import facts, food
from ..tools.quantity import format_quantity
from . import kde, kde_rows


def get_sheets(pickings) -> dict[int, dict]:
    """``{picking id: {"us": rows, "eu": rows}}``, of what is done."""
    env = pickings.env
    lines = pickings.move_line_ids.filtered(lambda line: line.state == "done")
    # what was done before facts were written down, and the scheduler comes late
    late = set(lines.ids) - facts.read(env, lines.ids).keys()
    facts.freeze(lines.browse(late), is_later=True)
    return {picking.id: _get_sheet(env, picking, lines) for picking in pickings}


def _get_sheet(env, picking, lines):
    mine = lines.filtered(lambda line: line.picking_id == picking)
    teller = kde_rows.KdeRows(env, food.read(env, mine.ids))
    out = env._("Dispatched")
    return {
        "us": [_tell_us(env, row) for row in teller.get_values()["Shipping"]],
        "eu": [
            _tell_eu(env, row)
            for row in teller.get_eu_values()
            if row["direction"] == out
        ],
    }


def _tell_us(env, row):
    names = (name for name in kde.PRODUCT if row.get(name))
    return {
        "tlc": row["tlc"],
        "description": ", ".join(row[name] for name in names),
        "quantity": format_quantity(env, row["quantity"]),
        "uom": row["uom"],
        "date": row["date"],
        "shipped_from": _get_address(row, "place_shipped_from"),
        "recipient": _get_address(row, "subsequent_recipient"),
        "source": row["tlc_source_reference"] or _get_address(row, "tlc_source"),
    }


def _tell_eu(env, row):
    return {
        "description": row["description"],
        "quantity": format_quantity(env, row["quantity"]),
        "uom": row["uom"],
        "lot": row["lot"],
        "date": row["date_of_dispatch"],
        "shipped_from": _get_address(row, "dispatched_from"),
        "recipient": _get_address(row, "dispatched_to"),
        "consignor": _get_address(row, "consignor"),
        "consignee": _get_address(row, "consignee"),
    }


def _get_address(row, prefix):
    return ", ".join(filter(None, (row[f"{prefix}_{name}"] for name in kde.ADDRESS)))
