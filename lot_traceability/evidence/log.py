"""What is written into the log: one row for each record, all in one go.

Rows are written with the transaction that they tell of, and sealed right after it, see
``sealing``: a chain within the transaction would make parallel ones wait for each
other, or fork.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from odoo import fields
from odoo.models import BaseModel
from odoo.tools import SQL, split_every

from ..tools.quantity import plain_quantity
from . import sealing

COLUMNS = (
    *("company_id", "date", "user_id", "user_name", "res_model", "res_id"),
    *("record_name", "lot_ref", "lot_name", "product_name", "kind"),
    *("old_value", "new_value", "reason"),
)
ROWS_AT_ONCE = 1000


def note(
    records: BaseModel,
    kind: str,
    old: Any = None,
    new: Any = None,
    reason: Any = None,
    company: BaseModel | None = None,
    lots: Any = None,
) -> None:
    """Write into the log what was done to records.

    Each of ``old``, ``new``, ``reason`` and ``lots`` is a value for all records, a dict
    by record id, or a function that is called with each record.

    :param kind: one of the selection of ``lot.trace.log``
    :param company: whose log it is; that of the record, or else the user's
    :param lots: the lot that it concerns; the record, or its ``lot_id``, if not given
    :raise ValueError: if the kind is not known
    """
    if not records:
        return
    env = records.env
    log = env["lot.trace.log"]
    if kind not in dict(log._fields["kind"]._description_selection(env(su=True))):
        raise ValueError(f"Unknown kind of log entry: {kind}")
    now, user = fields.Datetime.now(), env.user.sudo()
    rows = []
    # sudo: what is noted does not depend on what the user may read
    for record in records.sudo():
        lot = _get_lot(record, lots)
        owner = company or _get_company(record) or lot.company_id or env.company
        rows.append(
            (
                *(owner.id, now, user.id, user.name, record._name, record.id),
                to_text(record.display_name),
                *(lot.id or None, to_text(lot.name), _get_product_name(record, lot)),
                kind,
                *(to_text(_get_value(value, record)) for value in (old, new, reason)),
            )
        )
    write_rows(env, rows)


def write_rows(env, rows: list[tuple]) -> None:
    """Insert prepared rows, see ``COLUMNS``, and have them sealed after the commit."""
    columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
    for chunk in split_every(ROWS_AT_ONCE, rows, list):
        # one piece of SQL for all: one for each row takes longer than the insert
        values = SQL(", ".join(["%s"] * len(chunk)), *chunk)
        env.cr.execute(SQL("INSERT INTO lot_trace_log (%s) VALUES %s", columns, values))
    sealing.seal_after_commit(env, {row[0] for row in rows})


def keep(rows: BaseModel) -> None:
    """What is done with the rows of a kind whose addon is uninstalled: nothing."""


def to_text(value: Any) -> str | None:
    """A value as the log keeps it; None if there is none."""
    if value is None or value is False or value == "":
        return None
    if value is True:
        return "yes"
    if isinstance(value, BaseModel):
        return to_text(", ".join(value.mapped("display_name")))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return plain_quantity(value)
    # PostgreSQL stores no NUL
    return str(value).replace("\0", "")


def _get_value(value, record):
    if isinstance(value, dict):
        return value.get(record.id)
    if isinstance(value, Callable) and not isinstance(value, BaseModel):
        return value(record)
    return value


def _get_lot(record, lots):
    if lots is not None:
        found = _get_value(lots, record)
        if isinstance(found, BaseModel):
            return found.sudo()[:1]
        return record.env["stock.lot"].browse(found or ())
    if record._name == "stock.lot":
        return record
    field = record._fields.get("lot_id")
    if field is not None and field.comodel_name == "stock.lot":
        return record.lot_id
    return record.env["stock.lot"]


def _get_company(record):
    if record._name == "res.company":
        return record
    return record.company_id if "company_id" in record._fields else None


def _get_product_name(record, lot):
    if lot:
        return to_text(lot.product_id.display_name)
    field = record._fields.get("product_id")
    if field is not None and field.comodel_name == "product.product":
        return to_text(record.product_id.display_name)
    return None
