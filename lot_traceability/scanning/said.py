"""What somebody has said already to be a number, although it does not look like one."""

import re

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from . import codes, strange

# how many numbers are looked at for one of the same form, or of the same kind
FORMS, KINDS = 50, 200


def has_number_like(picking: BaseModel, products: BaseModel, text: str) -> bool:
    """Whether one of some products has a number of the same form, or is about to. How
    many digits are counted up does not matter: ``A+9`` and ``A+10`` are of one form."""
    barcodes = codes.get_barcodes(picking)
    form = _get_form(text, barcodes)
    pattern = re.escape(form).replace("\0", r"\d+")
    lots = _find_lots(picking, products, _is_like(f"^{pattern}$"), FORMS)
    names = lots.mapped("name") + _get_typed(picking, products)
    return any(_get_form(name, barcodes) == form for name in names)


def has_number_of_kind(
    picking: BaseModel, products: BaseModel, text: str, reasons: set
) -> bool:
    """The same for numbers that are strange for the same reasons, in whatever form."""
    if has_number_like(picking, products, text):
        return True
    scope = (codes.get_barcodes(picking), codes.get_references(picking))
    lots = _find_lots(picking, products, Domain.TRUE, KINDS) if reasons else ()
    names = [lot.name for lot in lots] + _get_typed(picking, products)
    return bool(reasons) and any(
        reasons <= strange.find_reasons(name, *scope) for name in names
    )


def _get_form(text, barcodes):
    return re.sub("\0+", "\0", strange.get_form(text, barcodes))


def _is_like(pattern):
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "%s ~ %s", model._field_to_sql(alias, "name", query), pattern
        )
    )


def _find_lots(picking, products, domain, limit):
    return picking.env["stock.lot"].search_fetch(
        Domain("product_id", "in", products.ids)
        & Domain("company_id", "in", [False, picking.company_id.id])
        & domain,
        ["name"],
        order="id desc",
        limit=limit,
    )


def _get_typed(picking, products):
    lines = picking.move_line_ids.filtered(lambda line: line.product_id in products)
    return lines.filtered("lot_name").mapped("lot_name")
