"""How much of what was made or received is accounted for, with the sum."""

from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..case.frozen import get_name
from . import figures

# where goods of a lot can be; together with what is unaccounted, all that was made
PARTS = figures.QUANTITIES[1:-1]


def get_rows(recall) -> list[dict]:
    """A row for each product: what was made or received, where it is, and how much of
    it that is.

    :return: list of dicts: ``product``, ``uom``, ``made``, ``parts`` (``{name:
        quantity}``, those that are not zero), ``accounted``, ``percent``
    """
    recall.ensure_one()
    totals = dict(figures.get_balance_totals(recall))
    rows = []
    for product, lines in recall.balance_ids.grouped("product_id").items():
        total = totals.get(product) or {
            name: sum(lines.mapped(name)) for name in figures.QUANTITIES
        }
        parts = {name: total[name] for name in PARTS if total[name]}
        accounted = sum(parts.values())
        made = total["made"]
        rows.append(
            {
                "product": product,
                "uom": get_name(recall, product.uom_id),
                "made": made,
                "parts": parts,
                "accounted": accounted,
                "percent": 100 * accounted / made if made else 0,
            }
        )
    return rows


def get_text(recall) -> str:
    """The same in words, a line for each product."""
    return "\n".join(tell(recall, row) for row in get_rows(recall))


def tell(recall, row) -> str:
    """``5 on hand + 4 with customers = 9 of 9 Units (100 %)``"""
    env = recall.env
    names = {
        "on_hand": env._("on hand"),
        "retained": env._("kept as samples"),
        "shipped": env._("with customers"),
        "returned_to_vendor": env._("returned to vendor"),
        "consumed": env._("consumed"),
        "scrapped": env._("scrapped"),
        "sampled": env._("sampled"),
        "adjusted": env._("adjusted"),
    }
    parts = [
        f"{format_quantity(env, quantity)} {names[name]}"
        for name, quantity in row["parts"].items()
    ]
    return env._(
        "%(product)s: %(parts)s = %(accounted)s of %(made)s (%(percent)s %%)",
        product=get_name(recall, row["product"]),
        parts=" + ".join(parts) or "0",
        accounted=format_quantity(env, row["accounted"]),
        made=format_quantity(env, row["made"], row["uom"]),
        percent=format_quantity(env, row["percent"]),
    )
