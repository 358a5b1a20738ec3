"""Nodes of the trace: a lot by its id, or goods without a number, by a negative one.

All goods of a product without a number in one company are one node: what passes through
an untracked product is mixed there, and can be in whatever leaves it afterwards. The
number holds both ids. It is kept small: clients of XML-RPC take 32 bits only.
"""

from collections.abc import Iterable

from odoo.api import Environment
from odoo.tools import SQL

from .sql import is_done, may_read, sql_array


def get_base(env: Environment) -> int:
    """What a product's id is multiplied by: more than any id of a company."""
    return env["lot.trace.link"]._get_node_base()


def get_node_base(company_id: int) -> int:
    """The smallest power of two above the newest company's id (at least 8), so that the
    numbers seldom change when companies are added.

    >>> get_node_base(1), get_node_base(7), get_node_base(8), get_node_base(100)
    (8, 8, 16, 128)
    """
    return 1 << max(company_id.bit_length(), 3)


def split(env: Environment, node: int) -> tuple[int, int]:
    """Product and company id (0: none) of goods without a number."""
    return divmod(-node, get_base(env))


def sql_node(env: Environment, line: str) -> SQL:
    """The node of a move line: its lot, else its product in its company.

    :param line: the name of the table in the query
    """
    return SQL(
        "COALESCE(%(lot)s::bigint, -(%(product)s::bigint * %(base)s + %(company)s))",
        lot=SQL.identifier(line, "lot_id"),
        product=SQL.identifier(line, "product_id"),
        company=SQL("COALESCE(%s, 0)", SQL.identifier(line, "company_id")),
        base=get_base(env),
    )


def sql_lines(
    env: Environment, more_columns: tuple[str, ...] = (), condition: SQL | None = None
) -> SQL:
    """The lines of the node ``reached.node``, by the index of lots or that of lines
    without one, and whether the user may read them (``readable``).

    ``OFFSET 0`` keeps PostgreSQL from any other order than node by node.

    :param more_columns: besides those that the kinds of link may ask for
    :param condition: on ``line``; done lines by default
    """
    names = (*env["lot.trace.link"]._get_line_columns(), *more_columns)
    return SQL(
        """SELECT %(columns)s, %(readable)s AS readable FROM stock_move_line line
        WHERE line.lot_id = reached.node AND %(done)s
        UNION ALL
        SELECT %(columns)s, %(readable)s FROM stock_move_line line
        WHERE reached.node < 0 AND line.lot_id IS NULL
            AND line.product_id = -reached.node / %(base)s
            AND COALESCE(line.company_id, 0) = -reached.node %% %(base)s
            AND %(done)s
        OFFSET 0""",
        columns=SQL(", ").join(SQL.identifier("line", name) for name in names),
        readable=may_read(env, "stock.move.line", "line"),
        done=condition or is_done("line"),
        base=get_base(env),
    )


def get_newest_line(env: Environment) -> int:
    """The highest id of a line: there are never more lines than that."""
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM stock_move_line")
    return env.cr.fetchone()[0]


def count_lines(env: Environment, nodes: Iterable[int]) -> int:
    """How many lines the nodes have at most: counted in the indexes alone, those that
    are not done or may not be read among them."""
    nodes = list(nodes)
    env.cr.execute(
        SQL(
            """SELECT
                (SELECT count(*) FROM stock_move_line WHERE lot_id = ANY(%s))
                + (SELECT count(*) FROM stock_move_line
                WHERE lot_id IS NULL AND state = 'done'
                    AND product_id = ANY(%s))""",
            sql_array((node for node in nodes if node > 0), "int4"),
            sql_array({split(env, node)[0] for node in nodes if node < 0}, "int4"),
        )
    )
    return env.cr.fetchone()[0]


def sql_lines_of(
    env: Environment,
    lots: SQL,
    others: SQL | None,
    more_columns: dict[str, SQL],
    condition: SQL | None = None,
) -> SQL:
    """The done lines of nodes and their ``node``, as by :func:`sql_lines`.

    :param lots: an array of the nodes that are lots
    :param others: an array of the other ones, if there are any
    :param more_columns: ``{name: expression of the table line}``, besides what the
        kinds of link ask for
    :param condition: on the table line, besides that it is done
    """
    columns = {
        name: SQL.identifier("line", name)
        for name in env["lot.trace.link"]._get_line_columns()
    }
    columns |= more_columns
    parts = {
        "columns": SQL(", ").join(
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in columns.items()
        ),
        "readable": may_read(env, "stock.move.line", "line"),
        "done": SQL("%s AND %s", is_done("line"), condition or SQL("TRUE")),
        "base": get_base(env),
        "lots": lots,
    }
    numbered = SQL(
        """SELECT line.lot_id::bigint AS node, %(columns)s, %(readable)s AS readable
        FROM stock_move_line line
        WHERE line.lot_id = ANY(%(lots)s) AND %(done)s""",
        **parts,
    )
    if others is None:
        return numbered
    return SQL(
        """%(numbered)s UNION ALL
        SELECT other.node, %(columns)s, %(readable)s
        FROM unnest(%(others)s) other(node)
        JOIN stock_move_line line ON line.lot_id IS NULL
            AND line.product_id = -other.node / %(base)s
            AND COALESCE(line.company_id, 0) = -other.node %% %(base)s
        WHERE %(done)s""",
        numbered=numbered,
        others=others,
        **parts,
    )
