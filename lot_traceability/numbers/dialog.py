"""The dialog that generates and pastes numbers: what its text gives, and whether that
is good, all at once and before anything is written.

``asked`` is an :class:`Asked`. Nothing is used up but by ``read(draw=True)``.
"""

from collections import Counter
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from odoo.exceptions import UserError

from .. import guards
from ..places import check as places
from ..places import message
from ..tools.quantity import format_quantity
from . import finder, reader, scope
from .expression import READINGS
from .form import clean
from .spreadsheet import is_formula, is_heading, is_no_number, is_total
from .texts import get_no_value_text, get_problem_texts

SHOWN_ROWS = 100
SHOWN_PROBLEMS = 20
# what a worker has in its memory and checks in its time
MOST_NUMBERS = 100_000


@dataclass(frozen=True)
class Asked:
    """What the dialog asks for."""

    # records of ``stock.move``: that of the dialog, if it is known
    move: Any
    # the service ``lot.number``, for the document
    number: Any
    product: Any
    context: dict
    # the pasted lines, or else a first number or an expression
    lines: str
    first: str
    # quantity per lot, or number of serials
    count: float
    # in the unit of the move, as the dialog shows it
    quantity: float
    # one of READINGS, where somebody has chosen it
    reading: str | None = None
    # whether the saved lines of the move stay, and the numbers of those that the user
    # sees
    keeps_lines: bool = False
    kept: tuple = ()

    @property
    def env(self):
        return self.product.env

    @property
    def is_lot(self):
        return self.product.tracking == "lot"


# -- what the text gives ------------------------------------------------
def read(asked: Asked, draw: bool = False) -> list[dict]:
    """The rows that the dialog makes: ``lot_name`` and ``quantity``, and what else the
    pasted lines say.

    :raise UserError: with all that is wrong with the text
    """
    if asked.lines:
        lines = asked.number._expand_lines(
            asked.product, asked.lines, draw, _get_wanted_serials(asked), asked.reading
        )
        rows = asked.move.split_lots(lines)
    else:
        rows = _read_first(asked, draw)
    factor = _get_factor(asked)
    if asked.is_lot and factor != 1:
        for row in rows:
            row["quantity"] *= factor
    return rows


def _read_first(asked, draw):
    wanted = _get_wanted_count(asked)
    if wanted <= 0 and not asked.reading:
        return []
    number = asked.number
    names = number._read_first_number(
        asked.product, asked.first, wanted, draw, asked.reading
    )
    names = names or _count_on(asked, wanted)
    if not asked.is_lot:
        return [{"lot_name": name, "quantity": 1} for name in names]
    each = asked.count
    if len(names) != wanted:
        each = _part(asked, len(names))
    left = [asked.quantity - each * step for step in range(len(names))]
    return [
        {"lot_name": name, "quantity": min(each, rest)}
        for name, rest in zip(names, left, strict=True)
    ]


def _count_on(asked, count):
    """From a first number on, as Odoo counts."""
    lots = guards.hand_on(asked.env["stock.lot"], lot_number_is_plain=True)
    first = clean(reader.unwrap_head(asked.first))
    if first and _is_none(asked, first):
        # nobody means TBD0, TBD1 and so on
        company = _get_company(asked)
        found = asked.number._get_name_problems(first, asked.product, company)
        raise UserError("\n".join(found) or get_no_value_text(asked.env, first))
    return [row["lot_name"] for row in lots.generate_lot_names(first, count)]


def _is_none(asked, first):
    names = _get_company(asked)._get_forbidden_lot_names()
    is_sign = not any(sign.isalnum() for sign in first)
    return is_sign or is_no_number(first) or asked.number._get_key(first) in names


def _get_wanted_count(asked):
    """:raise UserError: if these are too many, before the first of them is made"""
    each = asked.count if asked.is_lot else 1
    wanted = asked.quantity if asked.is_lot else asked.count
    if each <= 0:
        return 0
    if wanted > each * MOST_NUMBERS:
        text = get_problem_texts(asked.env)["too_many"]
        raise UserError(text % {"limit": MOST_NUMBERS})
    return ceil(wanted / each) if asked.is_lot else int(wanted)


def _get_wanted_serials(asked):
    return 0 if asked.is_lot else int(asked.quantity)


def _part(asked, count):
    """The quantity of each lot, where the text says how many there are."""
    unit = asked.move.product_uom or asked.product.uom_id
    each = unit.round(asked.quantity / count)
    if unit.compare(each * count, asked.quantity) != 0:
        raise UserError(
            asked.env._(
                "%(quantity)s cannot be divided evenly into %(count)s lots. Paste a "
                "line with its quantity for each of them.",
                quantity=format_quantity(asked.env, asked.quantity, unit),
                count=count,
            )
        )
    return each


