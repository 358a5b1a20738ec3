"""What the rules would have said of work that is done: a dry run.

Each rule is judged by its own functions, in its strict form; nothing is said here of
what is right or wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

DAYS = 30


@dataclass(frozen=True)
class TrialRule:
    """A rule that can stop work.

    :param now: what it does at present, in words
    :param strict: what it does where it is strict, in words
    :param is_strict: whether it is at present
    :param find: ids of the done lines since a moment (UTC) that it would have stopped
        or asked about; None where that cannot be known
    :param field: the switch in the settings, if it has one
    """

    code: str
    name: str
    strict: str
    now: str
    is_strict: bool
    find: Callable[[datetime], list[int]] | None
    field: str = ""


def get_start() -> datetime:
    """Since when work is looked at (UTC)."""
    return fields.Datetime.now() - timedelta(days=DAYS)


def get_choice(record: BaseModel, name: str) -> str:
    """What a selection says at present, in words."""
    choices = dict(record._fields[name]._description_selection(record.env))
    return choices.get(record[name], "")


def get_done_domain(company: BaseModel, since: datetime) -> Domain:
    """The lines of a company that were done since then."""
    return (
        Domain("company_id", "=", company.id)
        & Domain("state", "=", "done")
        & Domain("date", ">=", since)
        & Domain("quantity", ">", 0)
    )


def count_operations(env: Environment, line_ids: list[int]) -> int:
    """On how many documents the lines are."""
    query = SQL(
        """SELECT count(DISTINCT COALESCE(move.reference, move.id::text))
        FROM stock_move_line line JOIN stock_move move ON move.id = line.move_id
        WHERE line.id = ANY(%s)""",
        list(line_ids),
    )
    [[count]] = env.execute_query(query)
    return count
