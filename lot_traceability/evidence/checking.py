"""Is the log as it was written? And the file that others check it by."""

import json
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import NamedTuple

from odoo import fields
from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import SQL

from ..tools import check_log
from . import fact_seals, sealing

ROWS_AT_ONCE = 5000
# a problem that only the database tells, beside those of ``check_log``
FACTS = "facts"


class Verdict(NamedTuple):
    """What is wrong with a log, if anything.

    :param count: how many entries were found to be right
    :param head: number and hash of the last of them
    :param problem: a code of ``check_log`` and the number of the first broken entry
    :param late: numbers of entries that were sealed long after they were written
    """

    count: int
    head: tuple[int, str]
    problem: tuple[str, int] | None
    late: list[int]


def verify(company: BaseModel, head: tuple[int, str] | None = None) -> Verdict:
    """Seal what is left, and check the log of a company from its beginning, with the
    facts of which it has the hashes.

    :param head: number and hash that were noted elsewhere
    """
    checker = check_log.Checker(head=head)
    fact_seals.add(company.env, company.ids)
    with _get_sealed_cursor(company) as cr:
        kept = sealing.get_kept_head(cr, company.id)
        # an older log has no end that is kept apart from it
        is_whole = not kept
        for row in _read(cr, SQL("company_id = %s", company.id)):
            if not checker.feed(sealing.get_entry(row)):
                break
            is_whole = is_whole or (checker.number, checker.hash) == kept
        changed = fact_seals.find_changed(cr, company.id)
    if not checker.problem and changed:
        checker.problem = (FACTS, changed)
    if checker.finish() and not is_whole:
        checker.problem = (check_log.CUT, kept[0])
    head = (checker.number, checker.hash)
    return Verdict(checker.count, head, checker.problem, checker.late)


def get_head(company: BaseModel) -> tuple[int, str]:
    """Number and hash of the last entry, once all is sealed; to be noted elsewhere."""
    with _get_sealed_cursor(company) as cr:
        return sealing.get_head(cr, company.id)


def describe_head(company: BaseModel) -> str:
    """The same in words, as reports print it."""
    number, digest = get_head(company)
    return f"{number}:{digest}"


def export(company: BaseModel, ids: Iterable[int] | None = None) -> bytes:
    """The log as JSON lines, which ``tools/check_log.py`` checks.

    :param ids: rows of one matter; all if None
    """
    is_part = ids is not None
    condition = SQL("company_id = %s", company.id)
    if is_part:
        condition = SQL("%s AND id = ANY(%s)", condition, list(ids))
    with _get_sealed_cursor(company) as cr:
        kept = sealing.get_kept_head(cr, company.id)
        number, digest = kept or sealing.get_head(cr, company.id)
        title = {
            "log": check_log.FORMAT,
            "version": check_log.VERSION,
            "company": company.id,
            "company_name": company.sudo().name,
            "part": is_part,
            "head": {"number": number, "hash": digest} if number else None,
            "exported": fields.Datetime.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        title["hash"] = check_log.get_hash(title)
        lines = [json.dumps(title)]
        lines += [json.dumps(sealing.get_entry(row)) for row in _read(cr, condition)]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def tell_problem(env: Environment, problem: tuple[str, int]) -> str:
    """What is wrong, for the user."""
    code, number = problem
    texts = {
        FACTS: env._(
            "Entry %s has the hash of facts (what was received, shipped, made) that "
            "were changed, taken out or put in since.",
            number,
        ),
        check_log.CHANGED: env._(
            "Entry %s was changed: what it says does not fit its hash.", number
        ),
        check_log.MISSING: env._("Entry %s is missing.", number),
        check_log.REPLACED: env._(
            "Entry %s is not the one that the next entry was chained to.", number
        ),
        check_log.DOUBLED: env._(
            "Entry %s was put in: its number is there already.", number
        ),
        check_log.CUT: env._(
            "Entry %s, which was noted, is not there or is another one.", number
        ),
        check_log.LATE: env._(
            "Entry %s was sealed more than a day after its date: the server stood "
            "still, or the entry was put in by another way.",
            number,
        ),
    }
    return texts[code]


def _get_sealed_cursor(company):
    """A cursor that sees all rows sealed: those of this transaction, too."""
    env = company.env
    if sealing.is_pending(env):
        cr = env.cr
        cr.execute(
            SQL("SELECT pg_advisory_xact_lock(%s, %s)", sealing.LOCK, company.id)
        )
        sealing.seal_rows(cr, company.id)
        env["lot.trace.log"].invalidate_model()
        return nullcontext(cr)
    sealing.seal(env.registry, [company.id])
    return env.registry.cursor()


def _read(cr, condition) -> Iterator[tuple]:
    """Sealed rows by number, a page at a time."""
    last = None
    while True:
        page = SQL("TRUE") if last is None else SQL("(number, id) > (%s, %s)", *last)
        cr.execute(
            SQL(
                """
                SELECT id, %s FROM lot_trace_log
                 WHERE %s AND number IS NOT NULL AND %s
              ORDER BY number, id LIMIT %s
                """,
                sealing.SELECTED,
                condition,
                page,
                ROWS_AT_ONCE,
            )
        )
        rows = cr.fetchall()
        for row_id, *values in rows:
            yield values
            last = (values[0], row_id)
        if len(rows) < ROWS_AT_ONCE:
            return
