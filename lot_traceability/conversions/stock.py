"""How a conversion (``lot.conversion``) creates lots and moves goods."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.models import BaseModel

from .. import guards
from .lines import get_oldest_date, keep_date, prepare_move_line, take_lots


def assign_lots(conversion: BaseModel) -> None:
    """Create the new lots; a line of several serials becomes one line each."""
    numbers, given = {}, set()
    for line in conversion.target_line_ids:
        numbers[line] = line._read_numbers(given)
        given.update(numbers[line])
    _check_numbers(conversion, numbers)
    for line, names in numbers.items():
        vals_list = [line._prepare_lot_vals(name) for name in names]
        # the dates and origins of new lots are those of the old ones
        lots = guards.by_button(conversion.env["stock.lot"]).create(vals_list)
        take_lots(line, lots.with_env(conversion.env))
    _age_existing_lots(conversion, set(numbers))


def _check_numbers(conversion, numbers):
    problems = []
    for product in conversion.target_line_ids.product_id:
        names = [
            name
            for line, line_names in numbers.items()
            for name in line_names
            if line.product_id == product
        ]
        found = conversion.env["lot.number"]._get_problems(
            product, names, conversion.company_id
        )
        problems += [text for texts in found.values() for text in texts]
        twice = sorted({name for name in names if names.count(name) > 1})
        problems += [
            conversion.env._(
                "“%(number)s” is given to %(product)s twice. Each line needs its "
                "own number.",
                number=name,
                product=product.display_name,
            )
            for name in twice
        ]
    if problems:
        raise UserError("\n".join(problems))


def _age_existing_lots(conversion, lines):
    """A lot that takes in older goods is as old as they are."""
    for line in lines:
        if line.lot_id and conversion.kind == "merge":
            lots = line.lot_id | line._get_origins().lot_id
            dates = line._get_earliest_dates(lots)
            changed = {
                name: date for name, date in dates.items() if line.lot_id[name] != date
            }
            if changed:
                line._age_lot(changed)


# -- moves -------------------------------------------------------------
def move_stock(conversion: BaseModel) -> None:
    """Out of the old lots, into the new ones."""
    ages = {line: get_oldest_date(line) for line in conversion.target_line_ids}
    outs = _create_moves(conversion, conversion.source_line_ids)
    outs._action_done()
    ins = _create_moves(conversion, conversion.target_line_ids)
    _keep_value(conversion, outs, ins)
    ins._action_done()
    _check_moved(conversion, outs | ins)
    _link_lines(conversion)
    for line, date in ages.items():
        keep_date(line, date)


def _create_moves(conversion, lines):
    """One move for each product."""
    moves = conversion.env["stock.move"].with_company(conversion.company_id)
    created = guards.by_button(moves).create(
        [
            _prepare_move(conversion, product, product_lines)
            for product, product_lines in lines.grouped("product_id").items()
        ]
    )
    return created.with_env(moves.env)


def _prepare_move(conversion, product, lines):
    product = product.with_company(conversion.company_id)
    transit = product.property_stock_production
    place = _get_common_location(conversion, lines.location_id)
    is_source = lines[0].side == "source"
    return {
        "lot_conversion_id": conversion.id,
        "origin": conversion.name,
        "company_id": conversion.company_id.id,
        "product_id": product.id,
        "product_uom": product.uom_id.id,
        "product_uom_qty": sum(lines.mapped("product_quantity")),
        "location_id": (place if is_source else transit).id,
        "location_dest_id": (transit if is_source else place).id,
        "picked": True,
        "move_line_ids": [
            Command.create(prepare_move_line(line, transit)) for line in lines
        ],
    }


def _get_common_location(conversion, places):
    """The place that holds all of them."""
    paths = [place.parent_path.strip("/").split("/") for place in places]
    common = [ids[0] for ids in zip(*paths, strict=False) if len(set(ids)) == 1]
    return places if len(places) == 1 else places.browse(int(common[-1]))


def _check_moved(conversion, moves):
    stuck = moves.filtered(lambda move: move.state != "done")
    if stuck:
        raise UserError(
            conversion.env._(
                "%(name)s: %(products)s could not be moved. Look at the stock of "
                "it and try again.",
                name=conversion.name,
                products=", ".join(stuck.product_id.mapped("display_name")),
            )
        )


def _link_lines(conversion):
    """Relate what came out to what it is made of, as manufacturing does."""
    made = _get_move_lines(conversion, "target")
    used = _get_move_lines(conversion, "source")
    for line, move_line in made.items():
        origins = conversion.env["stock.move.line"].union(
            *(used[origin] for origin in line._get_origins())
        )
        # the field for "what this one consumed", in spite of its column names
        move_line.consume_line_ids = [Command.set(origins.ids)]


def _get_move_lines(conversion, side):
    """``{line: move line}``; a move keeps the lines that it was created with."""
    move_lines = conversion.move_ids.move_line_ids.grouped("lot_conversion_line_id")
    return {line: move_lines[line] for line in conversion[f"{side}_line_ids"]}


# -- value -------------------------------------------------------------
def _keep_value(conversion, outs, ins):
    """What comes out is worth what went in.

    Written down before the moves are done, so that their entries are right.
    """
    if "product.value" not in conversion.env or "value" not in outs._fields:
        return
    values = share_value(
        {move: move.value for move in outs.sudo()},
        ins.sudo(),
        conversion.env.ref("uom.product_uom_kgm"),
    )
    conversion.env["product.value"].sudo().create(
        [
            {
                "move_id": move.id,
                "value": value,
                "company_id": conversion.company_id.id,
                "date": fields.Datetime.now(),
                "user_id": conversion.env.user.id,
                "description": conversion.env._(
                    "Value of what went into %s", conversion.name
                ),
            }
            for move, value in values.items()
        ]
    )


def share_value(outs: dict, ins: BaseModel, kilogram: BaseModel) -> dict:
    """The value of what went in, shared out to what comes out.

    What stays the same product, such as a rest, keeps its part by quantity; other
    products share what is left, by weight where that is known of all of them.

    :param outs: ``{move of what went in: its value}``, a move for each product
    :param ins: moves of what comes out, one for each product
    :return: ``{move of what comes out: value}``
    """
    used = {move.product_id: (move.product_uom_qty, outs[move]) for move in outs}
    kept, others = {}, ins.browse()
    for move in ins:
        quantity, value = used.get(move.product_id, (0, 0))
        if quantity:
            kept[move] = value * min(move.product_uom_qty / quantity, 1)
        else:
            others |= move
    left = sum(outs.values()) - sum(kept.values())
    takers = others or ins
    measures = _measure(takers, kilogram)
    total = sum(measures.values())
    shares = {move: left * measures[move] / total for move in takers}
    return {move: kept.get(move, 0) + shares.get(move, 0) for move in ins}


def _measure(moves, kilogram):
    """How much each move is, all in one unit: kilograms, else that of the first one;
    where there is none in common, as many as they are."""
    weights = {move: _weigh(move, kilogram) for move in moves}
    if all(weights.values()):
        return weights
    unit = moves[:1].product_uom
    if all(move.product_uom._has_common_reference(unit) for move in moves):
        return {
            move: move.product_uom._compute_quantity(
                move.product_uom_qty, unit, round=False
            )
            for move in moves
        }
    return {move: move.product_uom_qty for move in moves}


def _weigh(move, kilogram):
    """In kilograms; 0 if that is not known."""
    if move.product_uom._has_common_reference(kilogram):
        return move.product_uom._compute_quantity(
            move.product_uom_qty, kilogram, round=False
        )
    return move.product_uom_qty * move.product_id.weight
