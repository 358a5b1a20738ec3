"""What is written on a lot, before anything is asked about it."""

from odoo.models import BaseModel

from .form import trim_name

# what the rules of numbers go by
NUMBERED = ("name", "product_id", "company_id")


def get_news(lots: BaseModel, vals: dict) -> dict:
    """The values without what each lot says already: a number from before the rules
    stays, also where a file or a program writes it once more."""
    vals = trim_name(vals)
    same = [name for name in NUMBERED if name in vals and _is_said(lots, name, vals)]
    return {name: value for name, value in vals.items() if name not in same}


def _is_said(lots, name, vals):
    field = lots._fields[name]
    return all(
        field.convert_to_cache(vals[name], lot)
        == field.convert_to_cache(lot[name], lot)
        for lot in lots
    )
