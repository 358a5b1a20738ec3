"""The kinds of link by which material of one lot goes into another one.

Which of them there are is said by ``_get_link_kinds`` of ``lot.trace.link``, where
another addon adds its own.
"""

from typing import NamedTuple

from odoo.api import Environment
from odoo.tools import SQL

from . import genealogy
from .sql import get_sides, is_at, is_done


class LinkKind(NamedTuple):
    """How a kind of link is found, and what it means.

    A walk downstream comes from ``line_out``, by which material left the source lot,
    and goes to ``line_in``, by which it arrived in the target lot; upstream it is the
    other way round. ``steps`` are the look-ups in between, ``{alias: SELECT}``, each by
    what the ones before it found; ``far`` finds the move line at the end.

    ``condition`` may name the columns of ``lot.trace.link._get_line_columns`` of both
    lines. The engine adds the rest: done lines, a quantity other than zero.

    A kind ``within`` another one needs no look-up of its own: it is what fulfils its
    condition of those that the other one finds.

    ``near`` says which lines (``line``) the kind can start from at all, by their own
    columns. It saves reading on from the others, where all kinds say it.
    """

    steps: dict
    far: SQL
    condition: SQL
    certainty: str = genealogy.MATERIAL
    # the material is taken out of the source again
    takes_out: bool = False
    within: str = ""
    # found by the relation of core; may mix several lots into several ones
    is_shared: bool = False
    # the goods only go on under another lot, as if that was made of them
    is_handover: bool = False
    # the walk comes to it from goods without a number alone
    is_unnumbered: bool = False
    near: SQL | None = None


# ----------------------------------------------------------------------
# Rare rows
# ----------------------------------------------------------------------
def any_row(env: Environment, model_name: str) -> SQL:
    """Finds a row of a model, of an app that may be not installed."""
    if model_name not in env:
        return SQL("SELECT 1 WHERE FALSE")
    env[model_name].flush_model(["id"])
    return SQL("SELECT 1 FROM %s", SQL.identifier(env[model_name]._table))


def any_copy(env: Environment) -> SQL:
    """Finds a lot that another company keeps for the goods of one of ours."""
    env["stock.lot"].flush_model(["origin_lot_id"])
    return SQL("SELECT 1 FROM stock_lot WHERE origin_lot_id IS NOT NULL")


# ----------------------------------------------------------------------
# Kinds
# ----------------------------------------------------------------------
def get_unbuild_column(direction: str) -> SQL:
    """The unbuild order that a line (``line``) on the near side was moved by."""
    is_down = direction == genealogy.DOWNSTREAM
    column = "location_dest_id" if is_down else "location_id"
    return SQL(
        """CASE WHEN %s THEN
            (SELECT unbuild_id FROM stock_move
            WHERE id = line.move_id AND unbuild_id IS NOT NULL) END""",
        is_at("line", column, "production"),
    )


def get_production(has_unbuild: bool, direction: str) -> LinkKind:
    """Manufacturing, subcontracting, parts added by a repair.

    The columns of the relation are named the wrong way round: ``produce_line_id`` is
    the line that was consumed.
    """
    columns = {"line_out": "produce_line_id", "line_in": "consume_line_id"}
    near = get_sides(direction)[0]
    condition = _sql_used("line_out")
    if has_unbuild:
        # both sides carry it
        condition = SQL("%s AND %s IS NULL", condition, SQL.identifier(near, "unbuild"))
    return LinkKind(
        {"rel": relation(columns, direction)},
        SQL("id = rel.far"),
        condition,
        is_shared=True,
        near=_sql_used("line") if near == "line_out" else None,
    )


def _sql_used(line: str) -> SQL:
    return SQL(
        "NOT %s AND NOT %s",
        # a part that comes out of there was removed; the rest saves look-ups
        is_at(line, "location_id", "production", "supplier"),
        is_at(line, "location_dest_id", "customer", "supplier"),
    )


def get_conversion() -> LinkKind:
    """Conversions write the same relation; they are not manufacturing."""
    condition = SQL("line_in.lot_conversion_line_id IS NOT NULL")
    return LinkKind({}, SQL(), condition, within="production", is_shared=True)


def get_unbuild(direction: str) -> LinkKind:
    """Both sides of an unbuild order carry it; its relation is not used."""
    near = get_sides(direction)[0]
    order = SQL.identifier(near, "unbuild")
    steps = {"far_move": SQL("SELECT id FROM stock_move WHERE unbuild_id = %s", order)}
    columns = {"line_out": "location_dest_id", "line_in": "location_id"}
    condition = SQL(
        "%s IS NOT NULL AND %s AND %s",
        order,
        *(is_at(line, column, "production") for line, column in columns.items()),
    )
    return LinkKind(
        steps,
        SQL("move_id = far_move.id"),
        condition,
        genealogy.POSSIBLE,
        takes_out=True,
        near=is_at("line", columns[near], "production"),
    )


