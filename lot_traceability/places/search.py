"""Lots by what is written on the goods, for the screen that says where they are."""

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from ..numbers import finder
from ..numbers.form import clean, normalize
from ..scanning import labelled

# of lots that one page may have
MOST_ROWS = 1_000
WILDCARDS = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_", " ": "%"})


def search_lots(
    env: Environment, text: str, limit: int, offset: int
) -> tuple[int, BaseModel]:
    """How many lots there are, and those of the page: first those that the finder takes
    the text for, then those that have it as a part of something."""
    lots = env["stock.lot"].with_context(active_test=False)
    key = normalize(text)
    if not key:
        return 0, lots
    domain = _get_search_domain(key)
    exact = finder.find_one(env, clean(text)).lots
    if not exact and not lots.search_count(domain, limit=1):
        # a label that was scanned
        exact = labelled.find(env, text)
    domain |= Domain("id", "in", exact.ids)
    page = exact[offset : offset + limit]
    if len(page) < limit:
        page += lots.search(
            domain & Domain("id", "not in", exact.ids),
            limit=limit - len(page),
            offset=max(offset - len(exact), 0),
            order="name, id",
        )
    return lots.search_count(domain), page


def _get_search_domain(key):
    part = f"%{key.translate(WILDCARDS)}%"
    names = ("name", "number_key", "ref", "supplier_number", "supplier_number_key")
    return Domain.OR(
        [Domain("product_id.barcode", "=ilike", key.translate(WILDCARDS))]
        + [Domain(name, "=ilike", part) for name in names]
    )


def prepare_lot(lot: BaseModel, places: list[dict]) -> dict:
    """A row of ``lot.place.search_number``."""
    return {
        "id": lot.id,
        "name": lot.name,
        "ref": lot.ref,
        "supplier_number": lot.supplier_number,
        "product_id": lot.product_id.id,
        "product": lot.product_id.display_name,
        "tracking": lot.product_id.tracking,
        "uom": lot.product_id.uom_id.name,
        "company_id": lot.company_id.id,
        "company": lot.company_id.name,
        "places": [
            {**place, "since": fields.Datetime.to_string(place["since"])}
            for place in places
        ],
    }
