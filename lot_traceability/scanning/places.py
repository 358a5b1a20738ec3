"""Codes of locations, packages and papers: where goods go or come from."""

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..tools.quantity import format_quantity
from . import booking, codes
from .answers import BEFORE, BEHIND, Answer, Request, say


def scan_record(picking: BaseModel, request: Request, record: BaseModel) -> Answer:
    """Do what the code of a record stands for.

    :raise UserError: if it is of no use on this transfer
    """
    scanned = {
        "stock.location": _scan_location,
        "stock.package": _scan_found_package,
        "stock.picking": _scan_picking,
        "stock.picking.type": _scan_type,
    }
    return scanned[record._name](picking, request, record)


# -- locations ----------------------------------------------------------
def _scan_location(picking, request, location):
    env, moves = picking.env, codes.get_open_moves(picking)
    if location.usage == "view":
        raise UserError(
            env._(
                "%(location)s only groups other locations; scan one of them.",
                location=location.display_name,
            )
        )
    is_source = any(booking.gives(move, location) for move in moves)
    is_target = any(location._child_of(move.location_dest_id) for move in moves)
    # where it can be both, it is the target of the goods that were scanned before it
    line = _get_line_before(picking, request, location, is_source)
    if is_target and (line or not is_source):
        return _scan_destination(request, location, line)
    if is_source:
        text = env._(
            "From here on, goods are taken from %(location)s.",
            location=location.display_name,
        )
        return say(request, "noted", text, location=location)
    raise UserError(
        env._(
            "%(location)s is not part of %(dest)s, where the goods of %(transfer)s go, "
            "nor of %(origin)s, where they come from.",
            location=location.display_name,
            dest=picking.location_dest_id.display_name,
            origin=picking.location_id.display_name,
            transfer=picking.display_name,
        )
    )


def _get_line_before(picking, request, location, is_source):
    """What was scanned just before a place, if it can be put there."""
    last = picking._get_last_booked_scan()
    line = last.move_line_id
    if request.location and not is_source:
        # the place before is that of the goods
        return line.browse()
    return line.filtered(lambda row: location._child_of(row.move_id.location_dest_id))


def _scan_destination(request, location, line):
    """First the place, then the goods; or each time the goods, then their place."""
    env = location.env
    if not line:
        text = env._(
            "What is scanned from here on goes to %(location)s.",
            location=location.display_name,
        )
        return say(request, "noted", text, location=location)
    line.location_dest_id = location
    text = env._(
        "%(number)s: %(quantity)s go to %(location)s.",
        number=line.lot_id.name or line.lot_name or line.product_id.display_name,
        quantity=format_quantity(
            env, line.quantity_product_uom, line.product_id.uom_id
        ),
        location=location.display_name,
    )
    # such a place is that of the goods before it, not of those behind
    nowhere = location.browse()
    return say(request, "booked", text, line=line, location=nowhere)


# -- packages -----------------------------------------------------------
def scan_package(picking: BaseModel, request: Request, name: str) -> Answer:
    """Book the content of a package by its name or SSCC."""
    package = codes.find_package(picking, name)
    if not package and comes_in(picking):
        # goods come in packages that nobody here knows yet
        return _scan_target(picking, request, name)
    if not package:
        raise UserError(
            picking.env._(
                "There is no package %(name)s; scan the labels of what is in it.",
                name=name,
            )
        )
    return _scan_found_package(picking, request, package)


def comes_in(picking: BaseModel) -> bool:
    """Whether all goods of a transfer come from outside."""
    moves = codes.get_open_moves(picking)
    return bool(moves) and all(move._should_bypass_reservation() for move in moves)


def _scan_target(picking, request, name):
    """A package to put goods into: what was booked before, or what comes behind."""
    env = picking.env
    lines = picking.move_line_ids.filtered(
        lambda line: line.picked and not line.result_package_id and not line.package_id
    )
    if request.reading == BEFORE and lines:
        lines.result_package_id = codes.get_target_package(picking, name)
        text = env._(
            "In package %(package)s: %(content)s", package=name, content=_tell(lines)
        )
        return say(request, "booked", text, line=lines[-1:], package=None)
    if lines and not request.package and request.reading != BEHIND:
        choices = [
            {
                "reading": BEFORE,
                "text": env._("What was booked before: %s", _tell(lines)),
            },
            {"reading": BEHIND, "text": env._("What is scanned from here on")},
        ]
        text = env._("What is in package %s?", name)
        return say(request, "ask", text, choices=choices)
    text = env._("What is scanned from here on is in package %s.", name)
    return say(request, "noted", text, package=name)


