"""Many rows written at once, as PostgreSQL copies them in: it reads no statement for
them, which takes longer than to store them."""

import io
import json
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg2.extensions import get_wait_callback, set_wait_callback

from odoo.sql_db import BaseCursor
from odoo.tools import split_every

ROWS_AT_ONCE = 1000
# what ends a cell, a row, or starts an escape
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_rows(
    cr: BaseCursor, table: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]
) -> None:
    """Write rows to a table, past the ORM.

    :param rows: of each the values of the columns; dicts and lists become JSON
    """
    for chunk in split_every(ROWS_AT_ONCE, rows, list):
        write = _Writer().write_cell
        lines = ("\t".join(map(write, row)) for row in chunk)
        file = io.StringIO("\n".join(lines) + "\n")
        with _without_callback():
            cr.copy_from(file, table, columns=columns)


@contextmanager
def _without_callback():
    """PostgreSQL copies nothing in where Odoo waits for it through one (Odoo's
    export of external ids does the same)."""
    callback = get_wait_callback()
    set_wait_callback(None)
    try:
        yield
    finally:
        set_wait_callback(callback)


class _Writer:
    """Writes the cells of rows that are all there until the last one is written: what
    is the same object in several rows becomes JSON once."""

    def __init__(self):
        self.written: dict = {}

    def write_cell(self, value):
        if not isinstance(value, dict | list):
            return write_cell(value)
        if id(value) not in self.written:
            self.written[id(value)] = write_cell(value)
        return self.written[id(value)]


def write_cell(value: Any) -> str:
    r"""A value as PostgreSQL reads it.

    >>> [write_cell(value) for value in (None, False, 0, 1.5, "")]
    ['\\N', 'False', '0', '1.5', '']
    >>> print(write_cell("C:\\new\tline\n"), write_cell({"a": ["\\", None]}))
    C:\\new\tline\n {"a": ["\\\\", null]}
    """
    if value is None:
        return r"\N"
    if isinstance(value, dict | list):
        value = json.dumps(value)
    return str(value).translate(ESCAPES)