def _get_factor(asked):
    """How many units of the product one unit of the move is: 6 for a pack of six. The
    dialog shows quantities as the move does, lines are in the product's unit."""
    unit = asked.move.product_uom
    if not unit or unit == asked.product.uom_id:
        return 1
    return unit._compute_quantity(1, asked.product.uom_id, round=False)


# -- is it good? --------------------------------------------------------
def check(asked: Asked, rows: list[dict]) -> list[dict]:
    """Say of each row whether its number can be used.

    :return: list of dicts: ``number``, ``quantity``, ``state`` (``new``; ``exists``: a
        lot that goods are added to; ``ask``: it is elsewhere, a reason is asked for at
        Validate; ``error``) and ``reason``
    """
    names = list(dict.fromkeys(row["lot_name"] for row in rows))
    company = _get_company(asked)
    existing = finder.find(
        asked.env, names, products=asked.product, companies=company, vendor=False
    )
    lots = {name: found.lots[0] for name, found in existing.items() if found.lots}
    new = [name for name in names if name not in lots]
    problems = asked.number._get_problems(asked.product, new, company)
    conflicts = _find_conflicts(asked, lots)
    on_transfer = _find_on_transfer(asked, company)
    key = asked.number._get_key
    times = Counter(key(row["lot_name"]) for row in rows)
    # numbers are made here, not found
    makes_new = not asked.lines and len(rows) > 1
    uses_existing = _get_picking_type(asked).use_existing_lots
    spelled: dict = {}
    checked = []
    for position, row in enumerate(rows):
        name = row["lot_name"]
        first = spelled.setdefault(key(name), name)
        texts = [("error", text) for text in problems.get(name, ())]
        if times[key(name)] > 1 and (not asked.is_lot or makes_new or first != name):
            text = asked.env._("%s is there more than once; keep one.", name)
            texts.append(("error", text))
        if _get_scope_key(asked, asked.product, company, name) in on_transfer:
            texts.append(_judge_on_transfer(asked, name, makes_new))
        if {"\t", ";"} & set(name):
            text = asked.env._("What stands behind the number cannot be understood.")
            texts.append(("error", text))
        is_none = is_no_number(name) or bool(asked.lines and is_total(name))
        if is_none or is_formula(name):
            texts.append(("error", get_no_value_text(asked.env, name)))
        if asked.lines and not position and is_heading(name):
            text = asked.env._("%s is the heading of the column; leave it out.", name)
            texts.append(("error", text))
        if not asked.is_lot and row.get("quantity", 1) != 1:
            text = asked.env._("A serial number is one piece: write 1, or no quantity.")
            texts.append(("error", text))
        if name in lots:
            is_refused = makes_new and not uses_existing
            texts += _judge_existing(asked, name, lots[name], conflicts, is_refused)
        checked.append(
            {
                "number": name,
                "quantity": row.get("quantity", 1),
                "state": _get_worst(texts),
                "reason": "\n".join(dict.fromkeys(text for _state, text in texts)),
            }
        )
    return checked


def _get_worst(texts):
    states = {state for state, _text in texts}
    return next((s for s in ("error", "ask", "exists") if s in states), "new")


def _judge_existing(asked, name, lot, conflicts, is_refused):
    if is_refused:
        text = asked.env._("%s exists already; write another number.", name)
        return [("error", text)]
    if name in conflicts:
        return [conflicts[name]]
    as_written = "" if lot.name == name else asked.env._(" as “%s”", lot.name)
    text = asked.env._("It exists already%s.", as_written)
    return [("exists", text)]


# -- what is on the transfer --------------------------------------------
def _find_on_transfer(asked, company):
    """The numbers, as they have to be unique, of lines that stay: those of other moves,
    and what is kept of this one."""
    move = asked.move
    picking = move.picking_id or asked.env["stock.picking"].browse(
        asked.context.get("default_picking_id") or ()
    )
    lines = picking.move_line_ids | move.move_line_ids
    if move:
        others = lines.filtered(lambda line: line.move_id != move)
        lines = lines if asked.keeps_lines else others
    elif not asked.keeps_lines:
        lines = lines.filtered(lambda line: line.product_id != asked.product)
    found = {
        _get_scope_key(asked, line.product_id, company, line.lot_id.name or name)
        for line in lines
        for name in [line.lot_name or ""]
        if line.lot_id or name
    }
    return found | {
        _get_scope_key(asked, asked.product, company, name) for name in asked.kept
    }


def _get_scope_key(asked, product, company, name):
    key = asked.number._get_key(name)
    return scope.get_scope_key(asked.number, product, company, key)


