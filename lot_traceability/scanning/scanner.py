"""What a scanned text books on a transfer (``stock.picking``)."""

import re
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..numbers.form import clean, fold
from ..tools.quantity import format_quantity
from . import booking, codes, damage, places, said, second_looks, strange
from .answers import Answer, Request, say
from .lines import get_unscanned, with_number
from .reading import PLAIN, PRODUCT, Doubt, doubt_damaged, read, refuse_several

# no code on a label holds more
MOST_CHARACTERS = 4296
# what ends a code, and cannot be inside of one
_GLUED = re.compile(r"\s*[\t\r\n\v\f\x03\x04\x1c\x1e\x1f\x85\u2028\u2029]\s*")
# a key such as Escape or Backspace, sent in the middle of a number
_KEY = re.compile(r"\w[\x00-\x1f\x7f-\x9f]+\S*\w")
# two numbers in one are not longer than that
MOST_TOGETHER = 60


def scan(picking: BaseModel, request: Request) -> Answer:
    """Book a text.

    :raise UserError: if it cannot be booked
    """
    _check_can_scan(picking, request)
    result = read(picking, request, find_owners)
    if isinstance(result, Doubt):
        return _ask_reading(request, result)
    if request.reading not in (None, PLAIN, PRODUCT) and not result["is_label"]:
        raise UserError(
            picking.env._(
                "“%s” is not a reading of this code; scan it again.", request.reading
            )
        )
    if result["parts"]:
        return _scan_parts(picking, request, result["parts"])
    if result["is_label"]:
        return _scan_label(picking, request, result)
    return _scan_plain(picking, request, result)


def _ask_reading(request, doubt):
    env = request.product.env
    text = env._(
        "Nothing is booked yet: “%(text)s” can be read in more than one way, as its "
        "separators are missing. Compare with the label and choose.",
        text=request.text,
    )
    if doubt.is_product:
        text = env._(
            "Nothing is booked yet: “%(text)s” is a number, and the code of a product "
            "as well. Choose what is meant.",
            text=request.text,
        )
    if doubt.is_damaged:
        text = env._(
            "Nothing is booked yet: “%(text)s” does not look like one whole code. Was "
            "it cut off, run together with another one, or changed by the keyboard "
            "settings of the scanner? Scan it again, or choose.",
            text=request.text,
        )
    return say(request, "ask", text, choices=doubt.choices, quantity=request.quantity)


def _scan_parts(picking, request, parts):
    """Several codes in one, such as the content of a package: all or none."""
    answers = []
    for part in parts:
        values = (part, request.product, request.location)
        answers.append(scan(picking, Request(*values, package=request.package)))
        if answers[-1].answer == "ask":
            raise UserError(answers[-1].message)
        request.product = answers[-1].product
    booked = [row for row in answers if row.answer in ("booked", "look")]
    last = (booked or answers)[-1]
    last.looks = [look for row in booked for look in row.looks]
    last.message = "\n".join(row.message for row in booked) or last.message
    last.booked = sum(row.booked for row in booked)
    if booked:
        last.answer = (
            "look" if any(row.answer == "look" for row in booked) else "booked"
        )
    return last


# -- understanding ------------------------------------------------------
def _scan_label(picking, request, scan):
    if scan["package"] and _is_of_package(picking, scan):
        return places.scan_package(picking, request, scan["package"])
    if scan["gtin"]:
        product, uom = codes.find_product(picking, scan["gtin"])
        if not product:
            raise UserError(codes.get_unknown_text(picking, scan["gtin"]))
        if not scan["lot"] and not scan["serial"]:
            return _scan_product(picking, request, product, uom, scan)
    else:
        number = scan["serial"] or scan["lot"]
        if not number:
            raise UserError(
                picking.env._("There is neither a product nor a number in this code.")
            )
        owners = find_owners(picking, [number])[number]
        product = _choose_product(picking, request, number, owners)
        uom = product.uom_id
    number = _get_number(picking, product, uom, scan)
    return _book_scan(picking, request, product, number, uom, scan)


def _is_of_package(picking, scan):
    """Whether the label of a package means all that is in it, whatever else it says."""
    if places.comes_in(picking):
        return not (scan["gtin"] or scan["lot"] or scan["serial"])
    package = codes.find_package(picking, scan["package"])
    return not scan["gtin"] or codes.is_filled(package)


