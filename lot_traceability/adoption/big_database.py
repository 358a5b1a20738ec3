"""Installing on a large database.

Odoo installs an addon in one transaction, and locks the stock tables in it from the
first column on. What takes long is therefore done before, in steps that are committed:
others work on meanwhile, and an installation that was interrupted goes on where it
stopped.
"""

import logging
from collections.abc import Iterable

import psycopg2

from odoo import sql_db
from odoo.api import Environment
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column, table_kind

from ..numbers.form import normalize
from ..trace.sql import INDEX_OF_LOT

_logger = logging.getLogger(__name__)

# from so many rows on it is worth the steps
MANY = 50_000
BATCH = 20_000
# for which an index is waited before the installation makes it itself
WAIT = "60s"
# since when lots have the forms of their numbers, until the installation is done
SINCE = "lot_traceability.numbers_read_since"
# all columns of stock tables, as adding one keeps others from reading until the
# installation is done; a test compares them with the fields
COLUMNS = {
    "stock_lot": {
        "batch_code": "varchar",
        "is_rejected": "bool",
        "lot_import_id": "int4",
        "number_key": "varchar",
        "number_origin": "varchar",
        "number_scope_key": "varchar",
        "on_hold": "bool",
        "origin_lot_id": "int4",
        "retired_date": "timestamp",
        "supplier_number": "varchar",
        "supplier_number_key": "varchar",
    },
    "stock_move": {"lot_conversion_id": "int4"},
    "stock_move_line": {
        "batch_code": "varchar",
        "correction_reason": "varchar",
        "lot_conversion_line_id": "int4",
        "number_origin": "varchar",
        "scanned_quantity": "numeric",
        "serial_conflict_reason": "varchar",
        "supplier_number": "varchar",
    },
    "stock_location": {"is_for_samples": "bool", "is_quarantine": "bool"},
    "stock_picking_type": {
        "lot_missing_policy": "varchar NOT NULL DEFAULT 'warn'",
        "lot_numbering_id": "int4",
    },
    "stock_quant": {"serial_conflict_reason": "varchar"},
    "stock_warehouse": {"lot_quarantine_location_id": "int4"},
}
# indexes for which all rows are read, by name
INDEXES = {
    "stock_move_line__lot_id_index": SQL(
        "INDEX CONCURRENTLY stock_move_line__lot_id_index "
        "ON stock_move_line (lot_id) WHERE lot_id IS NOT NULL"
    ),
    "stock_move_line_without_lot_idx": SQL(
        "INDEX CONCURRENTLY stock_move_line_without_lot_idx "
        "ON stock_move_line (product_id) WHERE lot_id IS NULL AND state = 'done'"
    ),
    "stock_move_line_of_lot_idx": SQL(
        "INDEX CONCURRENTLY stock_move_line_of_lot_idx ON stock_move_line %s",
        SQL(INDEX_OF_LOT),
    ),
    "stock_lot__number_key_index": SQL(
        "INDEX CONCURRENTLY stock_lot__number_key_index ON stock_lot (number_key)"
    ),
    "stock_lot_number_scope_key_unique": SQL(
        "UNIQUE INDEX CONCURRENTLY stock_lot_number_scope_key_unique "
        "ON stock_lot (number_scope_key)"
    ),
}


def add_columns(cr, columns: dict[str, dict[str, str]]) -> None:
    """Add the columns that are not there; each table is locked for a moment only. What
    stands behind NOT NULL DEFAULT is the default of the field.
    """
    for table, types in columns.items():
        if not table_kind(cr, table):
            continue
        for name, kind in types.items():
            if not column_exists(cr, table, name):
                create_column(cr, table, name, kind)
        _keep(cr)


def _keep(cr):
    """End a step: what is done stays done, and the locks are given back."""
    # Odoo begins the installation after it; nothing of that is under way yet
    cr.commit()  # pylint: disable=invalid-commit


def is_large(cr) -> bool:
    """Whether the stock tables have many rows."""
    cr.execute(
        SQL(
            "SELECT EXISTS (SELECT FROM stock_lot OFFSET %(many)s) "
            "OR EXISTS (SELECT FROM stock_move_line OFFSET %(many)s)",
            many=MANY,
        )
    )
    return cr.fetchone()[0]


