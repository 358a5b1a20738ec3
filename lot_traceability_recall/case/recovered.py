"""What was recovered of what was shipped, product by product, never added across."""

from odoo.addons.lot_traceability.tools.quantity import format_quantity

from . import returned
from .frozen import get_name

RECOVERED = ("returned", "destroyed", "corrected")
# how the one figure of a recall comes about
BASES = [("quantity", "By quantity"), ("value", "By value at cost")]


def get_rows(recall) -> list[dict]:
    """Recovered against shipped, of each product.

    What consignees answered counts; of products without consignees, the balance.

    What came back before the recall began is in neither figure.

    :return: list of dicts: ``product``, ``uom``, ``shipped`` (and not back when the
        recall began), ``recovered`` (came back since, destroyed on site or corrected),
        ``before`` (came back earlier), ``percent``
    """
    recall.ensure_one()
    found = {}
    for product, lines in recall.consignee_line_ids.grouped("product_id").items():
        recovered = sum(sum(lines.mapped(part)) for part in RECOVERED)
        before = sum(lines.mapped("returned_before"))
        found[product] = sum(lines.mapped("shipped")), recovered, before
    counts = None
    for product, lines in recall.balance_ids.grouped("product_id").items():
        shipped = sum(lines.mapped("shipped_total"))
        if product not in found and shipped:
            back = sum(lines.mapped("returned"))
            counts = returned.count_before(recall) if counts is None else counts
            found[product] = shipped, back, min(counts.get(product, 0), back)
    return [
        {
            "product": product,
            "uom": get_name(recall, product.uom_id),
            "shipped": shipped - before,
            "recovered": recovered - before,
            "before": before,
            "percent": _get_percent(recovered - before, shipped - before),
        }
        for product, (shipped, recovered, before) in found.items()
    ]


def _get_percent(part, whole):
    return 100 * part / whole if whole else 0


def get_figure(recall) -> dict:
    """The one figure of a recall: of one product by quantity, of several by value at
    cost; where one of them has no cost there is none, and no basis.

    :return: values of the recall
    """
    rows = get_rows(recall)
    company = recall.company_id
    factors = {row["product"]: 1.0 for row in rows}
    if len(rows) > 1:
        # sudo: the sum of costs, whoever works out the balance
        factors = {
            product: product.with_company(company).sudo().standard_price
            for product in factors
        }
    shipped, recovered = (
        sum(row[name] * factors[row["product"]] for row in rows)
        for name in ("shipped", "recovered")
    )
    has_figure = bool(rows) and all(cost > 0 for cost in factors.values()) and shipped
    is_one = len(rows) == 1
    return {
        "shipped_quantity": shipped if is_one else 0,
        "recovered_quantity": recovered if is_one else 0,
        "recovered_percent": 100 * recovered / shipped if has_figure else 0,
        "recovered_basis": has_figure and ("quantity" if is_one else "value"),
    }


def get_text(recall) -> str:
    """The same in words, a line for each product."""
    return "\n".join(
        recall.env._(
            "%(product)s: %(recovered)s of %(shipped)s (%(percent)s %%)",
            product=get_name(recall, row["product"]),
            recovered=format_quantity(recall.env, row["recovered"]),
            shipped=format_quantity(recall.env, row["shipped"], row["uom"]),
            percent=format_quantity(recall.env, row["percent"]),
        )
        for row in get_rows(recall)
        if row["shipped"]
    )
