"""Several open orders and few fresh goods: who needs them first gets them.

The order in which moves are reserved is all there is to it: those who ask for the
latest date choose first, each the earliest lot that is good enough, so that old goods
go where they still may. A preview reserves in the same way and takes it back.
"""

from contextlib import closing

from odoo.fields import Domain

from odoo.addons.lot_traceability.tools.calendar_days import in_days

from .shelf_life import get_required_days
from .stale import has_reason


def find_moves(moves):
    """The moves that compete with these for the same goods, themselves included."""
    dated = moves.filtered(_competes)
    if not dated:
        return dated
    return (
        dated.search(
            Domain("product_id", "in", dated.product_id.ids)
            & Domain("state", "in", ("confirmed", "partially_available", "assigned"))
            & Domain("picked", "=", False)
            & Domain("company_id", "in", dated.company_id.ids)
            & Domain("location_id", "child_of", _get_roots(dated).ids)
        )
        .filtered(
            lambda move: move in dated or (_competes(move) and _may_be_reserved(move))
        )
        .sorted(_get_turn)
    )


def _may_be_reserved(move):
    """Whether a move that nobody named is reserved, or its day to be has come; what was
    decided by hand about its lots stays."""
    if any(has_reason(line) for line in move.move_line_ids):
        return False
    return move.quantity > 0 or move._should_assign_at_confirm()


def _competes(move):
    return (
        move.product_id.use_expiration_date
        and move.state in ("confirmed", "partially_available", "assigned")
        and not move.picked
        and not move.move_orig_ids
        and move.procure_method == "make_to_stock"
        and move.location_dest_id.usage in ("customer", "production", "internal")
        and not move._should_bypass_reservation()
    )


def _get_roots(moves):
    """The places within which goods are looked for."""
    warehouses = moves.location_id.warehouse_id
    outside = moves.location_id.filtered(lambda place: not place.warehouse_id)
    return warehouses.view_location_id | outside


def _get_turn(move):
    """The pickiest first, then as Odoo sorts them."""
    return (
        -get_first_day(move).toordinal(),
        -int(move.priority),
        not move.date_deadline,
        str(move.date_deadline or ""),
        str(move.date),
        move.id,
    )


def get_first_day(move):
    """The first expiration day that is late enough for a move."""
    total, days = move.product_id.expiration_time, [0]
    for rule in move._get_reservation_rules():
        # of an unknown life no share is known
        days.append(get_required_days(rule.value, rule.unit, total) or 0)
    return in_days(move._get_operation_day(), max(days))


def get_reserved(moves) -> dict:
    """``{move: {lot: quantity}}`` in the unit of the product."""
    found = {move: {} for move in moves}
    for line in moves.move_line_ids:
        rows = found[line.move_id]
        if line.lot_id:
            rows[line.lot_id] = rows.get(line.lot_id, 0) + line.quantity_product_uom
    return found


def allocate(moves) -> None:
    """Reserve all of these moves anew, the pickiest first."""
    ordered = moves.sorted(_get_turn)
    ordered._do_unreserve()
    for move in ordered:
        move._action_assign()


def preview(moves) -> dict:
    """What :func:`allocate` would reserve, see :func:`get_reserved`; not kept."""
    env = moves.env
    with closing(env.cr.savepoint()):
        allocate(moves)
        env.flush_all()
        plan = {
            move.id: {lot.id: quantity for lot, quantity in rows.items()}
            for move, rows in get_reserved(moves).items()
        }
    env.invalidate_all(flush=False)
    return plan