def _tell(lines):
    return ", ".join(
        f"{line.lot_id.name or line.lot_name or line.product_id.display_name} "
        f"({format_quantity(line.env, line.quantity_product_uom)})"
        for line in lines
    )


def _scan_found_package(picking, request, package):
    env, moves = picking.env, codes.get_open_moves(picking)
    quants = package.contained_quant_ids.filtered(lambda quant: quant.quantity > 0)
    if not quants:
        return _scan_target(picking, request, package.name)
    strange = quants.product_id - moves.product_id
    if strange:
        raise UserError(
            env._(
                "%(products)s in package %(package)s is not on %(transfer)s.",
                products=", ".join(strange.mapped("display_name")),
                package=package.name,
                transfer=picking.display_name,
            )
        )
    places = quants.location_id
    moves = moves.filtered(lambda move: not move._should_bypass_reservation())
    if not moves or not all(
        any(place._child_of(move.location_id) for move in moves) for place in places
    ):
        raise UserError(
            env._(
                "Package %(package)s is not in %(origin)s. It is here: %(places)s.",
                package=package.name,
                origin=picking.location_id.display_name,
                places=", ".join(places.mapped("display_name")),
            )
        )
    return _book_package(picking, request, package, quants, moves)


def _book_package(picking, request, package, quants, moves):
    env = picking.env
    booking.keep_typed(picking)
    lines = env["stock.move.line"]
    for quant in quants:
        own = moves.filtered(
            lambda move, quant=quant: move.product_id == quant.product_id
        )
        lines |= booking.book_quant(own, quant, request.location)
    if not lines:
        text = env._(
            "Package %s was scanned already; nothing was changed.", package.name
        )
        return say(request, "look", text)
    # it stays a package
    for inner, own in lines.grouped("package_id").items():
        own.result_package_id = inner
    looks = env["lot.scan"]._get_looks(env["lot.scan"]._read(package.name), lines)
    for product in lines.product_id:
        own = moves.filtered(lambda move, product=product: move.product_id == product)
        wanted = sum(own.mapped("product_qty"))
        if product.uom_id.compare(booking.get_picked(own), wanted) > 0:
            looks.append(env._("More than ordered: %s.", product.display_name))
    text = env._(
        "%(package)s: %(content)s",
        package=package.name,
        content=", ".join(
            f"{quant.lot_id.name or quant.product_id.display_name} "
            f"({format_quantity(env, quant.quantity, quant.product_id.uom_id)})"
            for quant in quants
        ),
    )
    return say(
        request,
        "look" if looks else "booked",
        text,
        looks=looks,
        line=lines[-1:],
        number=package.name,
        booked=sum(quants.mapped("quantity")),
    )


# -- papers -------------------------------------------------------------
def _scan_picking(picking, request, other):
    if other == picking:
        text = picking.env._(
            "This is %s, the transfer that is open.", other.display_name
        )
        return say(request, "noted", text)
    text = picking.env._("%s is opened.", other.display_name)
    action = {
        "type": "ir.actions.act_window",
        "res_model": "stock.picking",
        "res_id": other.id,
        "views": [[False, "form"]],
        "target": "current",
    }
    return say(request, "noted", text, action=action)


def _scan_type(picking, request, kind):
    text = picking.env._("The transfers of %s are opened.", kind.display_name)
    action = {
        "type": "ir.actions.act_window",
        "name": kind.display_name,
        "res_model": "stock.picking",
        "domain": [
            ("picking_type_id", "=", kind.id),
            ("state", "in", ("confirmed", "assigned")),
        ],
        "views": [[False, "list"], [False, "form"]],
        "target": "current",
    }
    return say(request, "noted", text, action=action)
