"""What else a code can be: product, place, package, transfer, goods by weight."""

import re
from operator import attrgetter
from typing import NamedTuple

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools.sql import escape_psql

from ..numbers import finder
from . import gs1

# how many records of one code are named
SHOWN = 5
# what stands before the counter of packages, if it says anything
PREFIX = 3
# a code of a place or package that is found inside of another text
LONG = 6
# lengths of product codes that are hardly ever a number of something else
GTIN_LENGTHS = (12, 13, 14)
# the smallest step of a price on a code
PRICE_STEP = 0.005
# reference units of what is weighed or measured, not counted
MEASURED = (
    "uom.product_uom_kgm",
    "uom.product_uom_litre",
    "uom.product_uom_meter",
    "uom.product_uom_square_meter",
)
# eight digits are more often a day
_DAY = re.compile(r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]")
# what Odoo's own barcodes for buttons and menus begin with
_COMMANDS = re.compile(
    r"O-(?:BTN|CMD)(?:[.-].*)?|O(?:BT|CD)[A-Z]{3}[A-Z-]*", re.IGNORECASE
)
# what else Odoo prints bar codes of, but which books nothing on a transfer
OTHERS = (
    ("stock.package.type", "barcode"),
    ("stock.picking.batch", "name"),
    ("mrp.production", "name"),
    ("mrp.workorder", "barcode"),
    ("repair.order", "name"),
    ("purchase.order", "name"),
    ("sale.order", "name"),
    ("hr.employee", "barcode"),
    ("res.partner", "barcode"),
    ("account.move", "name"),
    ("stock.scrap", "name"),
    ("event.registration", "barcode"),
    ("loyalty.card", "code"),
)
# by what a product is called, the most exact first
_TYPED = tuple(map(attrgetter, ("default_code", "display_name", "name")))
# of codes that shops print for what they weigh or price themselves
_IN_SHOP = re.compile(r"2[0-9]{12}|02[0-9]{10,11}|0?2[0-9]{11}")


def get_open_moves(picking: BaseModel) -> BaseModel:
    """What of the transfer is neither done nor cancelled."""
    return picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))


# -- products -----------------------------------------------------------
def find_product(picking: BaseModel, text: str) -> tuple[BaseModel, BaseModel]:
    """The product on this transfer with a barcode or reference, and the unit that the
    code stands for."""
    products = get_open_moves(picking).product_id
    forms = gs1.get_gtin_forms(text)
    key = text.casefold()
    packagings = picking.env["product.uom"].search(
        [("product_id", "in", products.ids), ("barcode", "in", forms)]
    )
    # as it is written, before what only has the same number: 8 digits can be two
    for is_meant in (
        lambda row: row.barcode == text,
        lambda row: row.barcode in forms,
        lambda row: (row.barcode or "").casefold() == key,
    ):
        if product := products.filtered(is_meant)[:1]:
            return product, product.uom_id
        if packaging := packagings.filtered(is_meant)[:1]:
            return packaging.product_id, packaging.uom_id
    # what is typed: the reference, the name, or both as Odoo shows them
    for get_text in _TYPED:
        found = products.filtered(
            lambda own, get=get_text: (get(own) or "").strip().casefold() == key
        )
        if len(found) == 1:
            return found, found.uom_id
    return products.browse(), products.uom_id.browse()


def squeeze_barcode(picking: BaseModel, text: str) -> str:
    """The bar code of a product as it is printed below the bars: with blanks between
    its groups; or a text as it was."""
    bare = re.sub(r"[\s-]", "", text)
    is_barcode = bare != text and is_product_code(bare)
    known = is_barcode and (
        find_product(picking, bare)[0] or find_barcode_owner(picking, bare)
    )
    return bare if known else text


def get_barcodes(picking: BaseModel) -> list[str]:
    """All bar codes of the products on this transfer, and of packages of them."""
    products = get_open_moves(picking).product_id
    packagings = picking.env["product.uom"].search_fetch(
        [("product_id", "in", products.ids)], ["barcode"]
    )
    found = products.mapped("barcode") + packagings.mapped("barcode")
    return [barcode for barcode in found if barcode]


def get_references(picking: BaseModel) -> list[str]:
    """What the products on this transfer are called inside the company, and what is on
    them instead of a GTIN."""
    products = get_open_moves(picking).product_id
    own = (name for name in get_barcodes(picking) if not gs1.has_check_digit(name))
    return [*filter(None, products.mapped("default_code")), *own]


