"""What a GS1 label says, row by row, and what to say of bad ones."""

import re
from decimal import Decimal

from odoo.api import Environment
from odoo.exceptions import UserError, ValidationError

from . import gs1
from .gs1_table import NO_DATE

TYPES = {
    "00": "package",
    "01": "product",
    "02": "product",
    "03": "product",
    "10": "lot",
    "11": "production_date",
    "13": "pack_date",
    "15": "use_date",
    "17": "expiration_date",
    "21": "lot",
    "30": "quantity",
    "37": "quantity",
    "7003": "expiration_time",
    "8006": "product",
    "8026": "product",
}
# what is in the goods; gross weights and outer sizes are no quantity of them
NET_UOMS = {
    "310": "uom.product_uom_kgm",
    "311": "uom.product_uom_meter",
    "314": "uom.product_uom_square_meter",
    "315": "uom.product_uom_litre",
    "316": "uom.product_uom_cubic_meter",
    "320": "uom.product_uom_lb",
    "321": "uom.product_uom_inch",
    "322": "uom.product_uom_foot",
    "323": "uom.product_uom_yard",
    "351": "uom.product_uom_square_foot",
    "357": "uom.product_uom_floz",
    "360": "uom.product_uom_qt",
    "361": "uom.product_uom_gal",
    "364": "uom.product_uom_cubic_inch",
    "365": "uom.product_uom_cubic_foot",
}
_WITHOUT_DATE = ("11", "13", "15", "17")


def parse(env: Environment, text: str) -> list[tuple[str, str]]:
    """The pairs of a GS1 code.

    :raise UserError: if anything in it is wrong
    """
    try:
        return gs1.parse(text)
    except gs1.GS1Error as error:
        raise UserError(get_error_text(env, error)) from error


def get_rows(env: Environment, pairs) -> list[dict]:
    """What pairs of AI and value mean.

    :return: dicts with ``ai``, ``type`` as of a barcode rule, ``value``,
        ``string_value`` as it was read, and ``uom`` of a measure
    """
    return [_get_row(env, identifier, value) for identifier, value in pairs]


def _get_row(env, identifier, text):
    row = {"ai": identifier, "string_value": text, "value": text, "uom": None}
    row["type"] = TYPES.get(identifier, "information")
    if identifier[:3] in NET_UOMS and len(identifier) == 4:
        uom = env.ref(NET_UOMS[identifier[:3]], raise_if_not_found=False)
        measure = Decimal(text).scaleb(-int(identifier[-1]))
        row.update(type="quantity" if uom else "information", value=float(measure))
        row["uom"] = uom
    elif identifier in gs1.PIECES:
        row["value"] = text[:14]
    elif row["type"] == "quantity":
        row["value"] = int(text)
    elif row["type"] in ("expiration_date", "use_date", "production_date", "pack_date"):
        is_date = text != NO_DATE
        row["value"] = gs1.read_date(text) if is_date else False
        row["type"] = row["type"] if is_date else "no_date"
    return row


def get_rows_of_nomenclature(env: Environment, text: str) -> list[dict]:
    """What a code says by rules that the company has added to its nomenclature.

    :return: as :func:`get_rows`; empty if it says nothing
    """
    nomenclature = _get_nomenclature(env)
    if not nomenclature:
        return []
    text = gs1.split_symbology(text)[1]
    separator = nomenclature.gs1_separator_fnc1 or gs1.FNC1
    try:
        text = re.sub(separator, gs1.FNC1, text)
        rows = nomenclature.gs1_decompose_extended(text) or []
    except (re.error, ValidationError, ValueError):
        return []
    return [{**row, "uom": row["rule"].associated_uom_id or None} for row in rows]


def _get_nomenclature(env):
    """The company's nomenclature, or that of GS1 where the company's is another."""
    nomenclature = env.company.nomenclature_id
    if not nomenclature.is_gs1_nomenclature:
        nomenclature = nomenclature.search(
            [("is_gs1_nomenclature", "=", True)], order="id", limit=1
        )
    return nomenclature


def get_separators(env: Environment) -> str:
    """What scanners of the company send for FNC1 besides the usual."""
    return env.company.lot_scan_separators or ""


def get_error_text(env: Environment, error: gs1.GS1Error) -> str:
    return _get_error_texts(env)[error.code] % {"token": error.token}


def _get_error_texts(env):
    return {
        "empty": env._("There is nothing in this code."),
        "unknown_ai": env._(
            "%(token)s is not a GS1 application identifier; nothing was read."
        ),
        "no_key": env._(
            "There is no GS1 number in the link %(token)s; scan another code of "
            "the label."
        ),
        "bad_link": env._("%(token)s is not a link; type the number instead."),
        "bad_encoding": env._(
            "The link is broken at %(token)s; type the number instead."
        ),
        "bad_check_digit": env._(
            "The check digit of %(token)s is wrong; scan it again."
        ),
        "bad_date": env._("%(token)s is not a date; type the number instead."),
        "bad_character": env._(
            "%(token)s has a character that GS1 does not allow there."
        ),
        "bad_length": env._("%(token)s has not the right length; scan it again."),
        "too_long": env._(
            "%(token)s is too long. Is the separator (FNC1) missing behind it?"
        ),
        "conflict": env._("The code has %(token)s twice, with two values."),
    }


def describe(env: Environment, pairs) -> str:
    """Pairs in words, such as “Lot W3029, expires 12/31/2027”, to choose a reading."""
    names = {
        "01": env._("Product"),
        "02": env._("Product"),
        "10": env._("Lot"),
        "11": env._("Made on"),
        "13": env._("Packed on"),
        "15": env._("Best before"),
        "17": env._("Expires"),
        "21": env._("Serial number"),
        "30": env._("Quantity"),
        "37": env._("Quantity"),
    }
    dates = {"11", "13", "15", "17"}
    parts = []
    for identifier, value in pairs:
        if identifier in dates and value != NO_DATE:
            value = env["ir.qweb.field.date"].value_to_html(gs1.read_date(value), {})
        parts.append(f"{names.get(identifier, f'({identifier})')} {value}")
    return ", ".join(parts)
