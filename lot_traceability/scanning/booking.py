"""How a scanned number gets onto the lines of moves.

Planned lines give way to picked ones: what is scanned is picked, what is planned and
not scanned stays visible as the rest. What was picked by hand is confirmed by a scan,
not counted twice. All quantities are in the product's unit.
"""

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..holds import gate
from ..numbers import finder
from ..numbers.form import clean
from ..places import shown
from .lines import (
    TARGETS,
    get_unscanned,
    has_typed_number,
    set_product_quantity,
    take,
    with_number,
    with_values,
)


def book(
    moves: BaseModel,
    number: str | bool,
    quantity: float,
    label: dict,
    place: BaseModel,
    package: BaseModel | None = None,
) -> BaseModel:
    """Pick a quantity of a number on moves, all of one product.

    :param number: a lot or serial number, or False if the product has none
    :param label: values for a line on which the number is typed
    :param place: a location: goods go there if they can, or are taken from there
    :param package: in which goods come in
    :return: the lines that were changed, the last one at the end
    :raise UserError: if it cannot be picked here
    """
    lot = moves.env["stock.lot"]
    if number:
        lot = get_lot(moves, number)
        _check_number(moves, number, lot)
    lines = moves.env["stock.move.line"]
    for move, part in _share_out(moves, number, quantity):
        for key, at_place in _find_places(move, lot, number, part, place):
            values = _get_new_values(label, lot) if "lot_name" in key else {}
            if _takes(move, place):
                key = {**key, "location_dest_id": place.id}
            if package or move._should_bypass_reservation():
                key = {**key, "result_package_id": bool(package) and package.id}
            line = _pick(move, key, at_place, values)
            lines = (lines - line) + line
    line = lines[-1:]
    if line.lot_name and not lot and line.picking_type_id.use_existing_lots:
        # such an operation type shows lots, not names; core creates them at once
        line._create_and_assign_production_lot()
    # what validating would refuse is said while the goods are still in the hand
    gate.refuse_held(lines)
    return lines


def _get_new_values(label, lot):
    """What a label says that its lot does not say by itself."""
    return {
        name: value
        for name, value in label.items()
        if not (name in lot._fields and lot[name])
    }


def book_quant(moves: BaseModel, quant: BaseModel, place: BaseModel) -> BaseModel:
    """Pick what is in one place in stock, all of it, such as a part of a package.

    :return: the lines that were changed
    """
    uom, key = quant.product_id.uom_id, quant._get_line_key()
    picked = moves.picking_id.move_line_ids.filtered("picked")
    taken = sum(with_values(picked, key).mapped("quantity_product_uom"))
    left, lines = quant.quantity - taken, moves.env["stock.move.line"]
    if uom.compare(left, 0) <= 0:
        return lines
    for move, part in _share_out(moves, quant.lot_id.name, left):
        where = {"location_dest_id": place.id} if _takes(move, place) else {}
        lines |= _pick(move, {**key, **where}, part, {})
    gate.refuse_held(lines)
    return lines


def keep_typed(picking: BaseModel) -> None:
    """Numbers that were typed or generated before the first scan count as picked: core
    throws away what is not picked as soon as anything is."""
    typed = picking.move_line_ids.filtered(
        lambda line: not line.picked and line.quantity > 0 and has_typed_number(line)
    )
    if typed:
        typed.picked = True


def gives(move: BaseModel, place: BaseModel) -> bool:
    """Whether the goods of a move can be taken from there. Where they go to the same
    place that they come from, it is where they are taken from as well."""
    source, dest = move.location_id, move.location_dest_id
    if not place or move._should_bypass_reservation() or not place._child_of(source):
        return False
    return not place._child_of(dest) or source._child_of(dest)


def _takes(move, place):
    """Whether the goods of a move are to be put there."""
    is_target = bool(place) and place._child_of(move.location_dest_id)
    return is_target and not gives(move, place)


def can_create(move: BaseModel) -> bool:
    """True if an unknown number is a new one."""
    return move.picking_type_id.use_create_lots and move._should_bypass_reservation()


def get_picked(moves: BaseModel) -> float:
    """What is picked of moves."""
    lines = moves.move_line_ids.filtered("picked")
    return sum(lines.mapped("quantity_product_uom"))


# -- the number -----------------------------------------------------
def find_lots(moves: BaseModel, number: str) -> BaseModel:
    """Lots of the moves' products that go by a number.

    In stock it can be the vendor's one, unless a lot has it as its own; what comes in
    under a number that only a vendor knows is new.
    """
    return find_lots_of(moves, [number])[number]


def find_lots_of(moves: BaseModel, numbers) -> dict:
    """The same for several numbers at once."""
    found = finder.find(
        moves.env,
        numbers,
        products=moves.product_id,
        companies=moves.env.company,
        vendor=not any(can_create(move) for move in moves),
    )
    return {number: row.lots for number, row in found.items()}


def get_lot(moves: BaseModel, number: str) -> BaseModel:
    """The lot of the moves' product that goes by a number; empty if there is none.

    :raise UserError: if it can be several
    """
    lots = find_lots(moves, number)
    if len(lots) > 1:
        raise UserError(_get_several_text(number, lots))
    return lots