def _get_number(picking, product, uom, scan):
    """A label can have a lot and a serial number: which one is the product's?"""
    if product.tracking != "serial":
        return scan["lot"] or scan["serial"]
    if not scan["serial"] and (
        scan["gtin"] or not find_owners(picking, [scan["lot"]], product)[scan["lot"]]
    ):
        raise UserError(
            picking.env._(
                "The label of %(product)s has the lot %(lot)s and no serial "
                "number; scan the serial number.",
                product=product.display_name,
                lot=scan["lot"],
            )
        )
    pieces = uom._compute_quantity(1, product.uom_id)
    countable = (None, picking.env.ref("uom.product_uom_unit"))
    pieces *= max(
        (one for one, unit in scan["measures"] if unit in countable), default=1
    )
    if product.uom_id.compare(pieces, 1) > 0:
        raise UserError(
            picking.env._(
                "The label is that of %(count)s of %(product)s; its serial number is "
                "that of the package. Scan the serial numbers of the units.",
                count=format_quantity(picking.env, pieces, product.uom_id),
                product=product.display_name,
            )
        )
    return scan["serial"] or scan["lot"]


def _scan_plain(picking, request, scan):
    text, owners = scan["text"], scan["owners"]
    if not owners:
        _refuse_several(picking, text)
    if not owners and scan["reading"] != PLAIN:
        text = codes.squeeze_barcode(picking, text)
        product, uom = codes.find_product(picking, text)
        if product:
            return _scan_product(picking, request, product, uom, scan)
        record = codes.find_record(picking, text)
        if record:
            return places.scan_record(picking, request, record)
        if text.startswith("00") and codes.find_package(picking, text):
            return places.scan_package(picking, request, text)
        weighed = codes.find_weighed(picking, text)
        if weighed:
            scan["measures"].append((weighed.quantity, weighed.uom))
            product = weighed.product
            return _scan_product(picking, request, product, product.uom_id, scan)
        is_meant = bool(request.product) and not scan["prefix"].startswith("]E")
        if not is_meant and codes.is_product_code(text, scan["prefix"]):
            raise UserError(codes.get_unknown_text(picking, text))
        if codes.find_barcode_owner(picking, text):
            raise UserError(codes.get_unknown_text(picking, text))
        codes.refuse_others(picking, text)
        if not request.product and codes.find_reference_owner(picking, text):
            raise UserError(codes.get_unknown_text(picking, text))
        if _can_be_new(picking, request) and _is_doubtful(picking, request, text):
            return _ask_reading(request, doubt_damaged(picking.env, text))
        scan["looks"] += _get_looks_of_text(picking, request, text)
    product = _choose_product(picking, request, text, owners)
    return _book_scan(picking, request, product, text, product.uom_id, scan)


def _can_be_new(picking, request):
    meant = request.product
    is_of_it = meant.tracking not in (False, "none")
    return bool(_get_products_to_number(picking, lacking=False)) and (
        not is_of_it or _can_create_numbers(picking, meant)
    )


def _is_doubtful(picking, request, text):
    """Whether a text that nobody knows is rather something else than a new number."""
    is_broken = bool(_KEY.search(text)) or damage.is_wrongly_decoded(text)
    # without what nobody sees, as it would be stored
    text, barcodes = clean(text), codes.get_barcodes(picking)
    if is_broken or codes.is_spoiled_weight(picking, text):
        return True
    meant = request.product
    products = meant if meant.tracking not in (False, "none") else meant.browse()
    products = products or _get_products_to_number(picking, lacking=False)
    if damage.is_damaged(text, barcodes):
        can_be_so = damage.is_only_typed_otherwise(text, barcodes)
        return not (can_be_so and said.has_number_like(picking, products, text))
    pieces = damage.get_pieces(text) if len(text) <= MOST_TOGETHER else []
    twins = strange.get_twins(text)
    numbers = [piece for pair in pieces for piece in pair]
    known = find_owners(picking, [*numbers, *twins])
    if any(known[first] and known[second] for first, second in pieces):
        return True
    if codes.begins_like_record(picking, pieces):
        return True
    if codes.find_reference_owner(picking, text):
        # of other goods, behind the product that is meant
        return True
    reasons = strange.find_reasons(text, barcodes, codes.get_references(picking))
    is_like_others = (
        codes.is_called_like_record(picking, text)
        or codes.has_barcode_inside(picking, text)
        or any(known[twin] for twin in twins)
        or any(
            known[piece] and strange.is_glued(first, second, piece == first)
            for first, second in pieces
            for piece in (first, second)
        )
    )
    if is_like_others:
        return not said.has_number_like(picking, products, text)
    return bool(reasons) and not said.has_number_of_kind(
        picking, products, text, reasons
    )


def _refuse_several(picking, text):
    """Refuse what can be no single number: codes that a wrong suffix has glued
    together, and lists."""
    if _GLUED.search(text):
        refuse_several(picking, _GLUED.split(text))
    if fold(text).startswith("~"):
        raise UserError(
            picking.env._(
                "“%s” stands for the next numbers, which are made by Generate on the "
                "line. Here, scan the number that is on the goods.",
                text,
            )
        )


