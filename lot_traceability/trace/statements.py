"""Queries of the trace that PostgreSQL plans once for a connection.

To plan the query of a level takes as long as to read a hundred links with it, and a
form asks it again and again. So it stays prepared, under a name made of its text:
another text, for other rules or companies, has another name. What is there is asked of
the database once in a transaction: behind a pool the next one may have another
connection.
"""

from collections.abc import Collection
from functools import partial
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
    kept = _get_kept(cr)
    if name in kept:
        return name
    if len(kept) >= MOST_KEPT:
        for other in kept.difference(in_use):
            cr.execute(SQL("DEALLOCATE %s", SQL.identifier(other)))
            kept.remove(other)
    cr.execute(
        SQL(
            "PREPARE %s (%s) AS %s",
            SQL.identifier(name),
            SQL(", ").join(map(SQL, types)),
            query,
        )
    )
    kept.add(name)
    return name


def _get_kept(cr):
    """Names of those that are on the connection of this transaction."""
    if PREFIX not in cr.cache:
        cr.execute(
            SQL(
                "SELECT name FROM pg_prepared_statements WHERE starts_with(name, %s)",
                PREFIX,
            )
        )
        cr.cache[PREFIX] = {name for (name,) in cr.fetchall()}
        for ended in (cr.postcommit, cr.postrollback):
            ended.add(partial(cr.cache.pop, PREFIX, None))
    return cr.cache[PREFIX]
