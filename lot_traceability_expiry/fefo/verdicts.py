"""Was stock with an earlier removal date free when a lot was picked?

The removal date is what Odoo's FEFO reserves by; days are those of the warehouse.
"""

from collections import defaultdict

from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.lot_traceability.holds.rule import HeldPlaces
from odoo.addons.lot_traceability.tools.calendar_days import local_date
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..dates.undated import get_undated_level, is_undated
from .judging import Stock, Verdict, judge
from .picks import get_strategy, is_judged


def judge_lines(lines, freed=None) -> dict:
    """Judge lines in the state before they are done, with one query for all.

    :param lines: ``stock.move.line``
    :param freed: lines whose reservation the picker could have used instead
    :return: ``{line: Verdict}`` of the lines that FEFO is about
    """
    judged = lines.filtered(
        lambda line: line._is_fefo_pick() and is_judged(line.move_id)
    )
    if not judged:
        return {}
    stock = _get_stock(judged, freed or lines.browse())
    return {line: _judge_line(line, stock) for line in judged}


def sum_by_lot(rows) -> dict:
    """``{lot: quantity}`` of rows of lot, location and quantity."""
    free = defaultdict(float)
    for lot, _location, quantity in rows:
        free[lot] += quantity
    return free


def get_obstacle(lot, move) -> str:
    """Why a lot must not go out with a move, in words; empty if it may."""
    if lot.on_hold and lot.held_whole:
        return lot.env._("on hold")
    return get_date_obstacle(lot, move)


def get_date_obstacle(lot, move) -> str:
    """Why the dates of a lot forbid that it goes with a move, as reservation has it.

    By the day of the move alone, whoever asks: reservation, note, reason and refusal.
    """
    env, tz = lot.env, move._get_expiry_tz()
    if move._is_out_of_use():
        return ""
    moment = move._get_operation_moment()
    day = local_date(moment, tz)
    if lot._is_past("expiration_date", moment, tz):
        return _get_past_text(lot, "expiration_date", day, tz)
    if lot._is_past("removal_date", moment, tz):
        return _get_past_text(lot, "removal_date", day, tz)
    if lot._is_retest_due(day):
        return env._("to be retested")
    if get_undated_level(lot, move.company_id) == "refuse":
        return env._("without an expiration date")
    missing = move._get_missing_life(lot)
    if missing:
        if missing == 1:
            return env._("shelf life 1 day too short")
        return env._("shelf life %(days)s days too short", days=missing)
    return ""


def _get_past_text(lot, name, day, tz):
    env, is_removal = lot.env, name == "removal_date"
    if lot._is_past(name, tz=tz):
        return env._("past its removal date") if is_removal else env._("expired")
    planned = format_date(env, day)
    if is_removal:
        return env._("past its removal date on %(day)s, as planned", day=planned)
    return env._("expired on %(day)s, as planned", day=planned)


def describe(line, verdict: Verdict | None) -> str:
    """What the picker reads of a verdict.

    :param verdict: None if FEFO does not count for the line
    """
    env, move, lot = line.env, line.move_id, line.lot_id
    past = lot._is_past_for(move) and get_date_obstacle(lot, move)
    if past:
        return env._("Must not go: %(why)s", why=past)
    if is_undated(lot):
        return env._("Without an expiration date")
    if not verdict or verdict.by_default:
        return env._("FEFO does not count here: another removal strategy does")
    row = verdict.better or verdict.skipped
    if not row:
        return env._("Earliest date")
    values = {
        "lot": env["stock.lot"].browse(row.lot).sudo().name,
        "date": format_date(env, row.day),
    }
    if verdict.better:
        free = format_quantity(env, row.free, line.product_id.uom_id)
        return env._(
            "Later than %(lot)s (%(date)s): %(free)s free", free=free, **values
        )
    why = row.obstacle or env._("reserved or taken")
    if row.is_past:
        return env._("Earliest date: %(lot)s (%(date)s) is %(why)s", why=why, **values)
    return env._("Later than %(lot)s (%(date)s): %(why)s", why=why, **values)


def _judge_line(line, stock):
    move, lot, tz = line.move_id, line.lot_id, line.move_id._get_expiry_tz()
    day, moment = local_date(lot.removal_date, tz), move._get_operation_moment()
    area = move.location_id.parent_path or ""
    late = move.picking_id.sudo().expiry_left_on
    there = [
        row
        for row in stock[line.product_id, line.owner_id]
        if row[1].parent_path.startswith(area) and not (late and row[3][0] > late)
    ]
    rows = sum_by_lot(row[:3] for row in there)
    earlier = {
        other: Stock(
            other.id,
            other_day,
            free,
            get_obstacle(other, move),
            other._is_past_for(move),
        )
        for other, free in rows.items()
        if (other_day := local_date(other.removal_date, tz)) < day
        # what is expired is nobody's turn
        and not other._is_past("expiration_date", moment, tz)
    }
    is_zero = line.product_id.uom_id.is_zero
    verdict = judge(lot.id, day, earlier.values(), is_zero)
    if get_strategy(move) or not verdict.better:
        return verdict
    # nobody chose: what Odoo reserves by itself is not held against the picker
    before = _get_before(lot, earlier, there)
    verdict = judge(lot.id, day, before.values(), is_zero)
    return verdict if verdict.better else Verdict(by_default=True)


def _get_before(lot, rows, there):
    """The rows of lots that came before a lot, as Odoo takes them by default."""
    turns = {}
    for other, _location, _free, turn in there:
        turns[other] = min(turn, turns.get(other, turn))
    if lot not in turns:
        return rows
    return {other: free for other, free in rows.items() if turns[other] < turns[lot]}


def _get_stock(lines, freed):
    """``{(product, owner): [(lot, location, free, turn)]}`` of what is dated before,
    and of the lots themselves; a turn is since when it is there, and which quant."""
    # sudo: what is free is free, as in the reservation
    quants = lines.env["stock.quant"].sudo()
    groups = quants._read_group(
        _get_stock_domain(lines),
        ["product_id", "owner_id", "lot_id", "location_id"],
        ["quantity:sum", "reserved_quantity:sum", "in_date:min", "id:min"],
    )
    own = defaultdict(float)
    for line in freed:
        own[line.lot_id.id, line.location_id.id, line.owner_id.id] += (
            line.quantity_product_uom
        )
    # of a lot that is held in some places, the others count
    held = HeldPlaces(quants.lot_id.union(*(row[2] for row in groups)))
    stock = defaultdict(list)
    for product, owner, lot, location, quantity, reserved, since, first in groups:
        if held.holds(lot, location) and not held.holds_whole(lot):
            continue
        free = quantity - reserved + own[lot.id, location.id, owner.id]
        stock[product, owner].append((lot, location, free, (since, first)))
    return stock


def _get_stock_domain(lines):
    warehouses = lines.move_id.picking_type_id.warehouse_id
    quarantine = warehouses._get_quarantine_locations()
    return (
        Domain("product_id", "in", lines.product_id.ids)
        & Domain("location_id", "child_of", lines.move_id.location_id.ids)
        & Domain("lot_id", "!=", False)
        & Domain("removal_date", "<=", max(lines.lot_id.mapped("removal_date")))
        & Domain("quantity", ">", 0)
        & (
            ~Domain("location_id", "child_of", quarantine.ids)
            if quarantine
            else Domain.TRUE
        )
    )
