"""What changed since: the log, page by page, for programs."""

import re

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.models import BaseModel

from ..tools.arguments import show

# entries of one answer
MOST_ENTRIES = 5_000
# the last number that was told, for each company: 1:120,2:5
CURSOR = re.compile(r"\d{1,9}:\d{1,9}(,\d{1,9}:\d{1,9})*", re.ASCII)
# field of the log: its name in the answer
COLUMNS = {
    "number": "number",
    "kind": "kind",
    "res_model": "model",
    "res_id": "record_id",
    "record_name": "record",
    "lot_ref": "lot_id",
    "lot_name": "lot",
    "product_name": "product",
    "old_value": "old",
    "new_value": "new",
    "reason": "reason",
    "user_name": "user",
}


def get_changes(log: BaseModel, cursor: str, limit: int) -> dict:
    """See ``lot.trace.log.get_changes``."""
    env = log.env
    told = _read_cursor(env, cursor)
    if not 1 <= limit <= MOST_ENTRIES:
        raise UserError(
            env._(
                "limit has to be 1 to %(most)s, not %(limit)s.",
                most=MOST_ENTRIES,
                limit=limit,
            )
        )
    companies = env.companies
    _check_is_of_this_log(log, cursor, told)
    domain = Domain.OR(
        Domain("company_id", "=", company.id)
        & Domain("number", ">", told.get(company.id, 0))
        for company in companies
    )
    # each company counts for itself, so that none is passed over
    entries = log.search(domain, order="company_id, number", limit=limit + 1)
    shown = entries[:limit]
    for entry in shown:
        told[entry.company_id.id] = entry.number
    return {
        "cursor": ",".join(f"{key}:{number}" for key, number in sorted(told.items())),
        "more": len(entries) > limit,
        "entries": [_prepare(entry) for entry in shown],
    }


def _prepare(entry):
    return {
        "company_id": entry.company_id.id,
        "date": fields.Datetime.to_string(entry.date),
        "user_id": entry.user_id.id,
        **{name: entry[field] for field, name in COLUMNS.items()},
    }


def _check_is_of_this_log(log, cursor, told):
    """Of a log that goes on farther, as before a backup was put back, what is new would
    not be told until it has as many entries again."""
    groups = log._read_group(
        [("company_id", "in", log.env.companies.ids), ("number", "!=", False)],
        ["company_id"],
        ["number:max"],
    )
    last = {company.id: number for company, number in groups}
    of_these = told.keys() & set(log.env.companies.ids)
    if all(told[key] <= last.get(key, 0) for key in of_these):
        return
    if log.env.cr.readonly:
        # a replica can be a moment late: Odoo asks the primary then
        raise ReadOnlySqlTransaction
    raise UserError(_get_refusal(log.env, cursor))


def _get_refusal(env, cursor):
    return env._(
        "cursor has to be that of the answer before, or empty, not %s.", show(cursor)
    )


def _read_cursor(env, cursor):
    """{company id: number}"""
    if not cursor:
        return {}
    if not CURSOR.fullmatch(cursor):
        raise UserError(_get_refusal(env, cursor))
    pairs = (part.split(":") for part in cursor.split(","))
    return {int(company): int(number) for company, number in pairs}
