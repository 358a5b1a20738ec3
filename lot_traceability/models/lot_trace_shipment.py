from dataclasses import dataclass, field
from datetime import datetime
from itertools import starmap
from operator import attrgetter, itemgetter
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import genealogy, shipments
from .lot_trace import to_array, to_text


class BoundaryRow(NamedTuple):
    """A done line from or to a customer or a vendor, as it is read."""

    node: int
    date: datetime
    quantity: float
    move: int
    product: int
    picking: int | None
    document: str | None
    origin_move: int | None
    customer: int | None
    vendor: int | None
    # 1: shipped to it, or received from it; -1: came back; 0: neither
    customer_sign: int
    vendor_sign: int
    readable: bool


@dataclass(slots=True)
class Side:
    """What went over the edge on one side, and what came back of it."""

    shipped: list = field(default_factory=list)
    returned: list = field(default_factory=list)


class LotTraceShipment(models.AbstractModel):
    """Where the lots of a trace left to customers, or came in from vendors.

    The locations of a done line decide, not the type of its operation.
    """

    _name = "lot.trace.shipment"
    _description = "Deliveries and receipts of lots"

    def _get_delivery_rows(self, story):
        """Deliveries of the lots while suspect material was in them.

        Upward only those of the roots: an ingredient that was sold as such says nothing
        about who has the root.
        """
        is_far = story.direction == genealogy.DOWNSTREAM
        return self._get_shipment_rows(story, "customer", is_far)

    def _get_receipt_rows(self, story):
        """Receipts that the lots can be made of; downward only those of the roots."""
        is_far = story.direction == genealogy.UPSTREAM
        return self._get_shipment_rows(story, "vendor", is_far)

    def _get_shipment_rows(self, story, side, is_far):
        """Settle returns with shipments, then sum up per lot, picking and partner."""
        crossed = story.boundary.pop(side)
        shipments.settle(crossed.shipped, crossed.returned)
        told = self._get_told(story.reach, crossed.shipped, is_far)
        del crossed
        told.sort(key=attrgetter("lot", "picking", "partner", "move"))
        names = self._get_display_names("res.partner", {part.partner for part in told})
        products = self.env["lot.trace"]._get_product_values(
            {part.product for part in told}
        )
        rows, last = [], None
        # of a hundred thousand there is no room for both
        while told:
            part = told.pop()
            key = part.lot, part.picking or part.move, part.partner
            if key == last:
                self._add_to_row(rows[-1], part)
            else:
                rows.append(self._prepare_shipment_row(part, names, products))
            last = key
        rows.sort(key=itemgetter("date", "lot_id"))
        return rows

    def _add_to_row(self, row, shipment):
        row["date"] = min(row["date"], to_text(shipment.date))
        row["quantity"] += shipment.quantity
        row["returned"] += shipment.returned

    def _get_told(self, reach, shipped, is_far):
        """Those that belong to the story: on the far side what happened while the lot
        carried the material, on the near side what happened to the roots."""
        if is_far:
            return self.env["lot.trace.late"]._get_covered(reach, shipped)
        return [part for part in shipped if reach.levels[part.lot] == 0]

    def _get_boundary(self, lot_ids, unnumbered, reach):
        """What went over the edge.

        :return: ``customer`` and ``vendor``: :class:`Side`; ``hidden``: how much there
            is that the user may not read
        """
        sides = {"customer": Side(), "vendor": Side()}
        hidden = set()
        for row in starmap(BoundaryRow, self._read_boundary(lot_ids, unnumbered)):
            if row.readable:
                self._add_crossing(
                    sides["customer"], row, row.customer_sign, "customer"
                )
                self._add_crossing(sides["vendor"], row, row.vendor_sign, "vendor")
            elif reach.covers(row.node, row.date):
                hidden.add((row.move, row.node))
        return {**sides, "hidden": len(hidden)}

    def _add_crossing(self, side, row, sign, partner):
        partner = getattr(row, partner) or False
        if sign > 0:
            side.shipped.append(
                shipments.Shipment(
                    *(row.node, partner, row.date, row.quantity, row.move),
                    *(row.picking or False, row.document or False, row.product),
                )
            )
        elif sign < 0:
            side.returned.append(
                shipments.Return(
                    *(row.node, partner, row.date, row.quantity, row.origin_move)
                )
            )

    def _prepare_shipment_row(self, shipment, partner_names, products):
        product = products[shipment.product]
        return {
            "lot_id": shipment.lot > 0 and shipment.lot,
            "unnumbered_id": shipment.lot < 0 and shipment.lot,
            "product_id": shipment.product,
            "product": product["product"],
            "uom": product["uom"],
            "picking_id": shipment.picking,
            "document": shipment.document,
            "partner_id": shipment.partner,
            "partner": partner_names.get(shipment.partner, False),
            "date": to_text(shipment.date),
            "quantity": shipment.quantity,
            "returned": shipment.returned,
        }

    def _read_boundary(self, lot_ids, unnumbered=()):
        """Done lines of the lots, and of goods without a number, from or to a customer
        or a vendor, as :class:`BoundaryRow` has it."""
        self.env.cr.execute(
            SQL(
                """SELECT reached.node, line.date, line.quantity_product_uom::float8,
                    line.move_id, line.product_id, said.*, %(customer)s, %(vendor)s,
                    line.readable
                FROM unnest(%(lots)s::bigint[] || %(unnumbered)s::bigint[])
                    reached(node)
                CROSS JOIN LATERAL (%(lines)s) line
                JOIN stock_location source ON source.id = line.location_id
                JOIN stock_location dest ON dest.id = line.location_dest_id
                CROSS JOIN LATERAL (%(said)s) said
                WHERE source.usage <> dest.usage""",
                lines=self._sql_boundary_lines(),
                said=self._sql_said(),
                customer=self._sql_sign("dest", "source", "customer"),
                vendor=self._sql_sign("source", "dest", "supplier"),
                lots=to_array(lot_ids),
                unnumbered=to_array(unnumbered),
            )
        )
        return self.env.cr.fetchall()

    def _sql_sign(self, far, near, usage):
        """1 for goods on their way to the far side, -1 for those that came back."""
        return SQL(
            "(%s = %s)::int - (%s = %s)::int",
            *(SQL.identifier(far, "usage"), usage),
            *(SQL.identifier(near, "usage"), usage),
        )

    def _sql_said(self):
        """What the documents of ``line`` say; looked up line by line."""
        return SQL(
            """SELECT picking.id, move.reference, move.origin_returned_move_id,
                %(customer)s, %(vendor)s
            FROM %(move)s %(picking)s %(joins)s""",
            customer=self._sql_customer(),
            vendor=self._sql_vendor(),
            move=self._sql_move(),
            picking=self._sql_picking(),
            joins=self._sql_purchase_joins(),
        )

    def _sql_move(self):
        """The move of ``line``."""
        move = SQL("SELECT * FROM stock_move WHERE id = line.move_id")
        return self.env["lot.trace.link"]._sql_lookups({"move": move})

    def _sql_picking(self):
        """Joins the picking of ``line`` and ``move``."""
        picking = SQL("COALESCE(line.picking_id, move.picking_id)")
        return self._sql_join("picking", "stock.picking", picking)

    def _sql_join(self, alias, model_name, record_id):
        """A record that may be there, by its id."""
        table = SQL.identifier(self.env[model_name]._table)
        select = SQL("SELECT * FROM %s WHERE id = %s", table, record_id)
        lookup = self.env["lot.trace.link"]._sql_lookups({alias: select})
        return SQL("LEFT JOIN LATERAL %s ON TRUE", lookup)

    def _sql_boundary_lines(self):
        """Lines of a node that cross the edge, before anything else is looked up."""
        link = self.env["lot.trace.link"]
        return SQL(
            """SELECT * FROM (%(lines)s) near
            WHERE near.location_id IN (%(outer)s)
                OR near.location_dest_id IN (%(outer)s)
            OFFSET 0""",
            lines=link._sql_near(["picking_id"]),
            outer=link._sql_locations("customer", "supplier"),
        )

    @api.model
    def _get_shipped_lots(self, partners, side):
        """Lots, and goods without a number, that customers got, with the last time; or
        that came from vendors, with the first time."""
        link = self.env["lot.trace.link"]
        link._prepare_search()
        is_customer = side == "customer"
        rows = self.env.execute_query(
            SQL(
                """SELECT %(node)s, %(moment)s(line.date)
                FROM stock_move_line line
                JOIN stock_location source ON source.id = line.location_id
                JOIN stock_location dest ON dest.id = line.location_dest_id
                JOIN stock_move move ON move.id = line.move_id
                %(picking)s %(joins)s
                WHERE line.state = 'done' AND line.quantity_product_uom <> 0
                    AND %(far)s.usage = %(side)s AND %(near)s.usage <> %(side)s
                    AND %(partner)s = ANY(%(partners)s) AND %(readable)s
                GROUP BY 1""",
                node=link._sql_node("line"),
                moment=SQL("max" if is_customer else "min"),
                picking=self._sql_picking(),
                joins=self._sql_purchase_joins(),
                far=SQL("dest" if is_customer else "source"),
                near=SQL("source" if is_customer else "dest"),
                side="customer" if is_customer else "supplier",
                partner=self._sql_customer() if is_customer else self._sql_vendor(),
                partners=partners.ids,
                readable=self.env["lot.trace"]._sql_rule("stock.move.line", "line"),
            )
        )
        return dict(rows)

    def _sql_customer(self):
        """The picking's partner, else the move's; a dropship's picking names the
        vendor, so there the move comes first."""
        return SQL(
            """CASE WHEN source.usage = 'supplier'
            THEN COALESCE(move.partner_id, picking.partner_id)
            ELSE COALESCE(picking.partner_id, move.partner_id) END"""
        )

    def _sql_vendor(self):
        """A purchase knows its vendor; else the picking's partner, else the move's."""
        partner = SQL(
            """CASE WHEN dest.usage = 'customer' AND move.partner_id IS NULL THEN NULL
            ELSE COALESCE(picking.partner_id, move.partner_id) END"""
        )
        if self._has_purchase():
            return SQL("COALESCE(purchase.partner_id, %s)", partner)
        return partner

    def _sql_purchase_joins(self):
        if not self._has_purchase():
            return SQL()
        return SQL(
            "%s %s",
            self._sql_join(
                "po_line", "purchase.order.line", SQL("move.purchase_line_id")
            ),
            self._sql_join("purchase", "purchase.order", SQL("po_line.order_id")),
        )

    def _has_purchase(self):
        return "purchase_line_id" in self.env["stock.move"]._fields

    def _get_display_names(self, model_name, ids):
        """Names of the records that the user may read, by id."""
        ids = [record_id for record_id in ids if record_id]
        records = self.env[model_name].with_context(active_test=False)
        records = records.search([("id", "in", ids)])
        return {record.id: record.display_name for record in records}