def _get_several_text(number, lots):
    values = {"number": number, "lots": ", ".join(sorted(lots.mapped("name")))}
    get_key = lots.env["lot.number"]._get_key
    if get_key(lots[0].name) == get_key(number):
        return lots.env._(
            "“%(number)s” can be several lots: %(lots)s. Choose one on the line.",
            **values,
        )
    return lots.env._(
        "“%(number)s” is the supplier's number of several lots: %(lots)s. Scan the "
        "number of the lot.",
        **values,
    )


def get_number(moves: BaseModel, text: str) -> str:
    """A number as the lot has it, or the line on which it is already, or as it would be
    stored."""
    lot = get_lot(moves, text)
    line = with_number(moves.move_line_ids, text)[:1]
    return lot.name or line.lot_id.name or line.lot_name or clean(text)


def _check_number(moves, number, lot):
    """Refuse a number that cannot be on the goods."""
    env = moves.env
    picking_type, product = moves.picking_type_id, moves.product_id
    if not picking_type.use_create_lots and not picking_type.use_existing_lots:
        raise UserError(
            env._(
                "The operation type %(type)s works without lot and serial numbers; "
                "its settings can change that.",
                type=picking_type.display_name,
            )
        )
    others = lot.browse()
    if not lot and can_create(moves[0]) and product.tracking == "serial":
        others = find_in_other_companies(moves, number)
    if there := get_in_stock_text(moves, lot or others):
        policy = product.categ_id._get_serial_conflict_policy(env.company)
        if others or policy == "forbid":
            raise UserError(there)
    if not lot and not can_create(moves[0]):
        raise UserError(
            env._(
                "There is no lot or serial number “%(number)s” of %(product)s.",
                number=number,
                product=product.display_name,
            )
        )
    if not lot:
        rules = env["lot.number"]._for_document(moves.picking_id)
        problems = rules._get_name_problems(number, product, env.company)
        if problems:
            raise UserError("\n".join(problems))


def get_in_stock_text(moves: BaseModel, lot: BaseModel) -> str:
    """Say where a serial number is that comes in, if it is in stock; else nothing."""
    move = moves[:1]
    if not lot or move.has_tracking != "serial":
        return ""
    if not move._should_bypass_reservation():
        return ""
    # sudo: a unit is in one place, also where the user may not look
    is_there = any(lot_.sudo()._get_places(("internal", "transit")) for lot_ in lot)
    places = [row for one in lot for row in one._get_places(("internal", "transit"))]
    if not is_there:
        return ""
    return lot.env._(
        "%(number)s of %(product)s is in stock already: %(places)s.",
        number=lot[0].name,
        product=move.product_id.display_name,
        places=", ".join(places) or lot.env._("in another company"),
    )


def find_in_other_companies(moves: BaseModel, number: str) -> BaseModel:
    """Lots of the product under a number in other companies that the user works in."""
    found = finder.find_one(
        moves.env, number, products=moves.product_id, vendor=False
    ).lots
    own = moves.env.company
    return found.filtered(lambda lot: lot.company_id and lot.company_id != own)


def find_of_others(moves: BaseModel, number: str) -> BaseModel:
    """Lots of other products under a number, in the company."""
    company = moves.env.company
    found = finder.find_one(moves.env, number, companies=company, vendor=False).lots
    return found.filtered(lambda lot: lot.product_id not in moves.product_id)


# -- where it comes from --------------------------------------------
def _share_out(moves, number, quantity):
    """Which move gets how much: those that lack some, first the one with a line of
    this number; what is too much goes to the last."""
    uom = moves.product_id.uom_id
    moves = moves.sorted(lambda move: not with_number(move.move_line_ids, number))
    for move in moves:
        own = with_number(move.move_line_ids.filtered("picked"), number)
        by_hand = sum(get_unscanned(line) for line in own)
        part = min(quantity, max(move.product_qty - get_picked(move), 0) + by_hand)
        if uom.compare(part, 0) > 0:
            quantity -= part
            yield move, part
    if uom.compare(quantity, 0) > 0:
        yield moves[-1], quantity


def _find_places(move, lot, number, quantity, place):
    """Where to take a quantity from: pairs of values of the line, and quantity."""
    if not number:
        return [(_get_place_key(move, place), quantity)]
    if move._should_bypass_reservation():
        # where names are typed, core finds the lot by its name
        by_lot = lot and move.picking_type_id.use_existing_lots
        return [({"lot_id": lot.id} if by_lot else {"lot_name": number}, quantity)]
    places = []
    picked = move.picking_id.move_line_ids.filtered("picked")
    for quant in _get_quants(move, lot, place):
        key = quant._get_line_key()
        own = with_values(picked, key)
        taken = sum(own.mapped("quantity_product_uom"))
        taken -= sum(get_unscanned(line) for line in own if line.move_id == move)
        part = min(quant.quantity - taken, quantity)
        if move.product_id.uom_id.compare(part, 0) > 0:
            quantity -= part
            places.append((key, part))
    if move.product_id.uom_id.compare(quantity, 0) > 0:
        raise UserError(_get_missing_text(move, lot, place))
    return places