def _get_looks_of_text(picking, request, text):
    """What makes a plain text a strange number."""
    if codes.looks_like_product_code(text):
        yield picking.env._(
            "It looks like the barcode of a product, not like a lot or serial number."
        )
    elif codes.looks_like_package_code(text):
        yield picking.env._(
            "It looks like the number of a package (SSCC), not like a lot or serial "
            "number."
        )
    if not request.product and codes.was_product_refused(picking):
        yield picking.env._(
            "The code before was that of a product which is not on this transfer: is "
            "this the number of other goods?"
        )


def _scan_product(picking, request, product, uom, scan):
    """A product without a number: it is counted, or waits for its numbers."""
    if product.tracking == "none":
        request.product = product
        return _book_scan(picking, request, product, False, uom, scan)
    quantity = request.quantity
    is_pack = uom != product.uom_id
    if (scan["measures"] or is_pack) and product.tracking == "lot":
        quantity = _get_quantity(picking, request, product, uom, scan)
    text = picking.env._(
        "%(product)s: now scan its numbers.", product=product.display_name
    )
    if quantity:
        text = picking.env._(
            "%(quantity)s of %(product)s: now scan its number.",
            quantity=format_quantity(picking.env, quantity, product.uom_id),
            product=product.display_name,
        )
    return say(request, "noted", text, product=product, quantity=quantity)


def _choose_product(picking, request, number, owners):
    """The product that a number is meant for."""
    meant = request.product
    if meant.tracking not in (False, "none") and (
        meant in owners
        or find_owners(picking, [number], meant)[number]
        or _can_create_numbers(picking, meant)
    ):
        return meant
    if not owners:
        owners = _get_products_to_number(picking)
    if not owners:
        raise UserError(codes.get_unknown_text(picking, number))
    if len(owners) > 1:
        raise UserError(
            picking.env._(
                "“%(number)s” can be a number of several products: %(products)s. "
                "Scan the barcode of the product first.",
                number=number,
                products=", ".join(owners.mapped("display_name")),
            )
        )
    return owners


# -- booking ------------------------------------------------------------
def _book_scan(picking, request, product, number, uom, scan):
    moves = codes.get_open_moves(picking).filtered(
        lambda move: move.product_id == product
    )
    if product.tracking == "none":
        number = False
    else:
        # goods can bear the supplier's number, or another spelling
        number = booking.get_number(moves, number)
    booking.keep_typed(picking)
    picked = with_number(moves.move_line_ids.filtered("picked"), number)
    if product.tracking == "serial" and picked and not any(map(get_unscanned, picked)):
        text = picking.env._(
            "%(number)s of %(product)s was scanned already; nothing was changed.",
            number=number,
            product=product.display_name,
        )
        return say(request, "look", text, line=picked[0], number=number)
    quantity = _get_quantity(picking, request, product, uom, scan)
    if quantity is None:
        return _ask_quantity(picking, request, moves, number)
    is_new = bool(number) and not booking.get_lot(moves, number)
    package = picking.env["stock.package"]
    if scan["package"] and all(move._should_bypass_reservation() for move in moves):
        package = codes.get_received_package(picking, scan["package"])
    elif request.package:
        package = codes.get_target_package(picking, request.package)
    lines = booking.book(
        moves,
        number,
        quantity,
        picking.env["lot.scan"]._get_line_values(scan, product),
        request.location,
        package,
    )
    looks = _get_looks_of_new(moves, number) if is_new else _get_looks_of_known(lines)
    if number:
        looks += second_looks.get_looks(moves, lines, number)
    looks += picking.env["lot.scan"]._get_looks(scan, lines)
    return _answer_booking(request, moves, lines, scan, Booked(number, quantity, looks))


def _get_quantity(picking, request, product, uom, scan):
    """In the product's unit; None if somebody has to say it."""
    given = request.quantity
    if given is not None and product.tracking != "serial":
        if product.uom_id.compare(given, 0) <= 0:
            raise UserError(picking.env._("The quantity has to be more than 0."))
        return product.uom_id.round(given, rounding_method="HALF-UP")
    return picking.env["lot.scan"]._get_quantity(
        scan, product, uom, is_measured=codes.is_measured(product.uom_id)
    )


def _ask_quantity(picking, request, moves, number):
    product = moves.product_id
    planned = with_number(
        moves.move_line_ids.filtered(lambda line: not line.picked), number
    )
    rest = sum(moves.mapped("product_qty")) - booking.get_picked(moves)
    text = picking.env._(
        "How much of %(what)s? Nothing is booked yet.", what=_get_name(product, number)
    )
    return say(
        request,
        "ask",
        text,
        wants_quantity=True,
        uom=product.uom_id.name,
        quantity=sum(planned.mapped("quantity_product_uom")) or max(rest, 0) or None,
    )


