from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import genealogy

# more than there are companies: a node without a number is product * base + company
NODE_BASE = 1_000_000


class LinkKind(NamedTuple):
    """How a kind of link is found, and what it means.

    ``joins`` is the ``FROM`` clause. It names two aliases of ``stock_move_line``:
    ``line_out``, by which material left the source lot, and ``line_in``, by which it
    arrived in the target lot. The engine adds the rest: done lines, a lot on both
    sides, a quantity other than zero.
    """

    joins: SQL
    certainty: str = genealogy.MATERIAL
    takes_out: bool = False


class LotTraceLink(models.AbstractModel):
    """The kinds of link by which material of one lot goes into another one.

    The one place where the stock tables are read as a graph. Another addon adds a kind
    by extending :meth:`_get_link_kinds`; the engine needs no change.

    A node of the graph is a lot, by its id, or all goods of a product without a number
    in a company, by a negative number: what passes through an untracked product is
    mixed there, and can be in whatever leaves it afterwards.
    """

    _name = "lot.trace.link"
    _description = "Links between lots"

    @api.model
    def _get_link_kinds(self):
        """Return the kinds of link, ``{name: LinkKind}``."""
        kinds = {"production": LinkKind(self._from_production())}
        if "unbuild_id" in self.env["stock.move"]._fields:
            kinds["unbuild"] = LinkKind(
                self._from_unbuild(), genealogy.POSSIBLE, takes_out=True
            )
        kinds["removal"] = LinkKind(
            self._from_removal(), genealogy.POSSIBLE, takes_out=True
        )
        return kinds

    def _from_production(self):
        """Manufacturing, subcontracting, parts added by a repair.

        The columns of the relation are named the wrong way round: ``produce_line_id``
        is the line that was consumed.
        """
        not_unbuilt = SQL()
        if "unbuild_id" in self.env["stock.move"]._fields:
            not_unbuilt = SQL(
                "JOIN stock_move move_out ON move_out.id = line_out.move_id"
                " AND move_out.unbuild_id IS NULL"
            )
        return SQL(
            """stock_move_line_consume_rel rel
            JOIN stock_move_line line_out ON line_out.id = rel.produce_line_id
            JOIN stock_move_line line_in ON line_in.id = rel.consume_line_id
            JOIN stock_location taken ON taken.id = line_out.location_id
                AND taken.usage <> 'production'
            %s""",
            not_unbuilt,
        )

    def _from_unbuild(self):
        """Both sides of an unbuild order carry it; it writes no relation of its own."""
        return SQL(
            """stock_move_line line_out
            JOIN stock_location used ON used.id = line_out.location_dest_id
                AND used.usage = 'production'
            JOIN stock_move move_out ON move_out.id = line_out.move_id
            JOIN stock_move move_in ON move_in.unbuild_id = move_out.unbuild_id
            JOIN stock_move_line line_in ON line_in.move_id = move_in.id
            JOIN stock_location freed ON freed.id = line_in.location_id
                AND freed.usage = 'production'"""
        )

    def _from_removal(self):
        """A part that a repair took out: core relates it as if it had been added."""
        return SQL(
            """stock_move_line_consume_rel rel
            JOIN stock_move_line line_in ON line_in.id = rel.produce_line_id
            JOIN stock_move_line line_out ON line_out.id = rel.consume_line_id
            JOIN stock_location freed ON freed.id = line_in.location_id
                AND freed.usage = 'production'"""
        )

    @api.model
    def _search_links(self, lot_ids, direction):
        """Read all links that can be reached from the lots, regardless of time.

        :param lot_ids: ids of the lots to start from
        :param direction: ``downstream`` or ``upstream``
        :return: list of :class:`genealogy.Link`, oldest first. Its ``data`` is the row:
            line and move ids, the document, and ``readable``: whether the user's record
            rules allow both lines.
        """
        self._flush()
        rows = self.env.execute_query_dict(self._sql_links(lot_ids, direction))
        kinds = self._get_link_kinds()
        links = [self._prepare_link(row, kinds[row["kind"]]) for row in rows]
        self._mark_shared_operations(links, direction)
        self._mark_unnumbered(links)
        # what people said about single units is surer than what follows from the moves
        return self.env["lot.attribution"]._apply(links)

    def _prepare_link(self, row, kind):
        return genealogy.Link(
            source=row["source"],
            target=row["target"],
            left=row["date_out"],
            arrived=row["date_in"],
            kind=row["kind"],
            certainty=kind.certainty,
            takes_out=kind.takes_out,
            quantity_out=row["quantity_out"],
            quantity_in=row["quantity_in"],
            data=row,
        )

    def _flush(self):
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        self.env["stock.location"].flush_model(["usage"])

    def _sql_links(self, lot_ids, direction):
        near, far = "line_out", "line_in"
        if direction == genealogy.UPSTREAM:
            near, far = far, near
        readable = self.env["lot.trace"]._sql_readable
        step = self._sql_kinds(SQL("%s AS node", self._sql_node(far)), near)
        columns = SQL(
            """%(source)s AS source, %(target)s AS target,
            line_out.id AS line_out, line_in.id AS line_in,
            line_out.date AS date_out, line_in.date AS date_in,
            line_out.quantity_product_uom AS quantity_out,
            line_in.quantity_product_uom AS quantity_in,
            line_out.product_id AS product_out, line_in.product_id AS product_in,
            line_in.move_id AS move_id""",
            source=self._sql_node("line_out"),
            target=self._sql_node("line_in"),
        )
        return SQL(
            """WITH RECURSIVE reach(node) AS (
                SELECT unnest(%(roots)s::bigint[])
                UNION
                SELECT step.node FROM reach CROSS JOIN LATERAL (%(step)s) step
            )
            SELECT link.*, %(document)s,
                %(out_readable)s AND %(in_readable)s AS readable
            FROM reach
            CROSS JOIN LATERAL (%(link)s) link
            JOIN stock_move move ON move.id = link.move_id
            ORDER BY link.date_in, link.line_in, link.date_out, link.line_out""",
            roots=list(lot_ids),
            step=step,
            link=self._sql_kinds(columns, near),
            document=self.env["lot.trace"]._sql_document(),
            out_readable=readable("stock.move.line", SQL("link.line_out")),
            in_readable=readable("stock.move.line", SQL("link.line_in")),
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

    def _sql_kinds(self, columns, near):
        """The union of all kinds, for the node of the current row of ``reach``.

        Lots and goods without a number apart, so that each finds its index.
        """
        conditions = [
            SQL("%s = reach.node", SQL.identifier(near, "lot_id")),
            SQL(
                """reach.node < 0 AND %(lot)s IS NULL
                AND %(product)s = (-reach.node / %(base)s)::int
                AND COALESCE(%(company)s, 0) = (-reach.node %% %(base)s)::int""",
                lot=SQL.identifier(near, "lot_id"),
                product=SQL.identifier(near, "product_id"),
                company=SQL.identifier(near, "company_id"),
                base=NODE_BASE,
            ),
        ]
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT %(kind)s::text AS kind, %(columns)s FROM %(joins)s
                WHERE %(condition)s AND %(source)s <> %(target)s
                    AND line_out.state = 'done' AND line_in.state = 'done'
                    AND line_out.quantity_product_uom <> 0
                    AND line_in.quantity_product_uom <> 0""",
                kind=name,
                columns=columns,
                joins=kind.joins,
                condition=condition,
                source=self._sql_node("line_out"),
                target=self._sql_node("line_in"),
            )
            for name, kind in self._get_link_kinds().items()
            for condition in conditions
        )

    @api.model
    def _split_node(self, node):
        """Product and company id of goods without a number."""
        return divmod(-node, NODE_BASE)

    def _mark_unnumbered(self, links):
        """What passes through an untracked product can be anywhere behind it; where a
        tracked product has no number, the chain is cut."""
        through = [link for link in links if min(link.source, link.target) < 0]
        nodes = {node for link in through for node in (link.source, link.target)}
        products = self.env["product.product"].browse(
            {self._split_node(node)[0] for node in nodes if node < 0}
        )
        tracked = set(products.sudo().filtered(lambda p: p.tracking != "none").ids)
        for link in through:
            ends = [node for node in (link.source, link.target) if node < 0]
            cut = any(self._split_node(node)[0] in tracked for node in ends)
            link.certainty = genealogy.BROKEN if cut else genealogy.POSSIBLE

    def _mark_shared_operations(self, links, direction):
        """Several lots of one product made out of several lots of another: which went
        into which is not known, so each of these links is only possible."""
        doubtful = self._get_doubtful_links(links, direction)
        if not doubtful:
            return
        # the relation names its columns the wrong way round
        near, own, opposite = "line_out", "produce_line_id", "consume_line_id"
        if direction == genealogy.UPSTREAM:
            near, own, opposite = "line_in", opposite, own
        query = self._sql_siblings({ln.data[near] for ln in doubtful}, own, opposite)
        shared = {line_id for (line_id,) in self.env.execute_query(query)}
        for link in doubtful:
            if link.data[near] in shared:
                link.certainty = genealogy.POSSIBLE

    def _get_doubtful_links(self, links, direction):
        """Links of an operation that has several lots of one product on the side that
        the walk sees whole: outputs when it goes down, inputs when it goes up."""
        near, far, product = ("line_out", "target", "product_in")
        if direction == genealogy.UPSTREAM:
            near, far, product = ("line_in", "source", "product_out")
        lots, shared = {}, self._get_shared_kinds()
        for link in links:
            if link.kind in shared:
                key = link.data[near], link.data[product]
                lots.setdefault(key, set()).add(getattr(link, far))
        return [
            link
            for link in links
            if link.kind in shared
            and len(lots[link.data[near], link.data[product]]) > 1
        ]

    def _get_shared_kinds(self):
        """Kinds with a relation, that may mix several lots into several ones."""
        return ["production"]

    def _sql_siblings(self, line_ids, own, opposite):
        """Lines beside which another lot of their product went the same way."""
        return SQL(
            """SELECT DISTINCT line.id FROM stock_move_line line
            JOIN stock_move_line_consume_rel rel ON rel.%(own)s = line.id
            JOIN stock_move_line_consume_rel beside
                ON beside.%(opposite)s = rel.%(opposite)s
            JOIN stock_move_line sibling ON sibling.id = beside.%(own)s
            WHERE line.id = ANY(%(lines)s) AND sibling.product_id = line.product_id
                AND sibling.lot_id IS DISTINCT FROM line.lot_id
                AND sibling.state = 'done' AND sibling.quantity_product_uom <> 0""",
            own=SQL.identifier(own),
            opposite=SQL.identifier(opposite),
            lines=list(line_ids),
        )
