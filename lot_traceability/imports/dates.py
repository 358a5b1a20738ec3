"""The other dates of a lot move with its expiration."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.models import BaseModel

# each with the days of the product by which it lies before the expiration
BEFORE = {
    "use_date": "use_time",
    "removal_date": "removal_time",
    "alert_date": "alert_time",
}


def write_with_the_others(lots: BaseModel, values: dict) -> None:
    """Write what a file says; with an expiration alone, the other dates keep their
    distance from it, or get that of the product."""
    expiration = fields.Datetime.to_datetime(values.get("expiration_date"))
    missing = [name for name in BEFORE if name not in values]
    if not expiration or not missing or "use_date" not in lots._fields:
        lots.write(values)
        return
    same = defaultdict(lots.browse)
    for lot in lots:
        same[_get_others(lot, expiration, missing)] += lot
    for others, its_lots in same.items():
        its_lots.write({**values, **dict(others)})


def _get_others(lot, expiration, missing):
    before = lot["expiration_date"]
    others = []
    for name in missing:
        if before and lot[name]:
            others.append((name, lot[name] + (expiration - before)))
        else:
            days = lot.product_id.product_tmpl_id[BEFORE[name]]
            others.append((name, expiration - timedelta(days=days)))
    return tuple(others)
