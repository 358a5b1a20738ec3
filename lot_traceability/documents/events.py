"""The lines of a trace that events tell of.

An order is told as a whole: also what it used that is not part of the trace.
"""

from collections import defaultdict

from odoo.api import Environment
from odoo.fields import Domain
from odoo.tools import SQL

from ..trace.sql import get_document_model, sql_array
from .trace_document import Traced

# kinds of link that say that goods became other goods
MADE = ("production", "unbuild", "conversion")


def get_line_ids(document: Traced) -> set[int]:
    """Done lines of a trace, and all lines of its orders."""
    orders = {
        (link["document_model"], link["document_id"])
        for trace in document.traces
        for link in trace["links"]
        if _is_making(link)
    }
    ids = {line_id for line_id, is_done in document.lines if is_done}
    return ids.union(_search_order_lines(document.env, orders, ids))


def _is_making(link):
    """Whether a link says that an order made other goods."""
    # a repair puts parts into a thing that stays the same
    is_repair = link["document_model"] == "repair.order"
    return link["kind"] in MADE and link["document_id"] and not is_repair


def _search_order_lines(env: Environment, orders, known):
    """Lines of orders that the user may read, but for those that are known."""
    domain = Domain("id", "in", _read_order_lines(env, orders) - known)
    domain &= Domain("state", "=", "done") & Domain("quantity_product_uom", "!=", 0)
    return env["stock.move.line"].search(domain, order="id")._ids


def _read_order_lines(env, orders):
    """Ids of the lines of orders: most of them are known, and these are not asked for
    once more."""
    ids = defaultdict(list)
    for model_name, order_id in orders:
        ids[model_name].append(order_id)
    names = {
        name: get_document_model(env, name)
        for name in env["lot.trace"]._get_document_fields()
    }
    names = {name: model for name, model in names.items() if model in ids}
    env["stock.move"].flush_model(names)
    env["stock.move.line"].flush_model(["move_id"])
    found = set()
    for name, model in names.items():
        rows = env.execute_query(
            SQL(
                """
                SELECT line.id FROM stock_move move
                  JOIN stock_move_line line ON line.move_id = move.id
                 WHERE %s = ANY(%s)
                """,
                SQL.identifier("move", name),
                sql_array(ids[model], "int4"),
            )
        )
        found.update(line_id for (line_id,) in rows)
    return found
