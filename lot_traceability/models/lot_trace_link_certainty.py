from operator import attrgetter

from odoo import models
from odoo.tools import SQL

from ..tools import genealogy


class LotTraceLink(models.AbstractModel):
    """How sure a link is."""

    _name = "lot.trace.link"
    _inherit = ["lot.trace.link"]

    def _mark_links(self, links, direction, present):
        """Say of links how sure they are; leave out what is known not to be."""
        self._mark_shared_operations(links, direction)
        self._mark_unnumbered(links)
        if present["attribution"]:
            # what people said about single units is surer than what the moves say
            return self.env["lot.attribution"]._apply(links)
        return links

    def _mark_unnumbered(self, links):
        """What passes through an untracked product can be anywhere behind it; where a
        tracked product has no number, the chain is cut."""
        through = [link for link in links if link.source < 0 or link.target < 0]
        if not through:
            return
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
            {getattr(ln, near) for ln in doubtful}, own, opposite
        )
        shared = {line_id for (line_id,) in self.env.execute_query(query)}
        for link in doubtful:
            if getattr(link, near) in shared:
                link.certainty = genealogy.POSSIBLE

    def _get_doubtful_links(self, links, direction):
        """Links of an operation that has several lots of one product on the side that
        the walk sees whole: outputs when it goes down, inputs when it goes up."""
        near, far, product = ("line_out", "target", "product_in")
        if direction == genealogy.UPSTREAM:
            near, far, product = ("line_in", "source", "product_out")
        shared = self._get_shared_kinds()
        operation_of, far_of = attrgetter(near, product), attrgetter(far)
        candidates = [
            (operation_of(link), link) for link in links if link.kind in shared
        ]
        lots, several = {}, set()
        for operation, link in candidates:
            lot = far_of(link)
            if lots.setdefault(operation, lot) != lot:
                several.add(operation)
        return [link for operation, link in candidates if operation in several]

    def _get_shared_kinds(self):
        """Kinds with a relation, that may mix several lots into several ones."""
        return ["production"]

    def _sql_siblings(self, line_ids, own, opposite):
        """Lines beside which another lot of their product went the same way."""
        return SQL(
            """SELECT DISTINCT line.id
            FROM stock_move_line line CROSS JOIN LATERAL %(lookups)s
            WHERE line.id = ANY(%(lines)s) AND sibling.product_id = line.product_id
                AND sibling.lot_id IS DISTINCT FROM line.lot_id""",
            lookups=self._sql_lookups(
                {
                    "rel": SQL(
                        """SELECT * FROM stock_move_line_consume_rel rel
                        WHERE rel.%s = line.id""",
                        SQL.identifier(own),
                    ),
                    "beside": SQL(
                        """SELECT beside.%s AS id
                        FROM stock_move_line_consume_rel beside
                        WHERE beside.%s = rel.%s""",
                        *map(SQL.identifier, (own, opposite, opposite)),
                    ),
                    "sibling": SQL(
                        "SELECT * FROM stock_move_line WHERE id = beside.id AND %s",
                        self._sql_done("stock_move_line"),
                    ),
                }
            ),
            lines=list(line_ids),
        )