def _judge_on_transfer(asked, name, makes_new):
    if asked.is_lot and not makes_new:
        text = asked.env._("%s is on this transfer already; more of it is added.", name)
        return "exists", text
    text = asked.env._("%s is on another line of this transfer; keep one.", name)
    return "error", text


# -- what is elsewhere --------------------------------------------------
def _find_conflicts(asked, lots):
    """``{name: (state, text)}`` of serials that are elsewhere."""
    if asked.is_lot or not lots:
        return {}
    lines = asked.env["stock.move.line"]
    source, target = _get_places(asked)
    names = {}
    for name, lot in lots.items():
        line = lines.new(
            {
                "product_id": asked.product.id,
                "product_uom_id": asked.product.uom_id.id,
                "lot_id": lot.id,
                "quantity": 1,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": _get_company(asked).id,
            }
        )
        names[line] = name
        lines += line
    found = places.find_conflicts(lines)
    shown = message.get_shown_places(asked.env, found)
    states = {"forbid": "error", "warn": "ask", "allow": "exists"}
    return {
        names[conflict.line.sudo(False)]: (
            states[conflict.policy],
            message.get_short_text(asked.env, conflict, shown.get(conflict.lot.id)),
        )
        for conflict in found
    }


def _get_places(asked):
    """From where to where the numbers go."""
    move, context = asked.move, asked.context
    locations = asked.env["stock.location"]
    source = move.location_id or locations.browse(
        context.get("default_location_id") or ()
    )
    if not source:
        source = asked.product.with_company(
            _get_company(asked)
        ).property_stock_production
        supplier = asked.env.ref("stock.stock_location_suppliers", False)
        source = supplier or source
    target = locations.browse(context.get("default_location_dest_id") or ())
    return source, target or move.location_dest_id


def _get_picking_type(asked):
    """The operation, which may use numbers that exist, as far as it is known."""
    context, types = asked.context, asked.env["stock.picking.type"]
    pickings = asked.env["stock.picking"]
    picking = pickings.browse(context.get("default_picking_id") or ())
    named = types.browse(context.get("default_picking_type_id") or ())
    # sudo: a setting of the operation, for whoever works at it
    return (asked.move.picking_type_id or named or picking.picking_type_id).sudo()


def _get_company(asked):
    companies = asked.env["res.company"]
    named = companies.browse(asked.context.get("default_company_id") or ())
    return (
        asked.move.company_id or named or asked.product.company_id or asked.env.company
    )


def refuse(asked: Asked, checked: list[dict]) -> None:
    """:raise UserError: with all rows that cannot be used"""
    wrong = [row["reason"] for row in checked if row["state"] == "error"]
    if wrong:
        texts = list(dict.fromkeys(wrong))
        more = len(texts) - SHOWN_PROBLEMS
        texts = texts[:SHOWN_PROBLEMS]
        if more > 0:
            texts.append(asked.env._("… and %s more.", more))
        raise UserError("\n".join(texts))


# -- the preview --------------------------------------------------------
def preview(asked: Asked) -> dict:
    """See ``stock.move.preview_lot_numbers``."""
    try:
        rows = check(asked, read(asked))
        errors = []
    except UserError as error:
        rows, errors = [], error.args[0].split("\n")
    wrong = [row for row in rows if row["state"] == "error"]
    errors += list(dict.fromkeys(row["reason"] for row in wrong))[:SHOWN_PROBLEMS]
    names = [row["number"] for row in rows]
    marked = [row for row in rows if row["state"] != "new"]
    return {
        "numbers": _shorten(names),
        "count": 0 if errors else len(names),
        "errors": errors,
        "rows": [*marked, *(r for r in rows if r["state"] == "new")][:SHOWN_ROWS],
        "states": dict(Counter(row["state"] for row in rows)),
        "readings": _get_readings(asked, names),
    }


def _get_readings(asked, names):
    """What the text gives, read one way and the other, where that differs or where it
    does not give what is asked for."""
    if _is_clear(asked) and names:
        return []
    readings = []
    for reading in READINGS:
        try:
            found = [row["lot_name"] for row in read(replace(asked, reading=reading))]
        except UserError:
            continue
        shown = {
            "reading": reading,
            "count": len(found),
            "numbers": _shorten(found),
            "chosen": asked.reading == reading
            or (not asked.reading and found == names),
        }
        if not found or any(shown["numbers"] == r["numbers"] for r in readings):
            continue
        readings.append(shown)
    return readings


def _is_clear(asked):
    """Whether the text means the same in both readings."""
    heads = asked.lines.splitlines() if asked.lines else [asked.first]
    for line in heads:
        head = reader.cut_head(line)
        both = {reader.count_head(asked.number, head, reading) for reading in READINGS}
        if head.strip() and len(both) > 1:
            return False
    return True


def _shorten(names):
    return names if len(names) < 5 else [*names[:3], names[-1]]
