"""What else a code can be: product, place, package, transfer, goods by weight."""

import re
from typing import NamedTuple

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.models import BaseModel

from ..numbers import finder
from . import gs1

# lengths of product codes that are hardly ever a number of something else
GTIN_LENGTHS = (12, 13, 14)
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
    product = products.filtered(lambda product: product.barcode in forms)[:1]
    if product:
        return product, product.uom_id
    packaging = picking.env["product.uom"].search(
        [("product_id", "in", products.ids), ("barcode", "in", forms)], limit=1
    )
    if packaging:
        return packaging.product_id, packaging.uom_id
    key = text.casefold()
    by_reference = products.filtered(
        lambda product: (product.default_code or "").strip().casefold() == key
    )
    return (
        (by_reference, by_reference.uom_id)
        if len(by_reference) == 1
        else (
            products.browse(),
            products.uom_id.browse(),
        )
    )


def find_barcode_owner(picking: BaseModel, text: str) -> BaseModel:
    """The product with a barcode, wherever it is."""
    forms = gs1.get_gtin_forms(text)
    # core would take a barcode apart and find similar ones
    products = picking.env["product.product"].with_context(skip_preprocess_gs1=True)
    packagings = picking.env["product.uom"]
    return (
        products.search([("barcode", "in", forms)], limit=1)
        or packagings.search([("barcode", "in", forms)], limit=1).product_id
    )


def is_product_code(text: str, prefix: str = "") -> bool:
    """True for what is hardly anything but the number of a product.

    :param prefix: symbology identifier of the scanner
    """
    if gs1.is_gtin_symbology(prefix):
        return True
    return len(text) in GTIN_LENGTHS and gs1.has_check_digit(text)


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
    return Weighed(product, product.uom_id, value / price)


def is_of_shop(text: str) -> bool:
    return bool(_IN_SHOP.fullmatch(text)) and gs1.has_check_digit(text)


# -- places, packages, papers -------------------------------------------
def find_record(picking: BaseModel, text: str) -> BaseModel | None:
    """The location, package, transfer or operation type that a code is of."""
    own = Domain("company_id", "in", [False, picking.company_id.id])
    for model, name in (
        ("stock.location", "barcode"),
        ("stock.package", "name"),
        ("stock.picking", "name"),
        ("stock.picking.type", "barcode"),
    ):
        found = picking.env[model].search(own & Domain(name, "=", text), limit=2)
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


def find_package(picking: BaseModel, text: str) -> BaseModel:
    """A package by its name or SSCC, or by what is printed on its label."""
    names = [text, text.removeprefix("00")]
    # the label has the day of packing behind the name
    dated = re.fullmatch(r"00(.+)13[0-9]{6}", text)
    names += [dated.group(1)] if dated else []
    own = Domain("company_id", "in", [False, picking.company_id.id])
    return picking.env["stock.package"].search(
        own & Domain("name", "in", names), limit=1
    )


# -- what is not there --------------------------------------------------
def get_unknown_text(picking: BaseModel, text: str) -> str:
    """Say what a text is that does not belong to this transfer."""
    env, company = picking.env, picking.company_id
    lot = finder.find_one(env, text, companies=company).lots[:1]
    product = lot.product_id or find_barcode_owner(picking, text)
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
