"""What a scanned text books on a transfer (``stock.picking``)."""

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..numbers import finder
from ..tools.quantity import format_quantity
from . import booking, gs1
from .lines import with_number

# no code on a label holds more
MOST_CHARACTERS = 4296


def scan(picking: BaseModel, text: str, meant: BaseModel) -> dict:
    """Book a text.

    :param meant: the product of the scan before, or none
    :return: see ``stock.picking.scan_number``
    :raise UserError: if it cannot be booked
    """
    _check_can_scan(picking, text)
    owners = _find_owners(picking, text)
    read = picking.env["lot.scan"]._read(text, is_number=bool(owners))
    if read["is_label"]:
        return _scan_label(picking, read, meant)
    product, uom = _find_product(picking, text)
    if product and not owners:
        return _scan_product(picking, product, uom, read)
    if not owners and _find_barcode_owner(picking, text):
        raise UserError(_get_unknown_text(picking, text))
    product = _choose_product(picking, text, owners, meant)
    return _book_scan(picking, product, text, product.uom_id, read, meant)


def answer(
    message: str, level: str, product: BaseModel, line: BaseModel | None = None
) -> dict:
    """What ``stock.picking.scan_number`` returns."""
    return {
        "message": message,
        "level": level,
        "line_id": line.id if line else False,
        "product_id": product.id,
        "product": product.display_name or False,
    }


# -- understanding -----------------------------------------------------
def _scan_label(picking, scan, meant):
    if scan["gtin"]:
        product, uom = _find_product(picking, scan["gtin"])
        if not product:
            raise UserError(_get_unknown_text(picking, scan["gtin"]))
        if not scan["lot"] and not scan["serial"]:
            return _scan_product(picking, product, uom, scan)
    else:
        number = scan["serial"] or scan["lot"]
        if not number:
            raise UserError(
                picking.env._("There is neither a product nor a number in this code.")
            )
        product = _choose_product(picking, number, _find_owners(picking, number), meant)
        uom = product.uom_id
    number = _get_number(picking, product, scan)
    return _book_scan(picking, product, number, uom, scan, meant)


def _get_number(picking, product, scan):
    """A label can have a lot and a serial number: which one is the product's?"""
    if product.tracking == "serial" and not scan["serial"] and scan["gtin"]:
        raise UserError(
            picking.env._(
                "The label of %(product)s has the lot %(lot)s and no serial "
                "number; scan the serial number.",
                product=product.display_name,
                lot=scan["lot"],
            )
        )
    if product.tracking == "serial":
        return scan["serial"] or scan["lot"]
    return scan["lot"] or scan["serial"]


def _scan_product(picking, product, uom, scan):
    """A product without a number: it is counted, or waits for its numbers."""
    if product.tracking == "none":
        return _book_scan(picking, product, False, uom, scan, product)
    message = picking.env._(
        "%(product)s: now scan its numbers.", product=product.display_name
    )
    return answer(message, "info", product)


def _choose_product(picking, number, owners, meant):
    """The product that a number is meant for."""
    if meant.tracking not in (False, "none") and (
        meant in owners
        or _find_owners(picking, number, meant)
        or _can_create_numbers(picking, meant)
    ):
        return meant
    if not owners:
        owners = _get_products_to_number(picking)
    if not owners:
        raise UserError(_get_unknown_text(picking, number))
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


# -- booking -----------------------------------------------------------
def _book_scan(picking, product, number, uom, scan, meant):
    moves = get_open_moves(picking).filtered(lambda move: move.product_id == product)
    if product.tracking == "none":
        number = False
    else:
        # goods can bear the supplier's number, or another spelling
        number = booking.get_number(moves, number)
    booked = with_number(moves.move_line_ids.filtered("picked"), number)
    if product.tracking == "serial" and booked:
        message = picking.env._(
            "%(number)s of %(product)s was scanned already; nothing was changed.",
            number=number,
            product=product.display_name,
        )
        return answer(message, "warning", meant, booked[0])
    line = booking.book(
        moves,
        number,
        picking.env["lot.scan"]._get_quantity(scan, product, uom),
        picking.env["lot.scan"]._get_line_values(scan, product),
    )
    return _answer_booking(picking, moves, number, meant, line)


