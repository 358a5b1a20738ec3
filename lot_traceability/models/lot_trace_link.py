from dataclasses import dataclass
from operator import attrgetter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import genealogy

# of links that one trace follows, unless the system parameter says another one
LIMIT = 500_000
# more than there are companies: a node without a number is product * base + company
NODE_BASE = 1_000_000


@dataclass(slots=True)
class LineLink(genealogy.Link):
    """A link with the move lines that make it, in the order in which it is read."""

    line_out: int = 0
    line_in: int = 0
    product_out: int = 0
    product_in: int = 0
    # of the line by which it arrived
    move: int = 0


class LotTraceLink(models.AbstractModel):
    """The links by which material of one lot goes into another one.

    The one place where the stock tables are read as a graph: how the search goes stands
    here, the kinds of link in ``lot_trace_link_kind.py``, how sure each of them is in
    ``lot_trace_link_certainty.py``.

    A node of the graph is a lot, by its id, or all goods of a product without a number
    in a company, by a negative number: what passes through an untracked product is
    mixed there, and can be in whatever leaves it afterwards.
    """

    _name = "lot.trace.link"
    _description = "Links between lots"

    def _sql_locations(self, *usages):
        return SQL("SELECT id FROM stock_location WHERE usage IN %s", usages)

    def _sql_is_at(self, line, column, *usages):
        """Whether a line is at a kind of place."""
        column = SQL.identifier(line, column)
        return SQL("%s IN (%s)", column, self._sql_locations(*usages))

    @api.model
    def _sql_lookups(self, steps):
        """Tables that are looked up one after the other, each by the ones before it.

        ``OFFSET 0`` holds PostgreSQL to this order: where its statistics say that the
        tables are empty, as they were a while ago, it would read them whole.

        :param steps: ``{alias: SELECT}``
        """
        return SQL(" CROSS JOIN LATERAL ").join(
            SQL("(%s OFFSET 0) %s", select, SQL.identifier(alias))
            for alias, select in steps.items()
        )

    @api.model
    def _get_line_columns(self):
        """Columns of move lines that the kinds of link may ask for."""
        return [
            *("id", "move_id", "lot_id", "product_id", "company_id"),
            *("location_id", "location_dest_id", "date", "quantity_product_uom"),
        ]

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------
    @api.model
    def _search_links(self, lot_ids, direction):
        """Read all links that can be reached from the lots, regardless of time.

        :param lot_ids: ids of the lots to start from
        :param direction: ``downstream`` or ``upstream``
        :return: list of :class:`LineLink`, oldest first; ``readable`` says whether the
            user's record rules allow both lines
        :raise UserError: if there are more than the system parameter allows
        """
        present = self._prepare_search()
        limit = self._get_limit()
        kinds = self._get_link_kinds(present, direction)
        query = self._sql_reached_links(lot_ids, direction, kinds, limit + 1)
        self.env.cr.execute(query)
        links = self._build_links(self.env.cr.fetchall(), kinds)
        if len(links) > limit:
            raise UserError(self._get_limit_text(limit))
        links.sort(key=attrgetter("arrived", "line_in", "left", "line_out"))
        return self._mark_links(links, direction, present)

    def _build_links(self, rows, kinds):
        """The rows as links; names and products are kept once, not in each of them."""
        meanings = [
            (name, kind.certainty, kind.takes_out) for name, kind in kinds.items()
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
            name, certainty, takes_out = meanings[kind - 1]
            links.append(
                LineLink(
                    *(*moments, name, used, made, readable, certainty, takes_out, None),
                    *(line_out, line_in),
                    *(products.setdefault(out, out), products.setdefault(in_, in_)),
                    move,
                )
            )
        return links

    def _get_limit(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("lot_traceability.trace_limit", 0)) or LIMIT

    def _get_limit_text(self, limit):
        return self.env._(
            "This trace has more than %(limit)s links between lots. Trace fewer lots "
            "at once, or let an administrator raise the system parameter "
            "lot_traceability.trace_limit.",
            limit=limit,
        )

    @api.model
    def _get_documents(self, move_ids):
        """What the moves were done by.

        :return: ``{move id: (document, its model, its id)}``
        """
        trace = self.env["lot.trace"]
        self.env.cr.execute(
            SQL(
                "SELECT move.id, %s FROM stock_move move WHERE move.id = ANY(%s)",
                trace._sql_document(),
                list(move_ids),
            )
        )
        names = (*trace._get_document_fields(), None)
        model_names = {name: trace._get_document_model(name) for name in names}
        return {
            move_id: (document, model_names[field_name], document_id)
            for move_id, document, field_name, document_id in self.env.cr.fetchall()
        }

    def _prepare_search(self):
        """Flush what the queries read, and set PostgreSQL up for them.

        :return: which of the rare rows there are in the database, ``{name: bool}``
        """
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        self.env["stock.location"].flush_model(["usage"])
        rare = self._get_rare_rows()
        # to compile the queries, to share them out, or to remember what is asked once,
        # takes longer than to run them
        self.env.cr.execute(
            SQL(
                """SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
                SET LOCAL enable_memoize = off; SELECT %s""",
                SQL(", ").join(SQL("EXISTS (%s)", row) for row in rare.values()),
            )
        )
        return dict(zip(rare, self.env.cr.fetchone(), strict=True))

    def _sql_reached_links(self, lot_ids, direction, kinds, limit):
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
            roots=list(lot_ids),
            near=self._sql_near(),
            near_line=SQL.identifier(self._get_sides(direction)[0]),
            far=SQL(" UNION ALL ").join(
                self._sql_kind(name, kinds, direction)
                for name, kind in kinds.items()
                if not kind.within
            ),
            limit=limit,
        )

    def _get_sides(self, direction):
        """The line that the walk comes from, and the one it goes to."""
        sides = ("line_out", "line_in")
        return sides if direction == genealogy.DOWNSTREAM else sides[::-1]

    def _sql_near(self, more_columns=(), condition=None):
        """The lines of the node ``reached.node``, by the index of lots or that of lines
        without one: done ones, or those that fulfil a condition on ``line``.

        ``OFFSET 0`` keeps PostgreSQL from any other order than node by node.
        """
        columns = SQL(", ").join(
            SQL.identifier("line", name)
            for name in (*self._get_line_columns(), *more_columns)
        )
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
            columns=columns,
            readable=self.env["lot.trace"]._sql_rule("stock.move.line", "line"),
            done=condition or self._sql_done("line"),
            base=NODE_BASE,
        )

    def _sql_kind(self, name, kinds, direction):
        near, far = self._get_sides(direction)
        kind = kinds[name]
        return SQL(
            """SELECT %(far_node)s, %(number)s, %(source)s, %(target)s, line_out.date,
                line_in.date, line_out.quantity_product_uom::float8,
                line_in.quantity_product_uom::float8,
                %(near_readable)s AND %(readable)s,
                line_out.id, line_in.id, line_out.product_id, line_in.product_id,
                line_in.move_id
            FROM %(tables)s WHERE %(condition)s AND %(source)s <> %(target)s""",
            far_node=self._sql_node(far),
            number=self._sql_number(name, kinds),
            source=self._sql_node("line_out"),
            target=self._sql_node("line_in"),
            near_readable=SQL.identifier(near, "readable"),
            readable=self.env["lot.trace"]._sql_rule("stock.move.line", far),
            tables=self._sql_lookups({**kind.steps, far: self._sql_far(kind)}),
            condition=kind.condition,
        )

    def _sql_far(self, kind):
        return SQL(
            "SELECT * FROM stock_move_line WHERE %s AND %s",
            kind.far,
            self._sql_done("stock_move_line"),
        )

    def _sql_number(self, name, kinds):
        """The kind as its place in the list, which is less to carry than its name."""
        names = list(kinds)
        number = SQL("%s", names.index(name) + 1)
        for other, kind in kinds.items():
            if kind.within == name:
                number = SQL(
                    "CASE WHEN %s THEN %s ELSE %s END",
                    kind.condition,
                    names.index(other) + 1,
                    number,
                )
        return number

    def _sql_done(self, line):
        return SQL(
            "%s = 'done' AND %s <> 0",
            SQL.identifier(line, "state"),
            SQL.identifier(line, "quantity_product_uom"),
        )

    def _sql_node(self, line):
        """The node of a line: its lot, else its product in its company."""
        return SQL(
            """COALESCE(%(lot)s::bigint,
                -(%(product)s::bigint * %(base)s + %(company)s))""",
            lot=SQL.identifier(line, "lot_id"),
            product=SQL.identifier(line, "product_id"),
            company=SQL("COALESCE(%s, 0)", SQL.identifier(line, "company_id")),
            base=NODE_BASE,
        )

    @api.model
    def _split_node(self, node):
        """Product and company id of goods without a number."""
        return divmod(-node, NODE_BASE)
