"""Which lot it is whose label was scanned, where no transfer says what is meant: where
a number is, what is put on hold, what is recalled."""

from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools.sql import escape_psql

from ..numbers import finder
from . import gs1, label, readings
from .code import tidy, with_separators

# shorter texts are typed, letter by letter
SHORTEST = 4
# of lots that one label can be
MOST = 20


def read(env: Environment, text: str) -> dict[str, str]:
    """What a scanned GS1 code says, by identifier; nothing of other texts."""
    text = with_separators(tidy(text), label.get_separators(env))
    if not gs1.is_marked(text) and not gs1.starts_with_key(text):
        return {}
    try:
        return dict(gs1.parse(text))
    except gs1.GS1Error:
        return {}


def find(env: Environment, text: str) -> BaseModel:
    """The lots that a scanned text stands for which is no number itself: a label, with
    or without its separators, or a number with what a scanner writes in front of it.

    A label of goods that nobody knows here stands for none, whatever its number is.
    """
    nobody = env["stock.lot"].browse()
    if len(text) < SHORTEST:
        return nobody
    pairs = read(env, text)
    gtin, scope = pairs.get("01") or pairs.get("02"), {}
    if gtin:
        scope["products"] = find_products(env, gtin)
        if not scope["products"]:
            return nobody
    numbers = [pairs[name] for name in ("21", "10") if name in pairs]
    known = finder.find(env, numbers, **scope)
    if lots := next((known[one].lots for one in numbers if known[one].lots), None):
        return lots
    prefix, plain = gs1.split_symbology(tidy(text))
    lots = finder.find_one(env, plain).lots if prefix and not pairs else nobody
    return lots or find_unparted(env, text, **scope)[:MOST]


def find_unparted(env: Environment, text: str, **scope) -> BaseModel:
    """The lots of a label that lost its separators, or has none: all that it can be."""
    plain = gs1.split_symbology(tidy(text))[1]
    numbers = [number for row in readings.find(plain) for number in row.numbers]
    found = finder.find(env, numbers, **scope)
    return env["stock.lot"].union(*(row.lots for row in found.values()))


def find_products(env: Environment, code: str) -> BaseModel:
    """Products, also by the code of a packaging, in any length of the code."""
    products = env["product.product"]
    if not code or not products.has_access("read"):
        return products
    forms = gs1.get_gtin_forms(code)
    found = products.search([("barcode", "in", forms)])
    packagings = env["product.uom"]
    if packagings.has_access("read"):
        found |= packagings.search([("barcode", "in", forms)]).product_id
    return found


# -- fields for a lot ---------------------------------------------------
def escape(text: str, operator: str) -> str:
    """A text for the search of a field: what the database takes for a wildcard is a
    sign like others in a number, and L_1 is not L-1."""
    return escape_psql(text) if text and "like" in operator else text


def unescape(text: str) -> str:
    for sign in "\\%_":
        text = text.replace(f"\\{sign}", sign)
    return text


def propose(
    lots: BaseModel, rows: list, text: str, domain, operator: str, limit: int | None
) -> list:
    """What a field for a lot proposes, see :func:`.finder.put_first`; where nothing has
    the text in its number, the lots of a label."""
    if rows or not text or "like" not in operator or "not" in operator:
        return finder.put_first(lots, rows, text, domain, operator, limit)
    found = find(lots.env, text)
    if not found:
        return rows
    found = lots.search(Domain("id", "in", found.ids) & Domain(domain or []))
    return [(lot.id, lot.display_name) for lot in found[:limit]]
