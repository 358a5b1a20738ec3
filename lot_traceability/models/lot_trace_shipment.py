from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import genealogy, shipments


class LotTraceShipment(models.AbstractModel):
    """Where the lots of a trace left to customers, or came in from vendors.

    The locations of a done line decide, not the type of its operation.
    """

    _name = "lot.trace.shipment"
    _description = "Deliveries and receipts of lots"

    def _get_delivery_rows(self, reach, direction, boundary):
        """Deliveries of the lots while suspect material was in them.

        Upward only those of the roots: an ingredient that was sold as such says nothing
        about who has the root.
        """
        told = self._get_teller(reach, is_far=direction == genealogy.DOWNSTREAM)
        return self._get_shipment_rows(boundary, told, "customer")

    def _get_receipt_rows(self, reach, direction, boundary):
        """Receipts that the lots can be made of; downward only those of the roots."""
        told = self._get_teller(reach, is_far=direction == genealogy.UPSTREAM)
        return self._get_shipment_rows(boundary, told, "vendor")

    def _get_teller(self, reach, is_far):
        """The test whether a shipment belongs to the story: on the far side when it
        happened while the lot carried the material, on the near side for the roots."""
        if is_far:
            return lambda shipment: reach.covers(shipment.lot, shipment.date)
        return lambda shipment: reach.levels[shipment.lot] == 0

    def _get_shipment_rows(self, boundary, told, side):
        """Settle returns with shipments, then sum up per lot, picking and partner."""
        shipped, returned = self._get_shipments(boundary, side)
        shipments.settle(shipped, returned)
        groups = defaultdict(list)
        for shipment in filter(told, shipped):
            document = shipment.picking or shipment.move
            groups[shipment.lot, document, shipment.partner].append(shipment)
        names = self._get_display_names(
            "res.partner", {partner for _lot, _document, partner in groups}
        )
        products = self.env["lot.trace"]._get_product_values(
            {shipment.product for group in groups.values() for shipment in group[:1]}
        )
        return sorted(
            (
                self._prepare_shipment_row(group, names)
                | {
                    "product_id": group[0].product,
                    "product": products[group[0].product]["product"],
                    "uom": products[group[0].product]["uom"],
                }
                for group in groups.values()
            ),
            key=lambda row: (row["date"], row["lot_id"], row["document"] or ""),
        )

    def _get_shipments(self, boundary, side):
        shipped, returned = [], []
        for row in boundary:
            if not row["readable"]:
                continue
            values = {
                "lot": row["lot_id"],
                "partner": row[side] or False,
                "date": row["date"],
                "quantity": row["quantity"],
            }
            if row[f"{side}_out"]:
                shipped.append(
                    shipments.Shipment(
                        **values,
                        move=row["move_id"],
                        picking=row["picking_id"] or False,
                        document=row["document"] or False,
                        product=row["product_id"],
                    )
                )
            elif row[f"{side}_back"]:
                returned.append(
                    shipments.Return(**values, origin_move=row["origin_move_id"])
                )
        return shipped, returned

    def _prepare_shipment_row(self, group, partner_names):
        first = group[0]
        return {
            "lot_id": first.lot > 0 and first.lot,
            "unnumbered_id": first.lot < 0 and first.lot,
            "picking_id": first.picking,
            "document": first.document,
            "partner_id": first.partner,
            "partner": partner_names.get(first.partner, False),
            "date": fields.Datetime.to_string(min(shipment.date for shipment in group)),
            "quantity": sum(shipment.quantity for shipment in group),
            "returned": sum(shipment.returned for shipment in group),
        }

    def _get_boundary_rows(self, lot_ids, unnumbered=()):
        """Done lines of the lots, and of goods without a number, from or to a customer
        or a vendor."""
        link = self.env["lot.trace.link"]
        return self.env.execute_query_dict(
            SQL(
                """SELECT %(node)s AS lot_id, line.id AS line_id, line.date,
                    line.move_id, line.product_id,
                    picking.id AS picking_id, line.quantity_product_uom AS quantity,
                    move.reference AS document,
                    move.origin_returned_move_id AS origin_move_id,
                    dest.usage = 'customer' AND source.usage <> 'customer'
                        AS customer_out,
                    source.usage = 'customer' AND dest.usage <> 'customer'
                        AS customer_back,
                    source.usage = 'supplier' AND dest.usage <> 'supplier'
                        AS vendor_out,
                    dest.usage = 'supplier' AND source.usage <> 'supplier'
                        AS vendor_back,
                    %(customer)s AS customer, %(vendor)s AS vendor,
                    %(readable)s AS readable
                FROM stock_move_line line
                JOIN stock_location source ON source.id = line.location_id
                JOIN stock_location dest ON dest.id = line.location_dest_id
                JOIN stock_move move ON move.id = line.move_id
                LEFT JOIN stock_picking picking
                    ON picking.id = COALESCE(line.picking_id, move.picking_id)
                %(joins)s
                WHERE (line.lot_id = ANY(%(lots)s)
                    OR (line.lot_id IS NULL AND line.product_id = ANY(%(products)s)
                        AND %(node)s = ANY(%(unnumbered)s)))
                    AND line.state = 'done'
                    AND line.quantity_product_uom <> 0
                    AND source.usage <> dest.usage
                    AND (source.usage IN ('customer', 'supplier')
                        OR dest.usage IN ('customer', 'supplier'))
                ORDER BY line.date, line.id""",
                customer=self._sql_customer(),
                vendor=self._sql_vendor(),
                joins=self._sql_purchase_joins(),
                readable=self.env["lot.trace"]._sql_rule("stock.move.line", "line"),
                node=link._sql_node("line"),
                lots=lot_ids,
                unnumbered=list(unnumbered),
                products=[link._split_node(node)[0] for node in unnumbered],
            )
        )

    @api.model
    def _get_shipped_lots(self, partners, side):
        """Lots, and goods without a number, that customers got, with the last time; or
        that came from vendors, with the first time."""
        link = self.env["lot.trace.link"]
        link._flush()
        is_customer = side == "customer"
        rows = self.env.execute_query(
            SQL(
                """SELECT %(node)s, %(moment)s(line.date)
                FROM stock_move_line line
                JOIN stock_location source ON source.id = line.location_id
                JOIN stock_location dest ON dest.id = line.location_dest_id
                JOIN stock_move move ON move.id = line.move_id
                LEFT JOIN stock_picking picking
                    ON picking.id = COALESCE(line.picking_id, move.picking_id)
                %(joins)s
                WHERE line.state = 'done' AND line.quantity_product_uom <> 0
                    AND %(far)s.usage = %(side)s AND %(near)s.usage <> %(side)s
                    AND %(partner)s = ANY(%(partners)s) AND %(readable)s
                GROUP BY 1""",
                node=link._sql_node("line"),
                moment=SQL("max" if is_customer else "min"),
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
            """LEFT JOIN purchase_order_line po_line
                ON po_line.id = move.purchase_line_id
            LEFT JOIN purchase_order purchase ON purchase.id = po_line.order_id"""
        )

    def _has_purchase(self):
        return "purchase_line_id" in self.env["stock.move"]._fields

    def _count_hidden(self, reach, boundary):
        """Shipments of other companies: counted, nothing more."""
        return len(
            {
                (row["move_id"], row["lot_id"])
                for row in boundary
                if not row["readable"] and reach.covers(row["lot_id"], row["date"])
            }
        )

    def _get_display_names(self, model_name, ids):
        """Names of the records that the user may read, by id."""
        ids = [record_id for record_id in ids if record_id]
        records = self.env[model_name].with_context(active_test=False)
        records = records.search([("id", "in", ids)])
        return {record.id: record.display_name for record in records}
