from odoo import api, models
from odoo.tools import SQL

COLUMNS = (
    *("received", "produced", "found", "returned"),
    *("consumed", "shipped", "returned_to_vendor", "scrapped", "lost"),
)
# quantities below this are rounding noise, never goods
EPSILON = 1e-6


class LotTraceBalance(models.AbstractModel):
    """What came in and went out of lots, and whether that is what is there.

    received + produced + found + returned by customers = consumed + shipped + returned
    to vendors + scrapped + lost + on hand + unaccounted
    """

    _name = "lot.trace.balance"
    _description = "Balance of lots"

    @api.model
    def _get_rows(self, lot_ids):
        """The balance of each lot, in the unit of its product.

        :return: list of dicts: ``lot_id``, the quantities above, ``on_hand`` and
            ``unaccounted``; only what the user may read is counted, on both sides
        """
        moved = {row["lot_id"]: row for row in self._read_moved(lot_ids)}
        on_hand = self._read_on_hand(lot_ids)
        empty = dict.fromkeys(COLUMNS, 0.0)
        return [
            self._prepare_row(lot_id, moved.get(lot_id, empty), on_hand.get(lot_id, 0))
            for lot_id in sorted(lot_ids)
        ]

    def _prepare_row(self, lot_id, moved, on_hand):
        values = {name: float(moved[name]) for name in COLUMNS}
        came, went = COLUMNS[:4], COLUMNS[4:]
        unaccounted = sum(values[name] for name in came) - sum(
            values[name] for name in went
        )
        unaccounted -= on_hand
        if abs(unaccounted) < EPSILON:
            unaccounted = 0.0
        return {
            "lot_id": lot_id,
            **values,
            "on_hand": on_hand,
            "unaccounted": unaccounted,
        }

    def _read_on_hand(self, lot_ids):
        groups = self.env["stock.quant"]._read_group(
            [
                ("lot_id", "in", lot_ids),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            ["lot_id"],
            ["quantity:sum"],
        )
        return {lot.id: quantity for lot, quantity in groups}

    def _read_moved(self, lot_ids):
        """Quantities over the edge of what is on hand, by the kind of place."""
        lines = self.env["lot.trace"]._sql_lines(
            SQL(
                """stock_move_line.lot_id = ANY(%s) AND stock_move_line.state = 'done'
                AND stock_move_line.quantity_product_uom <> 0""",
                list(lot_ids),
            ),
            *("lot_id", "move_id", "location_id", "location_dest_id"),
            "quantity_product_uom",
        )
        return self.env.execute_query_dict(
            SQL(
                """WITH line AS MATERIALIZED (%(lines)s)
                SELECT line.lot_id, %(columns)s
                FROM line
                JOIN stock_location source ON source.id = line.location_id
                JOIN stock_location dest ON dest.id = line.location_dest_id
                GROUP BY line.lot_id""",
                lines=lines,
                columns=SQL(", ").join(
                    SQL(
                        """COALESCE(sum(line.quantity_product_uom)
                            FILTER (WHERE %s), 0) AS %s""",
                        condition,
                        SQL.identifier(name),
                    )
                    for name, condition in self._get_conditions().items()
                ),
            )
        )

    def _get_conditions(self):
        is_scrap = SQL(
            """(SELECT move.scrap_id FROM stock_move move
                WHERE move.id = line.move_id) IS NOT NULL"""
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
        }