def find_barcode_owner(picking: BaseModel, text: str) -> BaseModel:
    """The product with a barcode, wherever it is."""
    forms = gs1.get_gtin_forms(text)
    # core would take a barcode apart and find similar ones
    products = picking.env["product.product"].with_context(skip_preprocess_gs1=True)
    packagings = picking.env["product.uom"]
    any_case = Domain("barcode", "=ilike", escape_psql(text))
    return (
        products.search([("barcode", "in", forms)], limit=1)
        or packagings.search([("barcode", "in", forms)], limit=1).product_id
        or products.search(any_case, limit=1)
        or packagings.search(any_case, limit=1).product_id
    )


def has_barcode_inside(picking: BaseModel, text: str) -> bool:
    """Whether the bar code of a product, wherever it is, is a part of a text."""
    found = set()
    for run in re.findall("[0-9]{8,}", text):
        pieces = {run} if len(run) == min(GTIN_LENGTHS) - 4 else set()
        for length in GTIN_LENGTHS:
            pieces |= {run[:length], run[-length:]} if len(run) >= length else set()
        found |= {piece for piece in pieces if gs1.has_check_digit(piece)}
    forms = {form for piece in found - {text} for form in gs1.get_gtin_forms(piece)}
    is_one = Domain("barcode", "in", sorted(forms))
    models = ("product.product", "product.uom") if forms else ()
    return any(
        picking.env[model]
        .with_context(skip_preprocess_gs1=True)
        .search_count(is_one, limit=1)
        for model in models
    )


def find_reference_owner(picking: BaseModel, text: str) -> BaseModel:
    """The product with an internal reference, wherever it is."""
    return picking.env["product.product"].search(
        Domain("default_code", "=ilike", escape_psql(text))
        & Domain("company_id", "in", [False, picking.company_id.id]),
        limit=1,
    )


def is_product_code(text: str, prefix: str = "") -> bool:
    """True for what is hardly anything but the number of a product.

    :param prefix: symbology identifier of the scanner
    """
    if gs1.is_gtin_symbology(prefix):
        return True
    return len(text) in GTIN_LENGTHS and gs1.has_check_digit(text)


def looks_like_product_code(text: str) -> bool:
    """True for what can be the number of a product, but something else as well."""
    is_short = len(text) == 8 and not _DAY.fullmatch(text) and gs1.has_check_digit(text)
    return is_short or is_product_code(text)


def looks_like_package_code(text: str) -> bool:
    """True for what can be the number of a package (SSCC)."""
    return len(text) == 18 and gs1.has_check_digit(text)


def was_product_refused(picking: BaseModel) -> bool:
    """Whether the scan before named a product that is not on the transfer."""
    last = picking.env["lot.scan.entry"].search(
        [("picking_id", "=", picking.id)], limit=1
    )
    if last.answer != "refused":
        return False
    return is_product_code(last.text) or bool(
        find_barcode_owner(picking, last.text)
        or find_reference_owner(picking, last.text)
    )


# -- what shops print themselves ----------------------------------------
class Weighed(NamedTuple):
    """Goods whose code has a weight or a price in it."""

    product: BaseModel
    uom: BaseModel
    quantity: float


def find_weighed(picking: BaseModel, text: str) -> Weighed | None:
    """Read a code by the rules of the company's nomenclature.

    :return: None if no rule says more than that it is a code
    :raise UserError: if it is a code for something else, or of no use here
    """
    nomenclature = picking.company_id.nomenclature_id
    if not nomenclature or nomenclature.is_gs1_nomenclature:
        return None
    try:
        parsed = nomenclature.parse_barcode(text)
    except (ValidationError, ValueError, re.error):
        return None
    kind = parsed.get("type") if isinstance(parsed, dict) else "error"
    if kind in ("error", "product", "lot", "package", "location", "location_dest"):
        return None
    if kind not in ("weight", "price"):
        if not _is_whole_code(nomenclature, kind, text):
            # it only begins like one, as many numbers do
            return None
        kinds = dict(
            picking.env["barcode.rule"]
            ._fields["type"]
            ._description_selection(picking.env)
        )
        raise UserError(
            picking.env._(
                "“%(text)s” is a code of the kind “%(kind)s” of the nomenclature "
                "%(nomenclature)s; it books nothing on a transfer.",
                text=text,
                kind=kinds.get(kind, kind),
                nomenclature=nomenclature.name,
            )
        )
    product, _uom = find_product(picking, parsed["base_code"])
    if not product:
        raise UserError(get_unknown_text(picking, parsed["base_code"]))
    return _weigh(picking, product, kind, parsed["value"])


