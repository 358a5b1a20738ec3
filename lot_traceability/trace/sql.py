"""Pieces of SQL of the trace: places, look-ups, documents, and what may be read."""

from collections.abc import Iterable

from odoo.api import Environment
from odoo.tools import SQL, Query

from .genealogy import DOWNSTREAM

# all that a level of a trace reads of the done lines of a lot lies side by side in it
INDEX_OF_LOT = """(lot_id) INCLUDE (id, move_id, product_id, company_id, location_id,
        location_dest_id, date, quantity_product_uom, lot_conversion_line_id,
        picking_id, state)
        WHERE state = 'done' AND quantity_product_uom <> 0 AND lot_id IS NOT NULL"""


def to_array(ids: Iterable[int]) -> str:
    """Ids as a PostgreSQL array: many are written ten times as fast as a list is."""
    return f"{{{','.join(map(str, ids))}}}"


def sql_array(ids: Iterable[int], kind: str) -> SQL:
    """Ids as an array at which PostgreSQL does not look while it plans: to estimate how
    many rows each of ten thousand has takes longer than to read them.

    :param kind: ``int4`` or ``int8``
    """
    return SQL("ARRAY(SELECT unnest(%s::%s[]))", to_array(ids), SQL.identifier(kind))


def get_sides(direction: str) -> tuple[str, str]:
    """The line that the walk comes from, and the one it goes to."""
    sides = ("line_out", "line_in")
    return sides if direction == DOWNSTREAM else sides[::-1]


# ----------------------------------------------------------------------
# Places and lines
# ----------------------------------------------------------------------
def locations(*usages: str) -> SQL:
    return SQL("SELECT id FROM stock_location WHERE usage IN %s", usages)


def is_at(line: str, column: str, *usages: str) -> SQL:
    """Whether a line is at a kind of place; they are looked up once for all lines."""
    return SQL("%s = ANY(ARRAY(%s))", SQL.identifier(line, column), locations(*usages))


def is_done(line: str) -> SQL:
    return SQL(
        "%s = 'done' AND %s <> 0",
        SQL.identifier(line, "state"),
        SQL.identifier(line, "quantity_product_uom"),
    )


def lookups(steps: dict[str, SQL]) -> SQL:
    """Tables that are looked up one after the other, each by the ones before it.

    ``OFFSET 0`` holds PostgreSQL to this order: where its statistics say that the
    tables are empty, as they were a while ago, it would read them whole.

    :param steps: ``{alias: SELECT}``
    """
    return SQL(" CROSS JOIN LATERAL ").join(
        SQL("(%s OFFSET 0) %s", select, SQL.identifier(alias))
        for alias, select in steps.items()
    )


def join(env: Environment, alias: str, model_name: str, record_id: SQL) -> SQL:
    """Joins a record that may be there, by its id."""
    table = SQL.identifier(env[model_name]._table)
    # without an id, an empty table would be opened for each row all the same
    select = SQL(
        "SELECT * FROM %s WHERE id = %s AND %s IS NOT NULL", table, record_id, record_id
    )
    return SQL("LEFT JOIN LATERAL %s ON TRUE", lookups({alias: select}))


def move_of_line() -> SQL:
    """The move of ``line``, as ``move``."""
    return lookups({"move": SQL("SELECT * FROM stock_move WHERE id = line.move_id")})


def join_picking(env: Environment) -> SQL:
    """Joins the picking of ``line`` and ``move``, as ``picking``."""
    return join(
        env,
        "picking",
        "stock.picking",
        SQL("COALESCE(line.picking_id, move.picking_id)"),
    )


# ----------------------------------------------------------------------
# What may be read
# ----------------------------------------------------------------------
def may_read(env: Environment, model_name: str, alias: str) -> SQL:
    """A condition on a table that is in the query already: whether the user's record
    rules allow its row.

    :param alias: the name of the table in the query
    :raise AccessError: if the user may not read the model at all
    """
    if env.su:
        return SQL("TRUE")
    model = env[model_name]
    model.check_access("read")
    rules = env["ir.rule"]._compute_domain(model_name, "read")
    # the rules themselves may look at what the user may not read
    everybody = model.sudo().with_context(active_test=False)
    query = Query(env, alias, SQL.identifier(model._table))
    condition = rules.optimize_full(everybody)._to_sql(everybody, alias, query)
    if query._joins:
        # rules that need other tables than this one
        return may_read_id(env, model_name, SQL.identifier(alias, "id"))
    return condition


def may_read_id(env: Environment, model_name: str, id_column: SQL) -> SQL:
    """A condition that says whether the user's record rules allow the row of an id."""
    if env.su:
        return SQL("TRUE")
    query = env[model_name]._search([], active_test=False)
    query.add_where(SQL("%s = %s", SQL.identifier(query.table, "id"), id_column))
    return SQL("EXISTS (%s)", query.select(SQL("1")))


# ----------------------------------------------------------------------
# Documents of moves
# ----------------------------------------------------------------------
def document_columns(env: Environment) -> SQL:
    """Columns ``document``, ``document_field``, ``document_id`` of ``move``."""
    names = env["lot.trace"]._get_document_fields()
    columns = [SQL.identifier("move", name) for name in names]
    cases = SQL(" ").join(
        SQL("WHEN %s IS NOT NULL THEN %s", column, name)
        for name, column in zip(names, columns, strict=True)
    )
    return SQL(
        """COALESCE(move.reference, move.origin) AS document,
        CASE %s END AS document_field, COALESCE(%s) AS document_id""",
        cases,
        SQL(", ").join(columns),
    )


def sql_is_scrap(env: Environment) -> SQL:
    """Whether ``move``, to a place for losses, scrapped the goods: a scrap order, a
    repair or a transfer says so; what a count missed has no document."""
    names = env["lot.trace"]._get_document_fields()
    columns = SQL(", ").join(SQL.identifier("move", name) for name in names)
    return SQL("(move.is_inventory IS NOT TRUE AND COALESCE(%s) IS NOT NULL)", columns)


def get_document_model(env: Environment, field_name: str | None) -> str | bool:
    """The model of the document that ``document_field`` names."""
    if not field_name:
        return False
    return env["stock.move"]._fields[field_name].comodel_name


def get_documents(env: Environment, move_ids: Iterable[int]) -> dict[int, tuple]:
    """What moves were done by.

    :return: ``{move id: (document, its model, its id)}``
    """
    env.cr.execute(
        SQL(
            "SELECT move.id, %s FROM stock_move move WHERE move.id = ANY(%s)",
            document_columns(env),
            list(move_ids),
        )
    )
    names = (*env["lot.trace"]._get_document_fields(), None)
    model_names = {name: get_document_model(env, name) for name in names}
    return {
        move_id: (document, model_names[field_name], document_id)
        for move_id, document, field_name, document_id in env.cr.fetchall()
    }
