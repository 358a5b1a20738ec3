"""The seals of the log: each row gets its number and the hash of the one before.

That is done after the commit, in a connection of its own, under a lock for each company
that is taken before the snapshot: parallel transactions neither wait for each other nor
fork the chain. What a crash leaves unsealed, the next sealing or the scheduler takes
up.
"""

import logging
from contextlib import contextmanager

import psycopg2

from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL

from ..tools import check_log

_logger = logging.getLogger(__name__)

PENDING = "lot_traceability.log"
# the first half of the advisory lock; the other is the company
LOCK = 0x6C6F74
ROWS_AT_ONCE = 2000
# what one commit seals itself; a larger rest is left to the scheduler
ROWS_AFTER_COMMIT = 4000
# the entry as it is hashed and exported, by its columns
ENTRY = {
    "number": "number",
    "company": "company_id",
    "date": "date",
    "user": "user_id",
    "user_name": "user_name",
    "model": "res_model",
    "record": "res_id",
    "record_name": "record_name",
    "lot": "lot_ref",
    "lot_name": "lot_name",
    "product_name": "product_name",
    "kind": "kind",
    "old": "old_value",
    "new": "new_value",
    "reason": "reason",
    "sealed": "sealed_on",
    "previous": "previous_hash",
    "hash": "hash",
}
SELECTED = SQL(", ").join(map(SQL.identifier, ENTRY.values()))


def get_entry(row: tuple) -> dict:
    """A row of ``SELECTED`` as it is hashed and exported; moments in UTC."""
    entry = dict(zip(ENTRY, row, strict=True))
    for name in ("date", "sealed"):
        if entry[name]:
            entry[name] = entry[name].strftime("%Y-%m-%dT%H:%M:%SZ")
    return entry


# ----------------------------------------------------------------------
# After the commit
# ----------------------------------------------------------------------
def seal_after_commit(env: api.Environment, company_ids: set[int]) -> None:
    """Have the rows of this transaction sealed once it is committed."""
    data = env.cr.postcommit.data
    if PENDING in data:
        data[PENDING] |= company_ids
        return
    pending = data[PENDING] = set(company_ids)
    registry = env.registry

    @env.cr.postcommit.add
    def seal_committed():
        try:
            seal(registry, pending, ROWS_AFTER_COMMIT)
        except psycopg2.Error:
            # what was done is done; the scheduler seals it
            _logger.warning("The log is not sealed yet", exc_info=True)


def is_pending(env: api.Environment) -> bool:
    """Whether this transaction wrote rows that nobody else can see yet."""
    return PENDING in env.cr.postcommit.data


def seal(registry, company_ids, most: int | None = None) -> bool:
    """Seal what is committed.

    :param most: how many rows at most; the scheduler is called for the rest
    :return: whether all was sealed
    """
    is_done = True
    with registry.cursor() as cr:
        for company_id in sorted(company_ids):
            with lock(cr, company_id):
                is_done &= seal_rows(cr, company_id, most)
        if not is_done:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if cron := env.ref("lot_traceability.cron_seal_log", False):
                cron._trigger()
    return is_done


@contextmanager
def lock(cr, company_id):
    """Nobody else seals; each transaction within begins after that is sure."""
    cr.execute(SQL("SELECT pg_advisory_lock(%s, %s)", LOCK, company_id))
    try:
        # the snapshot of REPEATABLE READ may be older than the lock; the cursor is ours
        cr.commit()  # pylint: disable=invalid-commit
        yield
        cr.commit()  # pylint: disable=invalid-commit
    except BaseException:
        cr.rollback()
        raise
    finally:
        cr.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK, company_id))


def seal_rows(cr, company_id: int, most: int | None = None) -> bool:
    """Seal what the transaction sees; the caller has the lock.

    :return: whether nothing is left
    """
    number, digest = get_head(cr, company_id)
    left = most
    while left is None or left > 0:
        size = ROWS_AT_ONCE if left is None else min(left, ROWS_AT_ONCE)
        rows = _get_unsealed(cr, company_id, size)
        if rows:
            before = number, digest
            number, digest = _seal_batch(cr, rows, number, digest)
            _keep_head(cr, company_id, before, (number, digest))
        if len(rows) < size:
            return True
        if left is not None:
            left -= len(rows)
    return not _get_unsealed(cr, company_id, 1)


def get_head(cr, company_id: int) -> tuple[int, str]:
    """Number and hash of the last sealed row."""
    cr.execute(
        SQL(
            """
            SELECT number, hash FROM lot_trace_log
             WHERE company_id = %s AND number IS NOT NULL
          ORDER BY number DESC LIMIT 1
            """,
            company_id,
        )
    )
    return cr.fetchone() or (0, check_log.BEGIN)


def _keep_head(cr, company_id, before, after):
    """Keep where the log ends; if it does not go on from where it ended before, that
    stays, and tells that something is missing."""
    cr.execute(
        SQL(
            """
            INSERT INTO lot_trace_head AS head (company_id, number, hash)
            VALUES (%s, %s, %s)
            ON CONFLICT (company_id) DO UPDATE
               SET number = EXCLUDED.number, hash = EXCLUDED.hash
             WHERE (head.number, head.hash) = (%s, %s)
            """,
            company_id,
            *after,
            *before,
        )
    )


def get_kept_head(cr, company_id: int) -> tuple[int, str] | None:
    """Where the log ended, as it was kept apart from it."""
    cr.execute(
        SQL("SELECT number, hash FROM lot_trace_head WHERE company_id = %s", company_id)
    )
    return cr.fetchone()


def get_unsealed_companies(cr) -> list[int]:
    cr.execute(SQL("SELECT DISTINCT company_id FROM lot_trace_log WHERE hash IS NULL"))
    return [company_id for (company_id,) in cr.fetchall()]


def _get_unsealed(cr, company_id, size):
    cr.execute(
        SQL(
            """
            SELECT id, %s FROM lot_trace_log
             WHERE company_id = %s AND hash IS NULL ORDER BY id LIMIT %s
            """,
            SELECTED,
            company_id,
            size,
        )
    )
    return cr.fetchall()


def _seal_batch(cr, rows, number, digest):
    now = fields.Datetime.now()
    sealed = []
    for row_id, *values in rows:
        number += 1
        entry = get_entry(values)
        entry |= {
            "number": number,
            "previous": digest,
            "sealed": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        previous, digest = digest, check_log.get_hash(entry)
        sealed.append(SQL("%s", (row_id, number, previous, digest)))
    cr.execute(
        SQL(
            """
            UPDATE lot_trace_log AS log
               SET number = seal.number, previous_hash = seal.previous,
                   hash = seal.digest, sealed_on = %s
              FROM (VALUES %s) AS seal (id, number, previous, digest)
             WHERE log.id = seal.id
            """,
            now,
            SQL(", ").join(sealed),
        )
    )
    return number, digest
