"""Whether what was written is still there once the transaction is saved.

A part of a transaction can be taken back (a savepoint), the transaction be saved, and
with it what waits for that: a message about something that never happened.
"""

from odoo.models import BaseModel
from odoo.tools import SQL

# transactions that begin while one is open; older rows are none of this one
MOST_NEWER = 1_000_000


def get_writers(records: BaseModel) -> list[int]:
    """Who wrote the rows as they are: ids of (parts of) transactions, this one or
    newer ones."""
    records.flush_recordset()
    query = SQL(
        """
        SELECT DISTINCT now.id + written.after
          FROM (SELECT pg_current_xact_id()::text::bigint AS id) now,
               LATERAL (
                    SELECT (xmin::text::bigint - now.id) & 4294967295 AS after
                      FROM %s WHERE id = ANY(%s)
               ) written
         WHERE written.after < %s
        """,
        SQL.identifier(records._table),
        list(records.ids),
        MOST_NEWER,
    )
    return [writer for (writer,) in records.env.execute_query(query)]


def is_taken_back(cr, writers: list[int]) -> bool:
    """Whether one of them did not come to its end."""
    cr.execute(
        SQL(
            """
            SELECT bool_or(pg_xact_status(writer::text::xid8) = 'aborted')
              FROM unnest(%s::bigint[]) writer
            """,
            writers,
        )
    )
    return bool(cr.fetchone()[0])
