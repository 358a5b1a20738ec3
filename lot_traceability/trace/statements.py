"""Queries of the trace that PostgreSQL plans once for a connection.

To plan the query of a level takes as long as to read a hundred links with it, and a
form asks it again and again. So it stays prepared, under a name made of its text:
another text, for other rules or companies, has another name. What is there is asked of
the database, not remembered here: behind a pool each transaction may have another
connection.
"""

from collections.abc import Collection
from hashlib import sha256

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

PREFIX = "lot_trace_"
# of statements that stay on a connection; each takes some hundred kilobytes there
MOST_KEPT = 12


def get_statement(
    cr: BaseCursor, types: tuple[str, ...], query: SQL, in_use: Collection[str] = ()
) -> str:
    """The name by which the query, with ``$1`` and so on for what is asked, can be
    executed in this transaction.

    :param types: of ``$1`` and the following ones
    :param in_use: names of others that are still needed
    """
    text = f"{query.code}{query.params!r}{types}"
    name = f"{PREFIX}{sha256(text.encode()).hexdigest()[:32]}"
    cr.execute(
        SQL(
            "SELECT name FROM pg_prepared_statements WHERE starts_with(name, %s)",
            PREFIX,
        )
    )
    kept = {row[0] for row in cr.fetchall()}
    if name in kept:
        return name
    if len(kept) >= MOST_KEPT:
        for other in kept.difference(in_use):
            cr.execute(SQL("DEALLOCATE %s", SQL.identifier(other)))
    cr.execute(
        SQL(
            "PREPARE %s (%s) AS %s",
            SQL.identifier(name),
            SQL(", ").join(map(SQL, types)),
            query,
        )
    )
    return name
