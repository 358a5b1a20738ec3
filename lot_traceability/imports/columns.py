"""The columns that an import of lots understands, and by which headers."""

import re

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..numbers.form import normalize

# fields of a lot that a file may fill, where the addon that brings them is installed
LOT_FIELDS = (
    "ref",
    "supplier_number",
    "batch_code",
    "expiration_date",
    "use_date",
    "removal_date",
    "alert_date",
)
REQUIRED = ("product", "number")
EXAMPLES = {
    "product": "DESK-01",
    "number": "SN/001-SN/003",
    "quantity": "3",
    "ref": "ABC-1",
    "supplier_number": "V-4711",
    "batch_code": "B7",
    "expiration_date": "2028-12-31",
}


def get_labels(env: Environment) -> dict[str, str]:
    """The headers of the template, by column, in the language of the user."""
    names = env["lot.import"]._get_lot_fields()
    lot_labels = env["stock.lot"].fields_get(names, ["string"])
    return {
        "product": env._("Product"),
        "number": env._("Lot/Serial Number"),
        "quantity": env._("Quantity"),
        "location": env._("Location"),
        **{name: lot_labels[name]["string"] for name in names},
    }


def _get_aliases(env):
    """Other headers by column, of the columns that there are."""
    lot_fields = env["stock.lot"]._fields
    aliases = {
        "product": ["Product", "Product Reference", "product_id", "SKU", "Item"]
        + ["Item Code", "Item Number", "Item No", "Part No", "Part Number", "Material"]
        + ["Article", "Article Number", "Article No", "Product Code", "Product ID"],
        "number": ["Number", "Lot", "Serial", "Lot Number", "Serial Number"]
        + ["Lot/Serial Number", "Lot/Serial", "lot_id", "name", "Serial No", "Lot No"]
        + ["Lot ID", "S/N", "Serial #", "Lot #", "Batch No", "Batch Number", "Batch"],
        "quantity": ["Quantity", "Qty", "On Hand Quantity", "On Hand"]
        + ["Quantity On Hand"],
        "location": ["Location", "location_id", "Bin", "Bin Location", "Shelf"]
        + ["Storage Location"],
        "expiration_date": ["Expiry Date", "Expiry", "Expires"],
        "use_date": ["Best Before", "Use By"],
        "supplier_number": ["Supplier Lot Number", "Supplier Lot", "Vendor Lot"],
        "ref": ["Reference"],
    }
    for name in env["lot.import"]._get_lot_fields():
        aliases.setdefault(name, []).extend((name, lot_fields[name].string))
    return {
        column: [*aliases[column], label] for column, label in get_labels(env).items()
    }


def read_header(env: Environment, header: list[str]) -> tuple[dict, list]:
    """Say at which position of the header each column is.

    :return: dict of positions by column, and the list of headers that are not used
    :raise UserError: if a column is there twice, or one that is needed is not
    """
    columns = {
        _simplify(alias): column
        for column, aliases in _get_aliases(env).items()
        for alias in aliases
    }
    positions, unused = {}, []
    for position, label in enumerate(header):
        column = columns.get(_simplify(label))
        if column in positions:
            raise UserError(_get_double_text(env, header[positions[column]], label))
        if column:
            positions[column] = position
        elif label and not is_error_header(env, label):
            unused.append(label)
    _check_required(env, positions, header)
    return positions, unused


def _check_required(env, positions, header):
    labels = get_labels(env)
    missing = [labels[column] for column in REQUIRED if column not in positions]
    if missing:
        raise UserError(
            env._(
                "The first row of the file has to name the columns; there is no "
                "column %(missing)s.\nThe file has: %(header)s.\n"
                "Rename the columns or start from the template.",
                missing=", ".join(missing),
                header=", ".join(label for label in header if label),
            )
        )


def _get_double_text(env, first, second):
    return env._(
        "The columns “%(first)s” and “%(second)s” are the same; delete one.",
        first=first,
        second=second,
    )


def get_error_header(env: Environment) -> str:
    """The header of the column that says what is wrong, in a file of bad rows."""
    return env._("What is wrong")


def is_error_header(env: Environment, label: str) -> bool:
    """Whether a column is that of a file of bad rows."""
    return _simplify(label) in map(_simplify, (get_error_header(env), "What is wrong"))


def describe(env: Environment, values: dict) -> str:
    """Values of a lot as a person reads them."""
    lot_fields, labels = env["stock.lot"]._fields, get_labels(env)
    return ", ".join(
        f"{labels[name]}: {_format(env, lot_fields[name].type, value)}"
        for name, value in values.items()
    )


def _format(env, kind, value):
    if kind == "datetime":
        moment = fields.Datetime.to_datetime(value)
        return format_date(env, fields.Datetime.context_timestamp(env.user, moment))
    return format_date(env, value) if kind == "date" else value


def get_template_rows(env: Environment) -> list[list[str]]:
    """The header and one example row."""
    labels = get_labels(env)
    examples = EXAMPLES | {"location": _get_example_location(env)}
    return [list(labels.values()), [examples.get(name, "") for name in labels]]


def _get_example_location(env):
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    return warehouse.lot_stock_id.complete_name or ""


def _simplify(label):
    """Letter case, blanks and signs make no difference in a header."""
    return re.sub(r"[\W_]+", "", normalize(label))
