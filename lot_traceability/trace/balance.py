from collections import defaultdict
from functools import cached_property

from odoo.tools import SQL

from .genealogy import EPSILON
from .nodes import sql_lines
from .sql import sql_is_scrap, to_array

COLUMNS = (
    *("received", "produced", "found", "returned"),
    *("consumed", "shipped", "returned_to_vendor", "scrapped", "lost"),
)


class Balance:
    """What came in and went out of lots, and whether that is what is there.

    received + produced + found + returned by customers = consumed + shipped + returned
    to vendors + scrapped + lost + on hand + unaccounted

    Odoo keeps moves and stock equal, if need be below zero. Nothing is there then: what
    went out more than came in is unaccounted.
    """

    def __init__(self, story):
        self.story = story

    def get_rows(self) -> list[dict]:
        """The balance of each lot, in the unit of its product.

        :return: list of dicts: ``lot_id``, the quantities above, ``on_hand``, of it
            ``samples`` (what is kept as retained samples) and
            ``unaccounted`` (below zero: more went out than came in); only what the
            user may read is counted, on both sides
        """
        on_hand = self.story.on_hand
        return [
            self._prepare_row(moved, max(0.0, on_hand.get(moved[0], 0.0)))
            for moved in self._read_moved(sorted(self.story.visible))
        ]

    def _prepare_row(self, moved, on_hand):
        *moved, taken_back = moved
        row = dict(zip(("lot_id", *COLUMNS), moved, strict=True))
        # another company made something else of it, or it of something else
        row["consumed"] += self.story.handovers.went.get(row["lot_id"], 0.0)
        row["produced"] += self.story.handovers.came.get(row["lot_id"], 0.0)
        back = self._came_back_elsewhere.get(row["lot_id"], 0.0)
        row["returned"] += back
        row["consumed"] += back
        came, went = COLUMNS[:4], COLUMNS[4:]
        unaccounted = sum(row[name] for name in came) - on_hand
        unaccounted -= sum(row[name] for name in went)
        # what was not scrapped after all was not found, either
        taken_back = min(taken_back, row["scrapped"])
        row["scrapped"] -= taken_back
        row["found"] -= taken_back
        row["on_hand"] = on_hand
        # a part of what is on hand, never more
        sampled = self.story.samples.get(moved[0], 0.0)
        row["samples"] = min(max(sampled, 0.0), on_hand)
        row["unaccounted"] = unaccounted if abs(unaccounted) >= EPSILON else 0.0
        return row

    @cached_property
    def _came_back_elsewhere(self):
        """What customers sent back to another company, which may not be seen."""
        totals = defaultdict(float)
        for back in self.story.boundary["elsewhere"].values():
            totals[back.lot] += sum(quantity for _shipment, quantity in back.booked)
        return totals

    def _read_moved(self, lot_ids):
        """Quantities over the edge of what is on hand, by the kind of place."""
        env = self.story.env
        env.cr.execute(
            SQL(
                """SELECT reached.node, %(columns)s
                FROM unnest(%(lots)s::int[]) reached(node)
                LEFT JOIN LATERAL (%(lines)s) line ON line.readable
                LEFT JOIN stock_location source ON source.id = line.location_id
                LEFT JOIN stock_location dest ON dest.id = line.location_dest_id
                GROUP BY reached.node ORDER BY reached.node""",
                lots=to_array(lot_ids),
                lines=sql_lines(env),
                # from customer to customer nothing comes in or goes out
                columns=SQL(", ").join(
                    SQL(
                        """COALESCE(sum(line.quantity_product_uom) FILTER (
                            WHERE source.usage <> dest.usage AND %s), 0)::float8""",
                        condition,
                    )
                    for condition in self._get_conditions().values()
                ),
            )
        )
        return env.cr.fetchall()

    def _get_conditions(self):
        is_scrap = SQL(
            "(SELECT %s FROM stock_move move WHERE move.id = line.move_id)",
            sql_is_scrap(self.story.env),
        )
        return {
            "received": SQL("source.usage = 'supplier'"),
            "produced": SQL("source.usage = 'production'"),
            "found": SQL("source.usage = 'inventory'"),
            "returned": SQL("source.usage = 'customer'"),
            "consumed": SQL("dest.usage = 'production'"),
            "shipped": SQL("dest.usage = 'customer'"),
            "returned_to_vendor": SQL("dest.usage = 'supplier'"),
            "scrapped": SQL("dest.usage = 'inventory' AND %s", is_scrap),
            "lost": SQL("dest.usage = 'inventory' AND NOT %s", is_scrap),
            # by a transfer, out of where it was scrapped
            "taken_back": SQL("source.usage = 'inventory' AND %s", is_scrap),
        }