def is_spoiled_weight(picking: BaseModel, text: str) -> bool:
    """Whether a text is a code that a shop prints, but for its check digit."""
    if not re.fullmatch(r"2[0-9]{12}", text) or gs1.has_check_digit(text):
        return False
    try:
        return any(
            find_weighed(picking, f"{text[:-1]}{digit}")
            for digit in range(10)
            if gs1.has_check_digit(f"{text[:-1]}{digit}")
        )
    except UserError:
        # of other goods
        return True


def _is_whole_code(nomenclature, kind, text):
    if len(text) in GTIN_LENGTHS and gs1.has_check_digit(text):
        return True
    patterns = nomenclature.rule_ids.filtered(lambda rule: rule.type == kind)
    return any(
        len(re.sub("[{}]", "", pattern)) == len(text)
        for pattern in patterns.mapped("pattern")
    )


def _weigh(picking, product, kind, value):
    if kind == "weight":
        return Weighed(product, picking.env.ref("uom.product_uom_kgm"), value)
    price = product.lst_price
    if price <= 0:
        raise UserError(
            picking.env._(
                "The code says what %(product)s costs, but without a sales price "
                "nobody knows how much that is. Scan the product, and give the "
                "quantity.",
                product=product.display_name,
            )
        )
    quantity = value / price
    is_whole = abs(quantity - round(quantity)) * price <= PRICE_STEP
    if not is_whole and not is_measured(product.uom_id):
        raise UserError(
            picking.env._(
                "The code says that it costs %(value)s, which is not the price of "
                "whole %(unit)s of %(product)s (%(price)s each). Scan the product, and "
                "give the quantity.",
                value=f"{value:.2f}",
                unit=product.uom_id.name,
                product=product.display_name,
                price=f"{price:.2f}",
            )
        )
    return Weighed(product, product.uom_id, round(quantity) if is_whole else quantity)


def is_measured(uom: BaseModel) -> bool:
    """Whether goods of a unit are weighed or measured, not counted."""
    references = (uom.env.ref(name, raise_if_not_found=False) for name in MEASURED)
    return any(
        reference and uom._has_common_reference(reference) for reference in references
    )


def is_of_shop(text: str) -> bool:
    return bool(_IN_SHOP.fullmatch(text)) and gs1.has_check_digit(text)


# -- places, packages, papers -------------------------------------------
def find_record(picking: BaseModel, text: str) -> BaseModel | None:
    """The location, package, transfer or operation type that a code is of, in whatever
    letter case it was typed.

    :raise UserError: if it is the code of several
    """
    own = Domain("company_id", "in", [False, picking.company_id.id])
    for model, name in (
        ("stock.location", "barcode"),
        ("stock.package", "name"),
        ("stock.picking", "name"),
        ("stock.picking.type", "barcode"),
        ("stock.location", "complete_name"),
    ):
        records = picking.env[model]
        found = records.search(
            own & Domain(name, "=ilike", escape_psql(text)), limit=SHOWN
        )
        # as it is written, before what differs in letter case
        found = found.filtered(lambda row, n=name: row[n] == text) or found
        if len(found) > 1:
            raise UserError(
                picking.env._(
                    "“%(text)s” is the code of several: %(names)s.",
                    text=text,
                    names=", ".join(found.mapped("display_name")),
                )
            )
        if found:
            return found
    return None


def begins_like_record(picking: BaseModel, pieces) -> bool:
    """Whether one of two pieces of a text is the code of a place or a package, which
    the other has run together with."""
    texts = [piece for pair in pieces for piece in pair if len(piece) >= LONG]
    own = Domain("company_id", "in", [False, picking.company_id.id])
    return any(
        picking.env[model].search_count(own & Domain(name, "in", texts), limit=1)
        for model, name in (("stock.location", "barcode"), ("stock.package", "name"))
    )


def is_called_like_record(picking: BaseModel, text: str) -> bool:
    """Whether places, papers or packages are called like that, if not this one."""
    env, own = picking.env, Domain("company_id", "in", [False, picking.company_id.id])
    codes = env["stock.warehouse"].search(own).mapped("code")
    if text.upper().startswith(tuple(f"{code.upper()}/" for code in codes)):
        return True
    named = own & Domain("name", "=ilike", escape_psql(text))
    if env["stock.location"].search_count(named, limit=1):
        return True
    if not any(sign.isdigit() for sign in text) and env["product.product"].search_count(
        own & Domain("name", "=ilike", escape_psql(text)), limit=1
    ):
        # what other goods are called
        return True
    # sudo: how packages are called is no secret
    sequences = env["ir.sequence"].sudo()
    return any(
        len(prefix := sequence.prefix or "") >= PREFIX
        and re.fullmatch(rf"{re.escape(prefix)}[0-9]{{{sequence.padding}}}", text)
        for sequence in sequences.search(own & Domain("code", "=", "stock.package"))
    )


