"""What a program plans for the stock: rows that are checked, and found in the stock."""

from odoo.exceptions import UserError
from odoo.models import BaseModel

from odoo.addons.lot_traceability.tools.arguments import (
    check_id,
    check_number,
    check_optional_id,
    one_of,
)
from odoo.addons.lot_traceability.tools.quantity import format_quantity


def _check_quantity(env, name, value):
    """A number; None and False are all that is there, zero is not."""
    return None if value is None or value is False else check_number(env, name, value)


# what names the goods, and what may be left out
NEEDED = {"lot_id": check_id, "location_id": check_id}
OPTIONAL = {
    "package_id": check_optional_id,
    "owner_id": check_optional_id,
    "quantity": _check_quantity,
}


def read(recall: BaseModel, rows: list[dict]) -> list[dict]:
    """Rows of ``lot.recall.plan_dispositions`` as values of dispositions.

    :raise UserError: naming the row and what is wrong in it
    """
    rows = [_check(recall.env, number, row) for number, row in enumerate(rows)]
    quants = _find_quants(recall, rows)
    return [
        _prepare(recall.env, number, row, quants) for number, row in enumerate(rows)
    ]


def _check(env, number, row):
    prefix = f"rows[{number}]"
    known = {"disposition", *NEEDED, *OPTIONAL}
    for name in dict.fromkeys((*row, *NEEDED, "disposition")):
        if name not in known or name not in row:
            raise UserError(
                env._(
                    "%(name)s: each row has %(needed)s, and perhaps %(optional)s.",
                    name=f"{prefix}.{name}",
                    needed=", ".join(("disposition", *NEEDED)),
                    optional=", ".join(OPTIONAL),
                )
            )
    checks = {"disposition": one_of(_get_dispositions), **NEEDED, **OPTIONAL}
    return {
        name: check(env, f"{prefix}.{name}", row.get(name))
        for name, check in checks.items()
    }


def _get_dispositions(env):
    field = env["lot.recall.disposition"]._fields["disposition"]
    return [value for value, _label in field.selection]


def _find_quants(recall, rows):
    """{lot, location, package, owner: quant} of all rows, read in one go."""
    quants = recall.env["stock.quant"].search(
        [
            ("lot_id", "in", [row["lot_id"] for row in rows]),
            ("location_id", "in", [row["location_id"] for row in rows]),
            ("location_id.usage", "=", "internal"),
            ("quantity", ">", 0),
        ]
    )
    return {
        (
            *(quant.lot_id.id, quant.location_id.id),
            *(quant.package_id.id, quant.owner_id.id),
        ): quant
        for quant in quants
    }


def _prepare(env, number, row, quants):
    names = ("lot_id", "location_id", "package_id", "owner_id")
    quant = quants.get(tuple(row[name] for name in names))
    if not quant:
        raise UserError(
            env._(
                "rows[%(number)s]: nothing of lot_id %(lot)s is in location_id "
                "%(location)s with that package and owner.",
                number=number,
                lot=row["lot_id"],
                location=row["location_id"],
            )
        )
    quantity = quant.quantity if row["quantity"] is None else row["quantity"]
    uom = quant.product_uom_id
    if uom.compare(quantity, 0) <= 0 or uom.compare(quantity, quant.quantity) > 0:
        raise UserError(
            env._(
                "rows[%(number)s].quantity: more than 0 and up to %(available)s are "
                "possible.",
                number=number,
                available=format_quantity(env, quant.quantity, uom),
            )
        )
    return {
        **{name: row[name] for name in names},
        "disposition": row["disposition"],
        "quant_id": quant.id,
        "company_id": quant.company_id.id,
        "available": quant.quantity,
        "quantity": quantity,
    }