def prepare(env: Environment) -> None:
    """Before Odoo installs: columns, the forms of the numbers, and large indexes."""
    cr = env.cr
    _logger.info("Before the installation: columns of the stock tables")
    add_columns(cr, COLUMNS)
    cr.execute(
        SQL(
            """INSERT INTO ir_config_parameter (key, value)
            SELECT %(key)s, now() AT TIME ZONE 'UTC' WHERE NOT EXISTS (
                SELECT FROM ir_config_parameter WHERE key = %(key)s)""",
            key=SINCE,
        )
    )
    _keep(cr)
    read_numbers(cr)
    for name, definition in INDEXES.items():
        _build_index(cr, name, definition)


def read_numbers(cr, batch: int = BATCH) -> int:
    """Give each lot that has none the forms in which numbers are compared.

    :return: how many lots got one
    """
    cr.execute("SELECT count(*) FROM stock_lot WHERE number_key IS NULL")
    total, done, last = cr.fetchone()[0], 0, 0
    while rows := _read_batch(cr, last, batch):
        last = rows[-1][0]
        _write_keys(cr, rows)
        _keep(cr)
        done += len(rows)
        _logger.info("Before the installation: %s of %s numbers read", done, total)
    return done


def _read_batch(cr, last, batch):
    cr.execute(
        SQL(
            """SELECT id, name, product_id, COALESCE(company_id, 0) FROM stock_lot
            WHERE id > %s AND number_key IS NULL ORDER BY id LIMIT %s""",
            last,
            batch,
        )
    )
    return cr.fetchall()


def _write_keys(cr, rows: Iterable[tuple]) -> None:
    """As numbers are unique in a product, as long as nobody says otherwise."""
    keys = [normalize(row[1]) for row in rows]
    cr.execute(
        SQL(
            """
            WITH keys AS (
                SELECT id, key, scope_key,
                       row_number() OVER (PARTITION BY scope_key ORDER BY id) AS place
                  FROM unnest(%s::int[], %s::text[], %s::text[])
                    AS row (id, key, scope_key)
            )
            UPDATE stock_lot AS lot
               SET number_key = keys.key,
                   -- of lots that are the same, the first has the key alone
                   number_scope_key = CASE WHEN place = 1 AND NOT EXISTS (
                        SELECT FROM stock_lot AS other
                         WHERE other.number_scope_key = keys.scope_key)
                        THEN keys.scope_key END
              FROM keys WHERE lot.id = keys.id
            """,
            [row[0] for row in rows],
            keys,
            [
                f"p{product}/{company}/{key}"
                for (_id, _name, product, company), key in zip(rows, keys, strict=True)
            ],
        )
    )


def _build_index(cr, name, definition):
    """Beside the work of others; Odoo makes it later if that is not possible."""
    # it waits for every transaction that has begun: not for our own
    _keep(cr)
    with sql_db.db_connect(cr.dbname).cursor() as other:
        other._cnx.autocommit = True
        try:
            # nor for ever for somebody else's
            other.execute(SQL("SET lock_timeout = %s", WAIT))
            if not _drop_invalid(other, name):
                return
            _logger.info("Before the installation: index %s", name)
            other.execute(SQL("CREATE %s", definition))
        except psycopg2.Error:
            _logger.info("The installation makes the index %s itself", name)
            _drop_invalid(other, name)
        finally:
            other.execute(SQL("RESET lock_timeout"))
            other._cnx.autocommit = False


def _drop_invalid(cr, name):
    """Take away what is left of an index that was not finished.

    :return: whether the index is to be made
    """
    cr.execute(
        SQL(
            """SELECT state.indisvalid FROM pg_class class
            JOIN pg_index state ON state.indexrelid = class.oid
            WHERE class.relname = %s""",
            name,
        )
    )
    found = cr.fetchone()
    if found and found[0]:
        return False
    if found:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    return True


def get_changed_since(env: Environment) -> list[int] | None:
    """Ids of the lots that were created or changed since their numbers were read; None
    if they were not read before the installation."""
    since = env["ir.config_parameter"].sudo().get_param(SINCE)
    if not since:
        return None
    env["ir.config_parameter"].sudo().set_param(SINCE, False)
    rows = env.execute_query(
        SQL(
            """SELECT id FROM stock_lot
            WHERE number_key IS NULL
                -- what was under way then may have been written before
                OR write_date >= %s::timestamp - interval '1 hour'""",
            since,
        )
    )
    return [row[0] for row in rows]
