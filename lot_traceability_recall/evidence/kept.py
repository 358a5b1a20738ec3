"""What the papers of a recall say besides names: of now while it is open, and as it was
when it was closed ever after, however products, prices and the stock change."""

import hashlib

from odoo.addons.lot_traceability.evidence import checking

from ..case import frozen
from . import consignee_table, figures, sheets


def collect(recall) -> dict:
    """What is kept with a recall that is closed, see :func:`get`."""
    told = {name: get_now(recall) for name, get_now in _NOW.items()}
    return frozen.collect(recall) | {"told": told}


def get(recall, name: str):
    """What a paper says: one of ``_NOW``."""
    kept = frozen.get_told(recall, name)
    found = _NOW[name](recall) if kept is None else kept
    if name == "firm":
        # a logo of later is none of this paper
        now = _get_logo(recall)
        found = {**found, "has_logo": found.get("logo", now) == now}
    return found


def get_totals(recall) -> list:
    """See ``figures.get_balance_totals``."""
    products = recall.env["product.product"]
    return [(products.browse(key), total) for key, total in get(recall, "totals")]


def _get_totals(recall):
    return [
        [product.id, total] for product, total in figures.get_balance_totals(recall)
    ]


def _get_firm(recall):
    """How the head of a paper names the firm: its name, and lines below it."""
    # sudo: the address on the paper does not depend on who prints it
    firm = recall.company_id.sudo().partner_id
    lines = firm._display_address(without_company=True).splitlines()
    lines += [firm.phone, firm.email]
    return {
        "name": recall.company_id.sudo().name,
        "lines": [line.strip() for line in lines if line and line.strip()],
        "logo": _get_logo(recall),
    }


def _get_logo(recall):
    """The hash of the logo of the firm."""
    # sudo: as above
    return hashlib.sha256(recall.company_id.sudo().logo or b"").hexdigest()


def _get_next_due(recall):
    return str(recall.plan_id.sudo().date_next or "")


def _get_head(recall):
    """Number and hash of the last entry of the log."""
    return checking.describe_head(recall.company_id)


_NOW = {
    "value": figures.get_value_figures,
    "currency": lambda recall: recall.currency_id.id,
    "share": lambda recall: recall.impact_share,
    "totals": _get_totals,
    "vendors": figures.get_vendor_rows,
    "head": _get_head,
    "firm": _get_firm,
    # whom a letter names for questions
    "contact": lambda recall: recall._get_notice_contact(),
    **{
        name: lambda recall, tell=tell: tell(recall.consignee_line_ids.product_id)
        for name, tell in consignee_table.TOLD_OF_PRODUCTS.items()
    },
    "next_due": _get_next_due,
    "sheet": sheets.get_changing,
}