def _get_place_key(move, place):
    """Where goods without numbers are taken from: a place that was scanned, or that
    part of it where they are planned to be taken from."""
    if not gives(move, place):
        return {}
    inside = move.move_line_ids.filtered(lambda line: line.location_id._child_of(place))
    return {"location_id": (inside.location_id[:1] or place).id}


def _get_source(move, place):
    """Where goods are taken from: a place that was scanned, if it is a part of that."""
    return place if gives(move, place) else move.location_id


def _get_quants(move, lot, place=None):
    """What is there of a lot, first where it is planned to be taken from.

    :param place: only there, if it is a part of where the goods come from
    """
    planned = move.move_line_ids.filtered(lambda line: line.lot_id == lot)
    source = _get_source(move, place)
    quants = move.env["stock.quant"]._gather(move.product_id, source, lot_id=lot)
    owner = move.picking_id.owner_id
    # what is planned, then what belongs to whom the transfer is for: mostly ourselves
    return quants.filtered(
        lambda quant: quant.lot_id == lot and quant.quantity > 0
    ).sorted(
        lambda quant: (
            not with_values(planned, quant._get_line_key()),
            quant.owner_id != owner,
        )
    )


def _get_missing_text(move, lot, place):
    env = move.env
    values = {
        "number": lot.name,
        "product": lot.product_id.display_name,
        "location": _get_source(move, place).display_name,
        "places": ", ".join(lot._get_places(("internal", "transit", "customer"))),
    }
    if _get_quants(move, lot, place):
        return env._(
            "There is no more of %(number)s of %(product)s in %(location)s than "
            "what is picked; it is here: %(places)s.",
            **values,
        )
    if values["places"]:
        return env._(
            "%(number)s of %(product)s is not in %(location)s. It is here: %(places)s.",
            **values,
        )
    if gone := _get_end(lot):
        return env._(
            "%(number)s of %(product)s is not in %(location)s any more. %(gone)s.",
            gone=gone,
            **values,
        )
    return env._(
        "%(number)s of %(product)s is not in %(location)s, nor anywhere else.",
        **values,
    )


def _get_end(lot):
    """What became of a lot of which nothing is left: scrapped, used up, sent back ...;
    empty if it never was anywhere."""
    for place in lot.env["lot.place"]._get_places(lot)[lot.id]:
        if place["since"] and place["state"] not in ("stock", "transit", "customer"):
            arrival = shown.describe_arrival(lot.env, place)
            return f"{shown.describe(place)} {arrival}".strip()
    return ""


# -- the lines ------------------------------------------------------
def _pick(move, key, quantity, values):
    """Turn planned lines into a picked one, or add to the one that is there.

    :param key: number and place that the line has to have
    :param values: further values for a line
    """
    picked = _find_picked(move, key)
    planned = _get_planned_lines(move, key)
    if picked:
        more = max(quantity - get_unscanned(picked), 0)
        take(planned, more)
        scanned = min(picked.scanned_quantity, picked.quantity_product_uom) + quantity
        if more:
            quantity = picked.quantity_product_uom + more
            set_product_quantity(picked, quantity, scanned_quantity=scanned)
        else:
            picked.scanned_quantity = scanned
        for name in TARGETS & key.keys():
            if key[name] and key[name] != picked[name].id:
                picked[name] = key[name]
        return picked
    line = planned[:1]
    if not key.get("result_package_id"):
        # a package that was planned stays
        key = {name: key[name] for name in key if name != "result_package_id"}
    values = {**values, **key, "quantity": quantity, "picked": True}
    values["scanned_quantity"] = quantity
    values["product_uom_id"] = move.product_id.uom_id.id
    if not line:
        return line.create({**move._prepare_move_line_vals(), **values})
    rest = quantity - line.quantity_product_uom
    if move.product_id.uom_id.compare(rest, 0) < 0:
        take(line, quantity)
        return line.copy(values)
    take(planned - line, rest)
    line.write(values)
    return line


def _find_picked(move, key):
    """The picked line that a scan adds to, or confirms; what was picked by hand comes
    first, wherever it was to be put."""
    picked = move.move_line_ids.filtered("picked")
    goods = {name: value for name, value in key.items() if name not in TARGETS}
    by_hand = with_values(picked, goods).filtered(get_unscanned)
    if "result_package_id" not in key:
        # what was packed into another one stays as it is
        picked = picked.filtered(
            lambda line: not line.result_package_id - line.package_id
        )
    return (by_hand or with_values(picked, key))[:1]


def _get_planned_lines(move, key):
    """Lines that a number may take the place of: its own first, then those whose
    number nobody typed."""
    lines = move.move_line_ids.filtered(lambda line: not line.picked)
    number = {name: key[name] for name in ("lot_id", "lot_name") if name in key}
    is_typed = move._should_bypass_reservation()
    free = lines.filtered(
        lambda line: not line.lot_name and not (is_typed and line.lot_id)
    )
    return with_values(lines, key) | with_values(lines, number) | free
