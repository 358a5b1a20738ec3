"""The seals of the facts: now and then an entry of the log has the hash of those that
were written since the last one, so that who changes, takes out or puts in a fact has to
change the log as well.
"""

import logging
import time
from contextlib import nullcontext

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL

from . import log, sealing
from .facts import COLUMNS

_logger = logging.getLogger(__name__)

KIND = "facts"
MODEL = "lot.trace.fact"
FACTS_AT_ONCE = 10000
TRIES = 5
# how many facts there are, and one hash of the hashes of all that they say
DIGEST = SQL(
    """
    count(*) || ' ' || encode(sha256(COALESCE(string_agg(sha256(convert_to(
        jsonb_build_array(%s)::text, 'UTF8')), ''::bytea ORDER BY fact.id),
        ''::bytea)), 'hex')
    """,
    SQL(", ").join(SQL.identifier("fact", name) for name in ("id", *COLUMNS)),
)


def add(env: api.Environment, company_ids=None) -> None:
    """Seal what is written; what is being written is left for the next time.

    :param company_ids: only of these companies
    """
    with _get_cursor(env) as cr:
        end = _find_end(cr)
    with _get_cursor(env) as cr:
        # nobody else does the same
        cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, 0)", sealing.LOCK + 1))
        system = api.Environment(cr, SUPERUSER_ID, {})
        companies = system["res.company"].with_context(active_test=False)
        # one a company
        for company_id in company_ids or companies.search([]).ids:
            _add_of_company(system, company_id, end)


def _get_cursor(env):
    """One of its own, which sees what is committed; that of the transaction, if it has
    written facts itself."""
    rows = env.execute_query(
        SQL(
            """
            SELECT 1 FROM pg_locks
             WHERE pid = pg_backend_pid() AND mode = 'RowExclusiveLock'
               AND relation = 'lot_trace_fact'::regclass
            """
        )
    )
    return nullcontext(env.cr) if rows else env.registry.cursor()


def find_changed(cr, company_id: int) -> int | None:
    """The number of the first entry whose facts are not those that it has the hash of;
    None if there is none."""
    cr.execute(
        SQL(
            """
            SELECT log.number
              FROM lot_trace_log log
        CROSS JOIN LATERAL (
                   SELECT %s AS digest
                     FROM lot_trace_fact fact
                    WHERE fact.company_id = log.company_id
                      AND fact.id BETWEEN split_part(log.record_name, '-', 1)::bigint
                                      AND log.res_id
                   ) now
             WHERE log.company_id = %s AND log.kind = %s AND log.number IS NOT NULL
               AND log.new_value IS DISTINCT FROM now.digest
          ORDER BY log.number LIMIT 1
            """,
            DIGEST,
            company_id,
            KIND,
        )
    )
    row = cr.fetchone()
    return row and row[0]


def _find_end(cr) -> int:
    """The last fact, at a moment in which nobody writes one: an id that is lower and
    comes later would be in no seal."""
    for _try in range(TRIES):
        try:
            with cr.savepoint(flush=False):
                # who writes facts has the lock that goes against this until the end
                cr.execute(
                    SQL("LOCK TABLE lot_trace_fact IN SHARE MODE NOWAIT"),
                    log_exceptions=False,
                )
        except LockNotAvailable:
            time.sleep(0.1)
            continue
        cr.execute(SQL("SELECT max(id) FROM lot_trace_fact"))
        return cr.fetchone()[0] or 0
    _logger.info("Facts are being written: they are sealed the next time")
    return 0


def _add_of_company(env, company_id, end):
    start, user = _get_start(env.cr, company_id), env.user
    rows = []
    while start < end:
        env.cr.execute(
            SQL(
                """
                SELECT max(fact.id), %s FROM (
                    SELECT * FROM lot_trace_fact
                     WHERE company_id = %s AND id > %s AND id <= %s
                  ORDER BY id LIMIT %s) fact
                """,
                DIGEST,
                company_id,
                start,
                end,
                FACTS_AT_ONCE,
            )
        )
        last, digest = env.cr.fetchone()
        if last is None:
            break
        rows.append(
            (
                *(company_id, fields.Datetime.now(), user.id, user.name, MODEL, last),
                *(f"{start + 1}-{last}", None, None, None, KIND),
                *(None, digest, None),
            )
        )
        start = last
    if rows:
        log.write_rows(env, rows)


def _get_start(cr, company_id):
    cr.execute(
        SQL(
            "SELECT max(res_id) FROM lot_trace_log WHERE company_id = %s AND kind = %s",
            company_id,
            KIND,
        )
    )
    return cr.fetchone()[0] or 0
