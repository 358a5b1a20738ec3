from datetime import datetime
from operator import attrgetter
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


class LinkRow(NamedTuple):
    """A link as it is read: what leaves the source, what arrives in the target."""

    kind: str
    source: int
    target: int
    line_out: int
    line_in: int
    date_out: datetime
    date_in: datetime
    quantity_out: float
    quantity_in: float
    product_out: int
    product_in: int
    move_id: int


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
        :return: list of :class:`genealogy.Link`, oldest first, with their
            :class:`LinkRow` as ``data``; ``readable`` says whether the user's record
            rules allow both lines
        """
        self._flush()
        rows = self._read_rows(lot_ids, direction)
        readable = self._get_readable_lines(rows)
        kinds = self._get_link_kinds()
        links = [self._prepare_link(row, kinds[row.kind], readable) for row in rows]
        self._mark_shared_operations(links, direction)
        self._mark_unnumbered(links)
        # what people said about single units is surer than what follows from the moves
        return self.env["lot.attribution"]._apply(links)

    def _read_rows(self, lot_ids, direction):
        """The links level by level, each node once: a query for each level."""
        far = "target" if direction == genealogy.DOWNSTREAM else "source"
        rows, seen, frontier = [], set(), set(lot_ids)
        while frontier:
            seen |= frontier
            found = self.env.execute_query(self._sql_links(frontier, direction))
            level = list(map(LinkRow._make, found))
            frontier = {getattr(row, far) for row in level} - seen
            rows += level
        rows.sort(key=attrgetter("date_in", "line_in", "date_out", "line_out"))
        return rows

    @api.model
    def _get_documents(self, links):
        """What the links were done by: ``document``, ``document_field`` and
        ``document_id``, by move."""
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT move.id, %s FROM stock_move move WHERE move.id = ANY(%s)",
                self.env["lot.trace"]._sql_document(),
                list({link.data.move_id for link in links}),
            )
        )
        return {row["id"]: row for row in rows}

    def _get_readable_lines(self, rows):
        """The lines that the user's record rules allow."""
        lines = {row.line_out for row in rows} | {row.line_in for row in rows}
        if self.env.su or not lines:
            return lines
        condition = SQL("stock_move_line.id = ANY(%s)", list(lines))
        found = self.env.execute_query(
            self.env["lot.trace"]._sql_lines(condition, "id")
        )
        return {line_id for (line_id,) in found}

    def _prepare_link(self, row, kind, readable):
        return genealogy.Link(
            source=row.source,
            target=row.target,
            left=row.date_out,
            arrived=row.date_in,
            kind=row.kind,
            certainty=kind.certainty,
            takes_out=kind.takes_out,
            quantity_out=row.quantity_out,
            quantity_in=row.quantity_in,
            readable=row.line_out in readable and row.line_in in readable,
            data=row,
        )

    def _flush(self):
        # to compile the queries, or to share them out, takes longer than to run them
        self.env.cr.execute(
            "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0"
        )
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        self.env["stock.location"].flush_model(["usage"])

    def _sql_links(self, nodes, direction):
        """The links that leave the nodes (or come into them, upstream).

        Lots and goods without a number apart, so that each finds its index.
        """
        near = "line_out" if direction == genealogy.DOWNSTREAM else "line_in"
        lots = [node for node in nodes if node > 0]
        unnumbered = [node for node in nodes if node < 0]
        conditions = []
        if lots:
            lot = SQL.identifier(near, "lot_id")
            conditions.append(SQL("%s = ANY(%s)", lot, lots))
        if unnumbered:
            conditions.append(self._sql_unnumbered(near, unnumbered))
        return SQL(" UNION ALL ").join(
            self._sql_kind(name, kind, condition)
            for name, kind in self._get_link_kinds().items()
            for condition in conditions
        )

    def _sql_kind(self, name, kind, condition):
        return SQL(
            """SELECT %(kind)s::text, %(source)s, %(target)s, line_out.id, line_in.id,
                line_out.date, line_in.date, line_out.quantity_product_uom,
                line_in.quantity_product_uom, line_out.product_id, line_in.product_id,
                line_in.move_id
            FROM %(joins)s
            WHERE %(condition)s AND %(source)s <> %(target)s
                AND line_out.state = 'done' AND line_in.state = 'done'
                AND line_out.quantity_product_uom <> 0
                AND line_in.quantity_product_uom <> 0""",
            kind=name,
            joins=kind.joins,
            condition=condition,
            source=self._sql_node("line_out"),
            target=self._sql_node("line_in"),
        )

    def _sql_unnumbered(self, line, nodes):
        """The lines of goods without a number."""
        return SQL(
            "%(lot)s IS NULL AND %(product)s = ANY(%(products)s)"
            " AND %(node)s = ANY(%(nodes)s)",
            lot=SQL.identifier(line, "lot_id"),
            product=SQL.identifier(line, "product_id"),
            products=list({self._split_node(node)[0] for node in nodes}),
            node=self._sql_node(line),
            nodes=nodes,
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
        query = self._sql_siblings(
            {getattr(ln.data, near) for ln in doubtful}, own, opposite
        )
        shared = {line_id for (line_id,) in self.env.execute_query(query)}
        for link in doubtful:
            if getattr(link.data, near) in shared:
                link.certainty = genealogy.POSSIBLE

    def _get_doubtful_links(self, links, direction):
        """Links of an operation that has several lots of one product on the side that
        the walk sees whole: outputs when it goes down, inputs when it goes up."""
        near, far, product = ("line_out", "target", "product_in")
        if direction == genealogy.UPSTREAM:
            near, far, product = ("line_in", "source", "product_out")
        lots, operation = {}, attrgetter(near, product)
        shared = self._get_shared_kinds()
        for link in links:
            if link.kind in shared:
                key = operation(link.data)
                lots.setdefault(key, set()).add(getattr(link, far))
        return [
            link
            for link in links
            if link.kind in shared and len(lots[operation(link.data)]) > 1
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
