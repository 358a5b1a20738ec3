"""The one place where the stock tables are read as a graph."""

from dataclasses import dataclass
from operator import attrgetter

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.parameter import read_int
from . import certainty, genealogy
from .link_kinds import LinkKind
from .nodes import sql_lines, sql_node
from .sql import get_sides, is_done, lookups, may_read

# of links that one trace follows, unless the system parameter says another one
LIMIT = 500_000
LIMIT_PARAMETER = "lot_traceability.trace_limit"


@dataclass(slots=True)
class LineLink(genealogy.Link):
    """A link with the move lines that make it, in the order in which it is read."""

    line_out: int = 0
    line_in: int = 0
    product_out: int = 0
    product_in: int = 0
    # of the line by which it arrived
    move: int = 0


def prepare(env: Environment) -> dict[str, bool]:
    """Flush what the queries of a trace read, and set PostgreSQL up for them.

    :return: which of the rare rows there are in the database, see ``lot.trace.link``
    """
    env["stock.move.line"].flush_model()
    env["stock.move"].flush_model()
    env["stock.location"].flush_model(["usage"])
    rare = env["lot.trace.link"]._get_rare_rows()
    # to compile the queries, to share them out, or to remember what is asked once,
    # takes longer than to run them
    env.cr.execute(
        SQL(
            """SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
            SET LOCAL enable_memoize = off; SELECT %s""",
            SQL(", ").join(SQL("EXISTS (%s)", row) for row in rare.values()),
        )
    )
    return dict(zip(rare, env.cr.fetchone(), strict=True))


class Links:
    """All links that can be reached from nodes in one direction, regardless of time.

    ``kinds`` are the kinds of link of this database, by name.
    """

    def __init__(self, env: Environment, direction: str):
        self.env = env
        self.direction = direction
        self.present = prepare(env)
        self.kinds: dict[str, LinkKind] = env["lot.trace.link"]._get_link_kinds(
            self.present, direction
        )

    def read_links(self, nodes: list[int]) -> list[LineLink]:
        """Read them.

        :param nodes: ids of lots, or negative ones of goods without a number
        :return: oldest first; ``readable`` says whether the user's record rules allow
            both lines
        :raise UserError: if there are more than the system parameter allows
        """
        limit = read_int(self.env, LIMIT_PARAMETER, LIMIT, least=1)
        self.env.cr.execute(self._sql_reached(nodes, limit + 1))
        links = self._build(self.env.cr.fetchall())
        if len(links) > limit:
            raise UserError(
                self.env._(
                    "This trace has more than %(limit)s links between lots. Trace "
                    "fewer lots at once, or let an administrator raise the system "
                    "parameter %(name)s.",
                    limit=limit,
                    name=LIMIT_PARAMETER,
                )
            )
        links.sort(key=attrgetter("arrived", "line_in", "left", "line_out"))
        certainty.mark_shared_operations(
            self.env,
            links,
            self.direction,
            {name for name, kind in self.kinds.items() if kind.is_shared},
        )
        certainty.mark_unnumbered(self.env, links)
        if self.present["attribution"]:
            # what people said about single units is surer than what the moves say
            return self.env["lot.attribution"]._apply(links)
        return links

    def _build(self, rows) -> list[LineLink]:
        """The rows as links; names and products are kept once, not in each of them."""
        meanings = [
            (name, kind.certainty, kind.takes_out) for name, kind in self.kinds.items()
        ]
        products = {}
        links = []
        for (
            *moments,
            kind,
            used,
            made,
            readable,
            line_out,
            line_in,
            out,
            in_,
            move,
        ) in rows:
            name, sureness, takes_out = meanings[kind - 1]
            links.append(
                LineLink(
                    *(*moments, name, used, made, readable, sureness, takes_out, None),
                    *(line_out, line_in),
                    *(products.setdefault(out, out), products.setdefault(in_, in_)),
                    move,
                )
            )
        return links

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------
    def _sql_reached(self, nodes, limit):
        """All links in one query: each round takes those of the nodes that the round
        before came to. A link that is there already is not followed again."""
        return SQL(
            """WITH RECURSIVE link AS (
                SELECT root AS node, 0 AS kind,
                    0::bigint AS source, 0::bigint AS target,
                    NULL::timestamp AS date_out, NULL::timestamp AS date_in,
                    0::float8 AS quantity_out, 0::float8 AS quantity_in,
                    true AS readable,
                    0 AS line_out, 0 AS line_in, 0 AS product_out, 0 AS product_in,
                    0 AS move
                FROM unnest(%(roots)s::bigint[]) root
                UNION
                SELECT found.* FROM (SELECT DISTINCT node FROM link) reached
                CROSS JOIN LATERAL (%(near)s) %(near_line)s
                CROSS JOIN LATERAL (%(far)s) found
            )
            SELECT source, target, date_out, date_in, kind, quantity_out, quantity_in,
                readable, line_out, line_in, product_out, product_in, move
            FROM link WHERE kind > 0 LIMIT %(limit)s""",
            roots=list(nodes),
            near=sql_lines(self.env),
            near_line=SQL.identifier(get_sides(self.direction)[0]),
            far=SQL(" UNION ALL ").join(
                self._sql_kind(name)
                for name, kind in self.kinds.items()
                if not kind.within
            ),
            limit=limit,
        )

    def _sql_kind(self, name):
        near, far = get_sides(self.direction)
        kind = self.kinds[name]
        far_line = SQL(
            "SELECT * FROM stock_move_line WHERE %s AND %s",
            kind.far,
            is_done("stock_move_line"),
        )
        return SQL(
            """SELECT %(far_node)s, %(number)s, %(source)s, %(target)s, line_out.date,
                line_in.date, line_out.quantity_product_uom::float8,
                line_in.quantity_product_uom::float8,
                %(near_readable)s AND %(readable)s,
                line_out.id, line_in.id, line_out.product_id, line_in.product_id,
                line_in.move_id
            FROM %(tables)s WHERE %(condition)s AND %(source)s <> %(target)s""",
            far_node=sql_node(self.env, far),
            number=self._sql_number(name),
            source=sql_node(self.env, "line_out"),
            target=sql_node(self.env, "line_in"),
            near_readable=SQL.identifier(near, "readable"),
            readable=may_read(self.env, "stock.move.line", far),
            tables=lookups({**kind.steps, far: far_line}),
            condition=kind.condition,
        )

    def _sql_number(self, name):
        """The kind as its place in the list, which is less to carry than its name."""
        names = list(self.kinds)
        number = SQL("%s", names.index(name) + 1)
        for other, kind in self.kinds.items():
            if kind.within == name:
                number = SQL(
                    "CASE WHEN %s THEN %s ELSE %s END",
                    kind.condition,
                    names.index(other) + 1,
                    number,
                )
        return number
