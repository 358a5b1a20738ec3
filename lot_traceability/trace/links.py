"""The one place where the stock tables are read as a graph."""

from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.parameter import read_int
from . import certainty, genealogy
from .link_kinds import LinkKind
from .nodes import sql_lines_of, sql_node
from .sql import get_sides, is_done, lookups, may_read, to_array
from .statements import get_statement

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
    env["stock.location"].flush_model(["usage", "company_id", "active"])
    env["stock.picking"].flush_model(["partner_id"])
    env["stock.lot"].flush_model(["name", "product_id", "company_id"])
    rare = env["lot.trace.link"]._get_rare_rows()
    # to compile the queries, to share them out, or to remember what is asked once,
    # takes longer than to run them
    env.cr.execute(
        SQL(
            """SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
            SET LOCAL enable_memoize = off;
            SET LOCAL plan_cache_mode = force_generic_plan; SELECT %s""",
            SQL(", ").join(SQL("EXISTS (%s)", row) for row in rare.values()),
        )
    )
    return dict(zip(rare, env.cr.fetchone(), strict=True))


class Links:
    """All links that can be reached from nodes in one direction, regardless of time.

    ``kinds`` are the kinds of link of this database, by name.

    :param has_quantities: whether the quantities of all links will be asked for; to
        read them takes a tenth of the time
    """

    def __init__(self, env: Environment, direction: str, has_quantities: bool = True):
        self.env = env
        self.direction = direction
        self.has_quantities = has_quantities
        self.present = prepare(env)
        self.kinds: dict[str, LinkKind] = env["lot.trace.link"]._get_link_kinds(
            self.present, direction
        )
        self.near_columns: dict[str, SQL] = env["lot.trace.link"]._get_near_columns(
            self.present, direction
        )
        # whether goods without a number are among what was found
        self.is_unnumbered = True
        # where a row has the node that it leads to
        self._far = 5 if direction == genealogy.DOWNSTREAM else 4
        self._statements = {}

    def read_links(self, nodes: list[int]) -> list[LineLink]:
        """Read them.

        :param nodes: ids of lots, or negative ones of goods without a number
        :return: in the order in which they were read, in which they lie in memory: to
            walk over them in another one takes twice as long. ``readable`` says whether
            the user's record rules allow both lines
        :raise UserError: if there are more than the system parameter allows
        """
        rows = self._read_rows(nodes)
        links = self._build(rows)
        if not self.has_quantities:
            self._read_quantities([link for link in links if link.takes_out], links)
        certainty.mark_shared_operations(
            self.env,
            links,
            self.direction,
            {name for name, kind in self.kinds.items() if kind.is_shared},
        )
        if self.is_unnumbered:
            certainty.mark_unnumbered(self.env, links)
        if self.present["attribution"]:
            # what people said about single units is surer than what the moves say
            return self.env["lot.attribution"]._apply(links)
        return links

    def _read_rows(self, nodes):
        """One query for each level: it takes the nodes that the level before came to
        and that have not been looked at yet."""
        limit = read_int(self.env, LIMIT_PARAMETER, LIMIT, least=1)
        rows, known, level = [], set(nodes), set(nodes)
        far_of = itemgetter(self._far)
        while level:
            found = self._ask(level, limit + 1 - len(rows))
            rows += found
            if len(rows) > limit:
                raise UserError(
                    self.env._(
                        "This trace has more than %(limit)s links between lots. Trace "
                        "fewer lots at once, or let an administrator raise the system "
                        "parameter %(name)s.",
                        limit=limit,
                        name=LIMIT_PARAMETER,
                    )
                )
            level = set(map(far_of, found)) - known
            known |= level
        self.is_unnumbered = any(node < 0 for node in known)
        return rows

    def _ask(self, nodes, limit):
        """The rows of a level; the query is planned once, see ``statements.py``."""
        lots = [node for node in nodes if node > 0]
        others = [node for node in nodes if node < 0]
        statement = self._statements.get(bool(others))
        if not statement:
            types = ("int[]", "bigint[]", "bigint")
            query = self._sql_level(SQL("$1"), SQL("$2") if others else None, SQL("$3"))
            in_use = self._statements.values()
            statement = get_statement(self.env.cr, types, query, in_use)
            self._statements[bool(others)] = statement
        arrays = to_array(lots), to_array(others)
        name = SQL.identifier(statement)
        self.env.cr.execute(SQL("EXECUTE %s(%s, %s, %s)", name, *arrays, limit))
        return self.env.cr.fetchall()

    def _read_quantities(self, back, links):
        """Read those by which it is found out whether all that went in was taken out
        again, see :func:`.genealogy.close_links`."""
        pairs = {(link.target, link.source) for link in back}
        sources = {source for source, _target in pairs}
        concerned = [
            *back,
            *(
                link
                for link in links
                if link.source in sources and (link.source, link.target) in pairs
            ),
        ]
        lines = {line for link in concerned for line in (link.line_out, link.line_in)}
        if not lines:
            return
        quantities = dict(
            self.env.execute_query(
                SQL(
                    """SELECT id, quantity_product_uom::float8 FROM stock_move_line
                    WHERE id = ANY(%s)""",
                    list(lines),
                )
            )
        )
        for link in concerned:
            link.quantity_out = quantities[link.line_out]
            link.quantity_in = quantities[link.line_in]

    def _build(self, rows) -> list[LineLink]:
        """The rows as links; names and products are kept once, not in each of them."""
        meanings = [
            (name, kind.certainty, kind.takes_out) for name, kind in self.kinds.items()
        ]
        keep_once, nothing = {}.setdefault, (0.0, 0.0)
        links = []
        for (
            arrived,
            line_in,
            left,
            line_out,
            source,
            target,
            kind,
            readable,
            out,
            in_,
            move,
            *quantities,
        ) in rows:
            name, sureness, takes_out = meanings[kind - 1]
            used, made = quantities or nothing
            links.append(
                LineLink(
                    source,
                    target,
                    left,
                    arrived,
                    name,
                    used,
                    made,
                    readable,
                    sureness,
                    takes_out,
                    None,
                    line_out,
                    line_in,
                    keep_once(out, out),
                    keep_once(in_, in_),
                    move,
                )
            )
        return links

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------
    def _sql_level(self, lots, others, limit):
        """The links of these nodes; their lines are read once for all kinds."""
        near = get_sides(self.direction)[0]
        names = [
            name
            for name, kind in self.kinds.items()
            if not kind.within and (others or not kind.is_unnumbered)
        ]
        return SQL(
            "WITH %(near)s AS %(once)s (%(lines)s) %(links)s LIMIT %(limit)s",
            near=SQL.identifier(near),
            # for one kind alone there is nothing to keep
            once=SQL("MATERIALIZED" if len(names) > 1 else ""),
            lines=sql_lines_of(
                self.env, lots, others, self.near_columns, self._sql_near(names)
            ),
            links=SQL(" UNION ALL ").join(map(self._sql_kind, names)),
            limit=limit,
        )

    def _sql_near(self, names):
        """What one of the kinds can start from."""
        conditions = [self.kinds[name].near for name in names]
        if not all(conditions):
            return None
        return SQL("(%s)", SQL(" OR ").join(SQL("(%s)", one) for one in conditions))

    def _sql_kind(self, name):
        near, far = get_sides(self.direction)
        kind = self.kinds[name]
        far_line = SQL(
            "SELECT %s FROM stock_move_line WHERE %s AND %s",
            self._far_columns,
            kind.far,
            is_done("stock_move_line"),
        )
        ends = {side: SQL.identifier(side, "node") for side in (near, far)}
        return SQL(
            """SELECT line_in.date, line_in.id, line_out.date, line_out.id,
                %(source)s, %(target)s, %(number)s,
                line_out.readable AND line_in.readable,
                line_out.product_id, line_in.product_id, line_in.move_id %(quantities)s
            FROM %(near)s CROSS JOIN LATERAL %(tables)s
            WHERE %(condition)s AND %(source)s <> %(target)s""",
            number=self._sql_number(name),
            source=ends["line_out"],
            target=ends["line_in"],
            near=SQL.identifier(near),
            tables=lookups({**kind.steps, far: far_line}),
            condition=kind.condition,
            quantities=SQL(
                """, line_out.quantity_product_uom::float8,
                line_in.quantity_product_uom::float8"""
                if self.has_quantities
                else ""
            ),
        )

    @cached_property
    def _far_columns(self):
        names = self.env["lot.trace.link"]._get_line_columns()
        line = "stock_move_line"
        return SQL(
            "%s, %s AS node, %s AS readable",
            SQL(", ").join(SQL.identifier(line, name) for name in names),
            sql_node(self.env, line),
            may_read(self.env, "stock.move.line", line),
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
