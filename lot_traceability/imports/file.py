"""From the file to its checked rows, and back to a file of what is wrong."""

import base64
import itertools
import json

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import SQL, split_every

from .. import guards
from . import check as dry_run
from . import columns, values
from .run import ImportRun
from .table_file import TableFileError, read_table, write_table

# titles that can stand above a table
ROWS_BEFORE = 20


def check(document: BaseModel) -> None:
    """Read the file of a document again and check its rows.

    :raise UserError: if the file as a whole cannot be read
    """
    guards.by_button(document.row_ids).unlink()
    try:
        run, rows, sheets = _open(document)
        _check_rows(run, rows)
    except TableFileError as error:
        raise UserError(_get_file_text(document, error)) from error
    _count(document, sheets)


def read_columns(document: BaseModel) -> None:
    """Guess what the columns of a new file are, so that it can be seen and corrected.
    What is wrong with the file is said by its check."""
    try:
        table, first, _rows = _read(document)
    except (TableFileError, UserError):
        guards.by_button(document.column_ids).unlink()
        return
    columns.keep(document, table.header, first)


def _read(document):
    # without bin_size, which gives "12 kB" in place of the file
    content = document.with_context(bin_size=False).file
    if not content:
        raise UserError(document.env._("Choose a file first."))
    table = read_table(
        base64.b64decode(content),
        row_limit=document._get_row_limit(),
        size_limit=document._get_parameter("size_limit_mb", 50) * 10**6,
    )
    rows = iter(table.rows)
    first = list(itertools.islice(rows, ROWS_BEFORE))
    # titles can stand above the table
    table.header, first = columns.find_header(document.env, table.header, first)
    return table, first[0][1] if first else [], itertools.chain(first, rows)


def _open(document):
    table, first, rows = _read(document)
    columns.keep(document, table.header, first)
    positions, unused = columns.read_header(document, table.header)
    guards.by_button(document).write(
        {
            "file_kind": table.kind,
            "delimiter": table.delimiter,
            "header": table.header,
            "unused_columns": ", ".join(unused),
        }
    )
    return ImportRun(document, positions, table.header), rows, table.sheets


def _check_rows(run, rows):
    for batch in split_every(run.document._get_batch_size(), rows):
        _store(run.env, dry_run.prepare_rows(run, batch))
    _refuse(run, values.get_doubtful(run))
    run.env["lot.import.row"].invalidate_model()


def _refuse(run, problems):
    """Refuse rows of which only those below have shown what is wrong with them."""
    if not problems:
        return
    run.env.cr.execute(
        SQL(
            """UPDATE lot_import_row row SET state = 'error',
                   message = concat_ws(E'\n', row.message, problem.text)
              FROM unnest(%s::int[], %s::text[]) AS problem (number, text)
             WHERE row.import_id = %s AND row.row_number = problem.number""",
            list(problems),
            list(problems.values()),
            run.document.id,
        )
    )


def _store(env, rows):
    """Write a batch of rows by one statement: a row needs nothing that Odoo computes,
    and a file has a hundred thousand of them."""
    env.cr.execute(
        SQL(
            """INSERT INTO lot_import_row (%(columns)s, create_uid, create_date,
                write_uid, write_date)
            SELECT %(columns)s, %(user)s, %(now)s, %(user)s, %(now)s
            FROM jsonb_to_recordset(%(rows)s::jsonb) AS row (import_id int,
                row_number int, cells jsonb, product_text varchar, number_text varchar,
                quantity_text varchar, location_text varchar, product_id int,
                location_id int, numbers jsonb, number_count int, quantity numeric,
                lot_values jsonb, state varchar, message text)""",
            columns=SQL(", ").join(map(SQL.identifier, dry_run.STORED)),
            user=env.uid,
            now=env.cr.now(),
            rows=json.dumps(rows),
        )
    )


def _count(document, sheets):
    rows = document.env["lot.import.row"]
    of_document = [("import_id", "=", document.id)]
    counts = dict(rows._read_group(of_document, ["state"], ["__count"]))
    [(products, numbers)] = rows._read_group(
        [*of_document, ("state", "=", "ready")],
        aggregates=["product_id:count_distinct", "number_count:sum"],
    )
    guards.by_button(document).write(
        {
            "state": "checked",
            "message": _name_other_sheets(document.env, sheets),
            "row_count": sum(counts.values()),
            "error_count": counts.get("error", 0),
            "product_count": products or 0,
            "number_count": numbers or 0,
            "quantity": _sum_quantity(document),
            "done_count": 0,
        }
    )


def _name_other_sheets(env, sheets):
    if len(sheets) < 2:
        return False
    return env._(
        "Only the first sheet is read: %(first)s. What is in the others is not "
        "imported: %(others)s.",
        first=sheets[0],
        others=", ".join(sheets[1:]),
    )


def _sum_quantity(document):
    groups = document.env["lot.import.row"]._read_group(
        [("import_id", "=", document.id), ("state", "=", "ready")],
        ["number_count"],
        ["quantity:sum"],
    )
    return sum(count * quantity for count, quantity in groups)


def _get_file_text(document, error):
    env = document.env
    texts = {
        "empty": env._("The file is empty."),
        "too_large": env._(
            "The file is too large: more than %(limit)s bytes; split it."
        ),
        "too_many_rows": env._("The file has more than %(limit)s rows; split it."),
        "too_many_empty": env._(
            "The file has more than %(limit)s empty rows one after the other; delete "
            "them, also below the last one that is filled."
        ),
        "quotes": env._(
            "Row %(row)s: a quotation mark is not closed, or text follows the closed "
            "one. Inside of a text in quotes, write it twice."
        ),
        "not_readable": env._(
            "The file can be read neither as CSV nor as XLSX; save it as one of them."
        ),
    }
    text = texts[error.code] % error.values
    return f"{document.file_name}: {text}" if document.file_name else text


# -- files to download --------------------------------------------------
def get_template(env: Environment, kind: str) -> bytes:
    """A file with the headers and an example row.

    :param kind: ``csv`` or ``xlsx``
    """
    return write_table(kind, columns.get_template_rows(env))


def get_errors(document: BaseModel) -> bytes:
    """A file with the rows that were not imported, and why."""
    rows = document.env["lot.import.row"].search_fetch(
        [("import_id", "=", document.id), ("state", "=", "error")],
        ["cells", "message"],
        order="row_number",
    )
    width = len(document.header)
    if width and columns.is_error_header(document.env, document.header[-1]):
        width -= 1
    title = columns.get_error_header(document.env)
    table = [[*document.header[:width], title]]
    for row in rows:
        cells = (row.cells + [""] * width)[:width]
        table.append([*cells, row.message.replace("\n", " / ")])
    return write_table(document.file_kind, table, document.delimiter)