def _get_name(product, number):
    return f"{number} ({product.display_name})" if number else product.display_name


class Booked(NamedTuple):
    """What was booked, and what is unusual about it."""

    number: str | bool
    quantity: float
    looks: list


def _answer_booking(request, moves, lines, scan, booked):
    env, product, number = moves.env, moves.product_id, booked.number
    done = booking.get_picked(moves)
    wanted = sum(moves.mapped("product_qty"))
    message = env._(
        "%(what)s: %(done)s of %(wanted)s %(uom)s",
        what=_get_name(product, number),
        done=format_quantity(env, done),
        wanted=format_quantity(env, wanted),
        uom=product.uom_id.name,
    )
    package = lines[-1:].result_package_id
    if package and (scan["package"] or request.package):
        message = env._(
            "%(booked)s, in package %(package)s", booked=message, package=package.name
        )
    looks = list(scan["looks"])
    if product.uom_id.compare(done, wanted) > 0:
        looks.append(env._("More than ordered."))
    if scan["uom"] and scan["uom"] != product.uom_id:
        looks.append(
            env._(
                "The code stands for 1 %(unit)s: %(quantity)s were booked.",
                unit=scan["uom"].name,
                quantity=format_quantity(env, booked.quantity, product.uom_id),
            )
        )
    looks += booked.looks
    return say(
        request,
        "look" if looks else "booked",
        message,
        looks=looks,
        line=lines[-1:],
        number=number or "",
        booked=booked.quantity,
    )


def _get_looks_of_known(lines):
    """What comes in of a lot on hold is booked, and is on hold as well."""
    lines = lines.filtered(lambda line: line.move_id._should_bypass_reservation())
    number = lines[-1:].lot_name
    lots = booking.find_lots(lines.move_id, number) if number else lines.lot_id
    looks = [
        lot.env._("%(number)s is on hold: %(why)s", number=lot.name, why=lot.hold_text)
        for lot in lots
        if lot.hold_text
    ]
    # where two places for one serial number are allowed, or asked about
    there = booking.get_in_stock_text(lines.move_id, lots)
    return [*looks, there] if there else looks


def _get_looks_of_new(moves, number):
    env, looks = moves.env, []
    others = booking.find_of_others(moves, number)
    if others:
        looks.append(
            env._(
                "%(number)s is a new number of %(product)s, but exists for another "
                "product: %(others)s.",
                number=number,
                product=moves.product_id.display_name,
                others=", ".join(others.product_id.mapped("display_name")),
            )
        )
    elsewhere = booking.find_in_other_companies(moves, number)
    if elsewhere:
        looks.append(
            env._(
                "%(number)s is new here, but exists in %(companies)s.",
                number=number,
                companies=", ".join(elsewhere.company_id.mapped("name")),
            )
        )
    return looks


# -- what is there ------------------------------------------------------
def _check_can_scan(picking, request):
    if not request.text:
        raise UserError(picking.env._("Nothing was scanned."))
    if len(request.text) > MOST_CHARACTERS:
        raise UserError(
            picking.env._(
                "“%(start)s…” is too long for a code; scan it again.",
                start=request.text[:20],
            )
        )
    if picking.state not in ("confirmed", "assigned"):
        states = dict(picking._fields["state"]._description_selection(picking.env))
        raise UserError(
            picking.env._(
                "%(transfer)s is in the state “%(state)s”; numbers are scanned "
                "between confirming and validating a transfer.",
                transfer=picking.display_name,
                state=states[picking.state],
            )
        )


def _can_create_numbers(picking, product):
    return product in _get_products_to_number(picking, lacking=False)


def _get_products_to_number(picking, lacking=True):
    """Products that a new number can be for; if any lack some, only those."""
    moves = codes.get_open_moves(picking).filtered(
        lambda move: move.has_tracking != "none" and booking.can_create(move)
    )
    short = moves.filtered(lambda move: booking.get_picked(move) < move.product_qty)
    return (lacking and short or moves).product_id


def find_owners(picking: BaseModel, numbers, products=None) -> dict:
    """The products on this transfer that know each of some numbers.

    :param products: only these, where it is clear that they are meant
    """
    moves = codes.get_open_moves(picking)
    if products is not None:
        moves = moves.filtered(lambda move: move.product_id in products)
    found = booking.find_lots_of(moves, numbers)
    get_key = picking.env["lot.number"]._get_key
    typed = moves.move_line_ids.filtered("lot_name")
    typed = typed.grouped(lambda line: get_key(line.lot_name))
    nobody = moves.move_line_ids.browse()
    return {
        number: moves.product_id
        & (found[number].product_id | typed.get(get_key(number), nobody).product_id)
        for number in numbers
    }