def get_removal(direction: str) -> LinkKind:
    """A part that a repair took out: core relates it as if it had been added."""
    columns = {"line_in": "produce_line_id", "line_out": "consume_line_id"}
    # the machine is repaired where it stands
    others = ("production", "supplier", "inventory")
    condition = SQL(
        "%s AND NOT %s AND NOT %s",
        is_at("line_in", "location_id", "production"),
        is_at("line_out", "location_id", *others),
        is_at("line_out", "location_dest_id", *others),
    )
    return LinkKind(
        {"rel": relation(columns, direction)},
        SQL("id = rel.far"),
        condition,
        genealogy.POSSIBLE,
        takes_out=True,
    )


def get_intercompany(direction: str) -> dict[str, LinkKind]:
    """Goods that went to another company, which keeps a lot of its own for them, and
    those that came back."""
    near, far = get_sides(direction)
    sent = _sql_copies if near == "line_out" else _sql_origin
    returned = _sql_copies if far == "line_out" else _sql_origin
    return {
        "intercompany": _get_handover(sent(near), near),
        "intercompany_return": _get_handover(returned(near), near),
    }


def _get_handover(twins: SQL, near: str) -> LinkKind:
    """One lot came out of the place between companies into which the other went."""
    columns = {"line_out": "location_dest_id", "line_in": "location_id"}
    condition = SQL(
        "line_in.location_id = line_out.location_dest_id AND %s AND %s AND %s",
        *(is_at(line, column, "transit") for line, column in columns.items()),
        _sql_was_there(),
    )
    return LinkKind(
        {"twin": twins},
        SQL("lot_id = twin.lot"),
        condition,
        is_handover=True,
        near=is_at("line", columns[near], "transit"),
    )


def _sql_was_there():
    """Who takes something out before it was sent there has booked it early: both
    companies together had less than nothing there then."""
    return SQL(
        """CASE WHEN line_in.date >= line_out.date THEN TRUE ELSE (
            SELECT sum(passed.quantity_product_uom
                * ((passed.location_dest_id = line_in.location_id)::int
                - (passed.location_id = line_in.location_id)::int)) < %s
            FROM stock_move_line passed
            WHERE passed.lot_id IN (line_out.lot_id, line_in.lot_id) AND %s
                AND passed.date <= line_in.date) END""",
        -genealogy.EPSILON,
        is_done("passed"),
    )


def get_unnumbered_handover(direction: str) -> dict[str, LinkKind]:
    """Goods without a number that another company took out of the place between
    companies: of all that it took, what was nearest in time says when it had some."""
    near, far = get_sides(direction)
    columns = {"line_out": "location_dest_id", "line_in": "location_id"}
    is_down = direction == genealogy.DOWNSTREAM
    # a look-up for each line in all of them would take the square of their number
    step = SQL(
        """WITH passed AS MATERIALIZED (
            SELECT other.product_id, other.company_id, other.%(there)s AS place,
                array_agg(other.date ORDER BY other.date, other.id) AS dates,
                array_agg(other.id ORDER BY other.date, other.id) AS ids
            FROM stock_move_line other
            WHERE other.product_id = ANY(ARRAY(
                    SELECT product_id FROM %(near)s WHERE lot_id IS NULL))
                AND other.lot_id IS NULL AND %(done)s AND %(passed)s
            GROUP BY other.product_id, other.company_id, other.%(there)s
        ) SELECT passed.ids[%(position)s] AS id FROM passed
        WHERE passed.product_id = %(near)s.product_id AND %(near)s.lot_id IS NULL
            AND passed.company_id <> %(near)s.company_id
            AND passed.place = %(near)s.%(place)s""",
        near=SQL.identifier(near),
        done=is_done("other"),
        passed=is_at("other", columns[far], "transit"),
        there=SQL.identifier(columns[far]),
        place=SQL.identifier(columns[near]),
        position=_sql_position(is_down, SQL("%s.date", SQL.identifier(near))),
    )
    near_line = SQL(
        "line.lot_id IS NULL AND %s", is_at("line", columns[near], "transit")
    )
    kind = LinkKind(
        {"nearest": step},
        SQL("id = nearest.id"),
        SQL("%s", is_at(near, columns[near], "transit")),
        is_handover=True,
        is_unnumbered=True,
        near=near_line,
    )
    return {"intercompany_goods": kind}


def _sql_position(is_down, date):
    """Where in sorted ``dates`` the first is that is not before a date, or the last
    that is not after it."""
    if is_down:
        date = SQL("%s - interval '1 microsecond'", date)
    position = SQL("width_bucket(%s, passed.dates)", date)
    return SQL("%s + 1", position) if is_down else position


def _sql_copies(line: str) -> SQL:
    lot = SQL.identifier(line, "lot_id")
    return SQL("SELECT id AS lot FROM stock_lot WHERE origin_lot_id = %s", lot)


def _sql_origin(line: str) -> SQL:
    lot = SQL.identifier(line, "lot_id")
    return SQL("SELECT origin_lot_id AS lot FROM stock_lot WHERE id = %s", lot)


def relation(columns: dict[str, str], direction: str) -> SQL:
    """From a line to those that core relates to it.

    :param columns: of the relation, by ``line_out`` and ``line_in``
    """
    near, far = get_sides(direction)
    return SQL(
        "SELECT %s AS far FROM stock_move_line_consume_rel WHERE %s = %s",
        SQL.identifier(columns[far]),
        SQL.identifier(columns[near]),
        SQL.identifier(near, "id"),
    )
