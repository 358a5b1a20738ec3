"""Where a lot is chosen: by the first step that takes goods for good, under FEFO.

What packs and ships takes what was picked before; what goes to a lab, to quarantine or
to another shelf is no pick, unless the operation type says so.
"""

from .scope import FEFO_METHOD


def is_pick(move, dest=None, lot=None) -> bool:
    """Whether somebody chooses here which lot leaves the stock.

    :param dest: where a line of the move goes, which may be elsewhere than the move
    :param lot: what a line of it takes, if it is about one
    """
    source, dest = move.location_id, dest or move.location_dest_id
    scope = move.picking_type_id.fefo_picks
    return (
        bool(move.picking_type_id)
        and scope != "none"
        and source.usage == "internal"
        and move.product_id.use_expiration_date
        and not move._is_return()
        and not move._is_out_of_use(dest)
        and not move._is_taken_apart()
        and not source._is_in_quarantine()
        and not _is_in(source, _get_quarantine(source) | _get_outgoing_zones(source))
        and not _is_in(dest, _get_quarantine(source))
        and (_leaves(move, dest) or (scope == "all" and _is_elsewhere(source, dest)))
        and not _takes_what_was_picked(move, lot)
    )


def is_given_away(place) -> bool:
    """Whether goods are a customer's there, or on their way to another company."""
    return place.usage == "customer" or (
        place.usage == "transit" and not place.company_id
    )


def get_strategy(move) -> str:
    """The removal strategy that somebody chose for the goods of a move: for their
    category, else for the nearest place; empty where nobody did."""
    # sudo: it is in force for everybody, as in Odoo's reservation
    category, place = move.product_id.sudo().categ_id, move.location_id.sudo()
    strategy = category.removal_strategy_id
    while place and not strategy:
        strategy, place = place.removal_strategy_id, place.location_id
    return strategy.with_context(lang=None).method or ""


def is_judged(move) -> bool:
    """Whether FEFO counts for a move: where another strategy was chosen it does not."""
    return get_strategy(move) in (FEFO_METHOD, "")


def _takes_what_was_picked(move, lot):
    """Whether earlier steps brought these very goods. That another move is named as
    one of them does not make it so."""
    # sudo: whoever ships need not read who picked
    return any(_brought(origin, move, lot) for origin in move.move_orig_ids.sudo())


def _brought(origin, move, lot):
    if origin.state == "cancel" or origin.product_id != move.product_id:
        return False
    source, there = move.location_id, origin.location_dest_id
    if origin.state != "done":
        return there._child_of(source) or source._child_of(there)
    lines = origin.move_line_ids.filtered(lambda line: not lot or line.lot_id == lot)
    return any(
        place._child_of(source) or source._child_of(place)
        for place in lines.location_dest_id
    )


def _leaves(move, dest, seen=()):
    """Whether goods go out with a move, or with those that follow it."""
    source = move.location_id
    if dest.usage in ("customer", "production", "transit"):
        return True
    if dest.usage != "internal":
        return False
    if dest.warehouse_id and dest.warehouse_id != source.warehouse_id:
        return True
    final = move.location_final_id
    if final and final.usage in ("customer", "production", "transit"):
        return True
    if is_at_subcontractor(dest) or _is_in(dest, _get_outgoing_zones(source)):
        return True
    return any(
        _leaves(following, following.location_dest_id, (*seen, move.id))
        for following in move.move_dest_ids
        if following.id not in seen and following.id != move.id
    )


def _is_elsewhere(source, dest):
    """Whether goods leave the stock of their warehouse for another internal place."""
    return dest.usage == "internal" and not dest._child_of(
        source.warehouse_id.lot_stock_id
    )


def is_at_subcontractor(place) -> bool:
    """Whether goods are ours, and with a subcontractor."""
    # sudo: where subcontractors have goods does not depend on who asks
    return hasattr(place, "is_subcontract") and bool(place.sudo().is_subcontract())


def _get_outgoing_zones(place):
    """Where goods of a warehouse lie that were picked already."""
    warehouse = place.warehouse_id
    zones = warehouse.wh_pack_stock_loc_id | warehouse.wh_output_stock_loc_id
    if "pbm_loc_id" in warehouse._fields:
        zones |= warehouse.pbm_loc_id
    return zones - warehouse.lot_stock_id


def _get_quarantine(place):
    return place.warehouse_id._get_quarantine_locations()


def _is_in(place, zones):
    return any(place._child_of(zone) for zone in zones)
