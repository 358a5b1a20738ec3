"""What a scan did to the lines of a transfer, so that it can be taken back.

Lines are the same goods in the same way if all of :data:`STATE` is the same. A change
is by how much there is more or less of each, in the product's unit; it can be taken
back after other scans as well, as long as what it added is still there.
"""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.models import BaseModel

from .lines import TARGETS, set_product_quantity, with_values

STATE = (
    "move_id",
    "picked",
    "lot_id",
    "lot_name",
    "location_id",
    "location_dest_id",
    "package_id",
    "result_package_id",
    "owner_id",
)


def _get_state(line):
    return tuple(
        line[name].id if line._fields[name].relational else line[name] for name in STATE
    )


def take_stock(picking: BaseModel) -> dict:
    """``{state: [quantity, scanned]}`` of the lines of a transfer."""
    found = defaultdict(lambda: [0.0, 0.0])
    for line in picking.move_line_ids:
        row = found[_get_state(line)]
        row[0] += line.quantity_product_uom
        row[1] += line.scanned_quantity
    return found


def compare(before: dict, after: dict) -> list:
    """What changed: lists of state, quantity and scanned quantity."""
    rows = []
    for state in dict.fromkeys([*before, *after]):
        old, new = before.get(state, (0, 0)), after.get(state, (0, 0))
        more, scanned = new[0] - old[0], new[1] - old[1]
        if abs(more) > 1e-9 or abs(scanned) > 1e-9:
            rows.append([list(state), more, scanned])
    return rows


def undo(picking: BaseModel, change: list) -> None:
    """Take a change back.

    :raise UserError: if what was booked has been changed since
    """
    added = [row for row in change if row[1] > 0]
    removed = [row for row in change if row[1] < 0]
    for state, _more, scanned in change:
        if scanned and not any(row[0] == state for row in added + removed):
            # it only confirmed what was picked by hand
            _find(picking, state, 0).scanned_quantity -= scanned
    if moved := _match_moved(added, removed):
        for new, old in moved:
            _move_back(picking, new[0], old)
        return
    # what was picked before the scan went where its goods went, and comes back
    for old in [row for row in removed if _is_picked(row)]:
        new = next((row for row in added if _is_elsewhere(row, old, whole=False)), None)
        if new:
            _move_back(picking, new[0], old)
            removed.remove(old)
            added[added.index(new)] = [new[0], new[1] + old[1], new[2] + old[2]]
    for state, more, scanned in added:
        _take_away(picking, state, more, scanned)
    for state, less, _scanned in removed:
        _plan_again(picking, state, -less)
    moves = picking.env["stock.move"].browse(row[0][0] for row in change).exists()
    moves._action_assign()


def _match_moved(added, removed):
    """Pairs of what was added and removed, if picked goods were only put somewhere
    else; nothing otherwise."""
    left, pairs = list(removed), []
    for new in added:
        old = next((row for row in left if _is_elsewhere(new, row, whole=True)), None)
        if not old:
            return []
        left.remove(old)
        pairs.append((new, old))
    return [] if left else pairs


def _is_picked(row):
    return dict(zip(STATE, row[0], strict=True))["picked"]


def _is_elsewhere(new, old, whole):
    """Whether picked goods are the same ones in another place.

    :param whole: nothing was added to them
    """
    now, before = (dict(zip(STATE, row[0], strict=True)) for row in (new, old))
    is_same = all(now[name] == before[name] for name in STATE if name not in TARGETS)
    more = new[1] + old[1]
    return is_same and now["picked"] and (abs(more) < 1e-9 or (more > 0 and not whole))


def _find(picking, state, quantity):
    values = dict(zip(STATE, state, strict=True))
    for line in with_values(picking.move_line_ids, values):
        if line.product_id.uom_id.compare(line.quantity_product_uom, quantity) >= 0:
            return line
    raise UserError(
        picking.env._(
            "What this scan booked was changed since, by hand or by another scan: "
            "change the line instead."
        )
    )


def _move_back(picking, state, removed):
    """Put goods back to where they were: so much of a line in a state as was removed
    from another one."""
    quantity, scanned = -removed[1], -removed[2]
    line = _find(picking, state, quantity)
    old = dict(zip(STATE, removed[0], strict=True))
    targets = {name: old[name] for name in TARGETS}
    left = line.quantity_product_uom - quantity
    if line.product_id.uom_id.compare(left, 0) <= 0:
        line.write(targets)
        return
    rest = max(line.scanned_quantity - scanned, 0)
    set_product_quantity(line, left, scanned_quantity=rest)
    uom_id = line.product_id.uom_id.id
    line.copy(
        {
            **targets,
            "product_uom_id": uom_id,
            "quantity": quantity,
            "scanned_quantity": scanned,
            "picked": True,
        }
    )


def _take_away(picking, state, quantity, scanned):
    line = _find(picking, state, quantity)
    left = line.quantity_product_uom - quantity
    if line.product_id.uom_id.compare(left, 0) > 0:
        scanned = max(line.scanned_quantity - scanned, 0)
        set_product_quantity(line, left, scanned_quantity=scanned)
    else:
        line.unlink()


def _plan_again(picking, state, quantity):
    """Plan what the scan had taken the place of, if it is still free."""
    values = dict(zip(STATE, state, strict=True))
    move = picking.move_ids.filtered(lambda move: move.id == values["move_id"])
    if not move or values["picked"]:
        return
    same = with_values(picking.move_line_ids, values)[:1]
    if not move._should_bypass_reservation():
        quantity = min(quantity, _get_free(move, values))
    if move.product_id.uom_id.compare(quantity, 0) <= 0:
        return
    if same and move.has_tracking != "serial":
        set_product_quantity(same, same.quantity_product_uom + quantity)
        return
    values["product_uom_id"] = move.product_id.uom_id.id
    if move.has_tracking == "serial" and move._should_bypass_reservation():
        parts = [1] * round(quantity)
    else:
        parts = [quantity]
    base = move._prepare_move_line_vals()
    same.create([{**base, **values, "quantity": part} for part in parts])


def _get_free(move, values):
    env = move.env
    return env["stock.quant"]._get_available_quantity(
        move.product_id,
        env["stock.location"].browse(values["location_id"]),
        lot_id=env["stock.lot"].browse(values["lot_id"]),
        package_id=env["stock.package"].browse(values["package_id"]),
        owner_id=env["res.partner"].browse(values["owner_id"]),
        strict=True,
    )