def refuse_others(picking: BaseModel, text: str) -> None:
    """Refuse the code of something that books nothing on a transfer.

    :raise UserError: with what it is
    """
    env = picking.env
    if _COMMANDS.fullmatch(text):
        raise UserError(
            env._(
                "“%s” is one of Odoo's codes for buttons and menus; it books nothing "
                "here.",
                text,
            )
        )
    for model, name in OTHERS:
        # sudo: what kind of code it is, is known to whoever holds it
        if model in env and _is_code_of(env[model].sudo(), name, picking, text):
            raise UserError(
                env._(
                    "“%(text)s” is the code of something else (%(kind)s); it books "
                    "nothing on a transfer.",
                    text=text,
                    kind=env["ir.model"]._get(model).sudo().name,
                )
            )


def _is_code_of(records, name, picking, text):
    domain = Domain(name, "in", list({text, text.upper(), text.lower()}))
    if "company_id" in records._fields:
        domain &= Domain("company_id", "in", [False, picking.company_id.id])
    return bool(records.search_count(domain, limit=1))


def find_package(picking: BaseModel, text: str) -> BaseModel:
    """A package by its name or SSCC, or by what is printed on its label."""
    names = [text, text.removeprefix("00")]
    # the label has the day of packing behind the name
    dated = re.fullmatch(r"00(.+)13[0-9]{6}", text)
    names += [dated.group(1)] if dated else []
    own = Domain("company_id", "in", [False, picking.company_id.id])
    packages = picking.env["stock.package"]
    in_any_case = Domain.OR(
        Domain("name", "=ilike", escape_psql(name)) for name in names
    )
    exact = packages.search(own & Domain("name", "in", names), limit=1)
    return exact or packages.search(own & in_any_case, limit=1)


def is_filled(package: BaseModel) -> bool:
    return any(quant.quantity > 0 for quant in package.contained_quant_ids)


def get_target_package(picking: BaseModel, name: str) -> BaseModel:
    """The package that goods are put into, or come in."""
    package = find_package(picking, name)
    if is_filled(package) or not package:
        return get_received_package(picking, name)
    return package


def get_received_package(picking: BaseModel, name: str) -> BaseModel:
    """The package that goods come in, by the SSCC of its label; a new one if need be.

    :raise UserError: if it is in stock already
    """
    package = find_package(picking, name)
    if not package:
        return package.create({"name": name})
    if is_filled(package):
        raise UserError(
            picking.env._(
                "Package %(package)s is in stock already: %(place)s. Compare with the "
                "label, or scan product and number alone.",
                package=package.name,
                place=package.location_id.display_name or "",
            )
        )
    return package


# -- what is not there --------------------------------------------------
def get_unknown_text(picking: BaseModel, text: str) -> str:
    """Say what a text is that does not belong to this transfer."""
    env, company = picking.env, picking.company_id
    lot = finder.find_one(env, text, companies=company).lots[:1]
    product = (
        lot.product_id
        or find_barcode_owner(picking, text)
        or find_reference_owner(picking, text)
    )
    if product:
        return env._(
            "“%(text)s” belongs to %(product)s, which is not on %(transfer)s.",
            text=text,
            product=product.display_name,
            transfer=picking.display_name,
        )
    elsewhere = finder.find_one(env, text).lots[:1]
    if elsewhere:
        return env._(
            "“%(text)s” is unknown in %(company)s: it is a number of %(product)s in "
            "%(other)s.",
            text=text,
            company=company.name,
            product=elsewhere.product_id.display_name,
            other=elsewhere.company_id.name,
        )
    if is_of_shop(text):
        return env._(
            "“%(text)s” is a code that a shop prints for what it weighs or prices, and "
            "no rule of the barcode nomenclature %(nomenclature)s reads it. Scan the "
            "product, and give the quantity.",
            text=text,
            nomenclature=company.nomenclature_id.name or "",
        )
    if is_product_code(text):
        return env._(
            "“%(text)s” is unknown: it looks like the barcode of a product, but no "
            "product has it. If it is a lot or serial number, scan its product first.",
            text=text,
        )
    return env._(
        "“%(text)s” is unknown: no number and no barcode of the products on "
        "%(transfer)s.",
        text=text,
        transfer=picking.display_name,
    )