def _answer_booking(picking, moves, number, meant, line):
    product = moves.product_id
    done = booking.get_picked(moves)
    wanted = sum(moves.mapped("product_qty"))
    message = picking.env._(
        "%(what)s: %(done)s of %(wanted)s %(uom)s",
        what=f"{number} ({product.display_name})" if number else product.display_name,
        done=format_quantity(picking.env, done),
        wanted=format_quantity(picking.env, wanted),
        uom=product.uom_id.name,
    )
    is_more = product.uom_id.compare(done, wanted) > 0
    return answer(message, "warning" if is_more else "success", meant, line)


# -- what is there -----------------------------------------------------
def _check_can_scan(picking, text):
    if not text:
        raise UserError(picking.env._("Nothing was scanned."))
    if len(text) > MOST_CHARACTERS:
        raise UserError(
            picking.env._(
                "“%(start)s…” is too long for a code; scan it again.", start=text[:20]
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


def get_open_moves(picking: BaseModel) -> BaseModel:
    """What of the transfer is neither done nor cancelled."""
    return picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))


def _can_create_numbers(picking, product):
    return product in _get_products_to_number(picking, lacking=False)


def _get_products_to_number(picking, lacking=True):
    """Products that a new number can be for; if any lack some, only those."""
    moves = get_open_moves(picking).filtered(
        lambda move: move.has_tracking != "none" and booking.can_create(move)
    )
    short = moves.filtered(lambda move: booking.get_picked(move) < move.product_qty)
    return (lacking and short or moves).product_id


def _find_owners(picking, number, products=None):
    """The products on this transfer that know a number.

    :param products: only these, where it is clear that they are meant
    """
    moves = get_open_moves(picking)
    if products is not None:
        moves = moves.filtered(lambda move: move.product_id in products)
    lots = booking.find_lots(moves, number)
    written = with_number(moves.move_line_ids.filtered("lot_name"), number)
    return moves.product_id & (lots.product_id | written.product_id)


def _find_product(picking, barcode):
    """The product on this transfer with a barcode, and the unit it stands for."""
    products = get_open_moves(picking).product_id
    forms = gs1.get_gtin_forms(barcode)
    product = products.filtered(lambda product: product.barcode in forms)[:1]
    if product:
        return product, product.uom_id
    packaging = picking.env["product.uom"].search(
        [("product_id", "in", products.ids), ("barcode", "in", forms)], limit=1
    )
    return packaging.product_id, packaging.uom_id


def _find_barcode_owner(picking, barcode):
    """The product with a barcode, wherever it is."""
    forms = gs1.get_gtin_forms(barcode)
    # core would take a barcode apart and find similar ones
    products = picking.env["product.product"].with_context(skip_preprocess_gs1=True)
    packagings = picking.env["product.uom"]
    return (
        products.search([("barcode", "in", forms)], limit=1)
        or packagings.search([("barcode", "in", forms)], limit=1).product_id
    )


def _get_unknown_text(picking, text):
    """Say what a text is that does not belong to this transfer."""
    lot = finder.find_one(picking.env, text, companies=picking.company_id).lots[:1]
    product = lot.product_id or _find_barcode_owner(picking, text)
    if product:
        return picking.env._(
            "“%(text)s” belongs to %(product)s, which is not on %(transfer)s.",
            text=text,
            product=product.display_name,
            transfer=picking.display_name,
        )
    return picking.env._(
        "“%(text)s” is unknown: no number and no barcode of the products on "
        "%(transfer)s.",
        text=text,
        transfer=picking.display_name,
    )
