from functools import cache, partial

from odoo.tools import SQL

from ..tools.quantity import format_quantity
from . import genealogy, nodes
from .sql import may_read

# of a balance, what nobody can explain
BALANCE_KINDS = ("found", "lost", "unaccounted")


class Gaps:
    """Where a trace is not sure, or cut: said in words, with the place."""

    def __init__(self, story):
        self.story = story
        self.env = story.env
        # the same few quantities again and again
        self._format = cache(partial(format_quantity, story.env))

    def get_rows(self) -> list[dict]:
        """What the trace cannot know.

        :return: list of dicts: ``kind`` (``untracked``: an untracked product in
            between; ``no_number``: tracked goods without a number; ``found``,
            ``lost``, ``unaccounted``: of a lot), ``lot_id`` (or False), ``product``,
            ``quantity``, ``uom``, ``certainty`` of what is behind it, ``message``
        """
        lots = {lot["id"]: lot for lot in self.story.lots}
        return [
            *self._get_unnumbered_gaps(self.story.unnumbered),
            *(
                gap
                for balance in self.story.balances
                if any(balance[kind] for kind in BALANCE_KINDS)
                for gap in self._get_balance_gaps(lots[balance["lot_id"]], balance)
            ),
        ]

    # -- goods without a number -------------------------------------------
    def _get_unnumbered_gaps(self, unnumbered):
        receipts = {}
        if unnumbered and self.story.direction == genealogy.UPSTREAM:
            receipts = self._count_receipts([row["id"] for row in unnumbered])
        quantities = self._get_quantities()
        return [
            {
                "kind": "untracked" if row["tracking"] == "none" else "no_number",
                "lot_id": False,
                "product": row["product"],
                "quantity": quantities.get(row["id"], 0.0),
                "uom": row["uom"],
                "certainty": row["certainty"],
                "message": self._get_text(
                    row,
                    quantities.get(row["id"], 0.0),
                    receipts.get(row["id"], 0),
                ),
            }
            for row in unnumbered
        ]

    def _get_quantities(self):
        """How much of the goods without a number is part of the story, by node."""
        is_down = self.story.direction == genealogy.DOWNSTREAM
        seen = {}
        for link in self.story.reach.links:
            node = link.target if is_down else link.source
            line = link.line_in if is_down else link.line_out
            if node < 0:
                seen[node, line] = link.quantity_in if is_down else link.quantity_out
        totals = {}
        for (node, _line), quantity in seen.items():
            totals[node] = totals.get(node, 0.0) + quantity
        return totals

    def _get_text(self, row, quantity, receipts):
        values = {
            "quantity": self._format(quantity, row["uom"]),
            "product": row["product"],
            "receipts": receipts,
        }
        if self.story.direction == genealogy.DOWNSTREAM:
            return self.env._(
                "%(quantity)s of %(product)s without a number: whatever was taken of "
                "it afterwards can have it inside.",
                **values,
            )
        if receipts:
            return self.env._(
                "%(quantity)s of %(product)s without a number: they can be from any of "
                "%(receipts)s receipt(s).",
                **values,
            )
        return self.env._(
            "%(quantity)s of %(product)s without a number: they can be of anything "
            "that was made of it before.",
            **values,
        )

    def _count_receipts(self, node_ids):
        """From how many vendors' receipts the goods can be, by node."""
        rows = self.env.execute_query(
            SQL(
                """SELECT %(node)s AS node, count(DISTINCT line.move_id)
                FROM stock_move_line line
                JOIN stock_location source ON source.id = line.location_id
                    AND source.usage = 'supplier'
                WHERE line.lot_id IS NULL AND line.state = 'done'
                    AND line.product_id = ANY(%(products)s)
                    AND line.quantity_product_uom <> 0 AND %(readable)s
                GROUP BY 1""",
                node=nodes.sql_node(self.env, "line"),
                products=[nodes.split(self.env, node)[0] for node in node_ids],
                readable=may_read(self.env, "stock.move.line", "line"),
            )
        )
        return dict(rows)

    # -- balances ---------------------------------------------------------
    def _get_balance_gaps(self, lot, balance):
        for kind in BALANCE_KINDS:
            if balance[kind]:
                yield {
                    "kind": kind,
                    "lot_id": lot["id"],
                    "product": lot["product"],
                    "quantity": balance[kind],
                    "uom": lot["uom"],
                    "certainty": genealogy.BROKEN,
                    "message": self._get_balance_text(kind, lot, balance[kind]),
                }

    def _get_balance_text(self, kind, lot, quantity):
        values = {
            "lot": lot["name"],
            "quantity": self._format(quantity, lot["uom"]),
        }
        if kind == "found":
            return self.env._(
                "%(quantity)s of %(lot)s were found by a count: where they came from "
                "is not known.",
                **values,
            )
        if kind == "lost":
            return self.env._(
                "%(quantity)s of %(lot)s were missing at a count: where they went is "
                "not known.",
                **values,
            )
        return self.env._("%(quantity)s of %(lot)s are unaccounted for.", **values)
