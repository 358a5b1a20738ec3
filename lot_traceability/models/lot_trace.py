from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import genealogy, shipments


class LotTrace(models.AbstractModel):
    """The trace engine: from lots to the one result that everything else uses.

    Screen, smart buttons, documents, API and recall all read the dict that
    :meth:`_trace` returns; nothing else computes a trace.
    """

    _name = "lot.trace"
    _description = "Lot trace"

    # ------------------------------------------------------------------
    # Result
    # ------------------------------------------------------------------
    @api.model
    def _trace(self, lots, direction):
        """Trace the lots; see ``stock.lot.trace_downstream`` for the result."""
        lots.check_access("read")
        reach, hidden = self._get_reach(lots.ids, direction)
        lot_rows = self._get_lot_rows(reach)
        hidden += len(reach.levels) - len(lot_rows)
        visible = {row["id"] for row in lot_rows}
        boundary = self._get_boundary_rows(list(visible))
        hidden += self._count_hidden(reach, boundary)
        return {
            "direction": direction,
            "roots": sorted(lots.ids),
            "lots": lot_rows,
            "links": self._get_link_rows(reach, visible),
            "deliveries": self._get_delivery_rows(reach, direction, boundary),
            "receipts": self._get_receipt_rows(reach, direction, boundary),
            "stock": self._get_stock_rows(reach, list(visible)),
            "outside_scope": self._get_outside_scope(hidden),
        }

    def _get_reach(self, lot_ids, direction):
        """The walk through what the user may read, and how often it had to stop."""
        links = self.env["lot.trace.link"]._search_links(lot_ids, direction)
        readable = [link for link in links if link.data["readable"]]
        genealogy.close_links(readable)
        reach = genealogy.reach(lot_ids, readable, direction)
        near = "source" if direction == genealogy.DOWNSTREAM else "target"
        stopped = {
            (link.data["move_id"], getattr(link, near))
            for link in links
            if not link.data["readable"] and getattr(link, near) in reach.levels
        }
        return reach, len(stopped)

    def _get_lot_rows(self, reach):
        query = self.env["stock.lot"]._search([], active_test=False)
        query.add_where(
            SQL("%s = ANY(%s)", SQL.identifier(query.table, "id"), list(reach.levels))
        )
        columns = [
            SQL.identifier(query.table, name)
            for name in ("id", "name", "product_id", "company_id")
        ]
        rows = self.env.execute_query(query.select(*columns))
        products = self._get_product_values({row[2] for row in rows})
        return sorted(
            (
                {
                    "id": lot_id,
                    "name": name,
                    "product_id": product_id,
                    **products[product_id],
                    "company_id": company_id or False,
                    "level": reach.levels[lot_id],
                    "certainty": reach.certainty[lot_id],
                    "via_lot_id": reach.via[lot_id],
                }
                for lot_id, name, product_id, company_id in rows
            ),
            key=lambda lot: (lot["level"], lot["product"], lot["name"], lot["id"]),
        )

    def _get_product_values(self, product_ids):
        products = self.env["product.product"].browse(product_ids)
        return {
            product.id: {
                "product": product.display_name,
                "tracking": product.tracking,
                "uom": product.uom_id.name,
            }
            for product in products
        }

    def _get_link_rows(self, reach, visible):
        """One row per pair of lots and document, however many lines it took."""
        groups = defaultdict(list)
        for link in reach.links:
            if link.source in visible and link.target in visible:
                data = link.data
                document = data["document_field"], data["document_id"], data["document"]
                groups[link.source, link.target, link.kind, document].append(link)
        return [
            self._prepare_link_row(key, links)
            for key, links in sorted(
                groups.items(), key=lambda item: (self._link_date(item[1]), item[0][:3])
            )
        ]

    def _link_date(self, links):
        return min(link.arrived for link in links)

    def _prepare_link_row(self, key, links):
        source, target, kind, (document_field, document_id, document) = key
        consumed = {link.data["line_out"]: link.quantity_out for link in links}
        produced = {link.data["line_in"]: link.quantity_in for link in links}
        return {
            "from_lot_id": source,
            "to_lot_id": target,
            "kind": kind,
            "certainty": min(
                (link.certainty for link in links), key=genealogy.CERTAINTIES.index
            ),
            "document": document or False,
            "document_model": self._get_document_model(document_field),
            "document_id": document_id or False,
            "date": self._format_date(self._link_date(links)),
            "quantity_consumed": sum(consumed.values()),
            "quantity_produced": sum(produced.values()),
        }

    def _get_outside_scope(self, count):
        message = False
        if count:
            message = self.env._(
                "The trace goes on in %(count)s more place(s) that belong to companies "
                "you are not allowed to read.",
                count=count,
            )
        return {"count": count, "message": message}

    def _format_date(self, value):
        return fields.Datetime.to_string(value)

    # ------------------------------------------------------------------
    # Deliveries, receipts, stock
    # ------------------------------------------------------------------
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
        return sorted(
            (self._prepare_shipment_row(group, names) for group in groups.values()),
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
            "lot_id": first.lot,
            "picking_id": first.picking,
            "document": first.document,
            "partner_id": first.partner,
            "partner": partner_names.get(first.partner, False),
            "date": self._format_date(min(shipment.date for shipment in group)),
            "quantity": sum(shipment.quantity for shipment in group),
            "returned": sum(shipment.returned for shipment in group),
        }

    def _get_boundary_rows(self, lot_ids):
        """Done lines of the lots from or to a customer or a vendor."""
        return self.env.execute_query_dict(
            SQL(
                """SELECT line.lot_id, line.id AS line_id, line.date, line.move_id,
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
                WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done'
                    AND line.quantity_product_uom <> 0
                    AND source.usage <> dest.usage
                    AND (source.usage IN ('customer', 'supplier')
                        OR dest.usage IN ('customer', 'supplier'))
                ORDER BY line.date, line.id""",
                customer=self._sql_customer(),
                vendor=self._sql_vendor(),
                joins=self._sql_purchase_joins(),
                readable=self._sql_readable("stock.move.line", SQL("line.id")),
                lots=lot_ids,
            )
        )

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

    def _get_stock_rows(self, reach, lot_ids):
        """What is on hand or in transit now, per lot and location."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("lot_id", "in", [lot for lot in lot_ids if self._is_now(reach, lot)]),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            ["lot_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum"],
            having=[("quantity:sum", "!=", 0)],
        )
        return sorted(
            (
                {
                    "lot_id": lot.id,
                    "location_id": location.id,
                    "location": location.display_name,
                    "usage": location.usage,
                    "quantity": quantity,
                    "reserved": reserved,
                }
                for lot, location, quantity, reserved in groups
            ),
            key=lambda row: (row["lot_id"], row["location"], row["location_id"]),
        )

    def _is_now(self, reach, lot_id):
        """Upward, the stock of an ingredient counts whenever it was used."""
        return any(
            window.end is None or window.start is None
            for window in reach.windows[lot_id]
        )

    # ------------------------------------------------------------------
    # Shared pieces
    # ------------------------------------------------------------------
    @api.model
    def _get_document_fields(self):
        """Fields of ``stock.move`` that lead to its document, the surest first.

        Those of apps that are not installed are left out.
        """
        names = (
            "unbuild_id",
            "production_id",
            "raw_material_production_id",
            "repair_id",
            "scrap_id",
            "picking_id",
        )
        return [name for name in names if name in self.env["stock.move"]._fields]

    def _sql_document(self):
        """Columns ``document``, ``document_field``, ``document_id`` of ``move``."""
        names = self._get_document_fields()
        columns = [SQL.identifier("move", name) for name in names]
        cases = SQL(" ").join(
            SQL("WHEN %s IS NOT NULL THEN %s", column, name)
            for name, column in zip(names, columns, strict=True)
        )
        return SQL(
            """COALESCE(move.reference, move.origin) AS document,
            CASE %s END AS document_field, COALESCE(%s) AS document_id""",
            cases,
            SQL(", ").join(columns),
        )

    def _get_document_model(self, field_name):
        if not field_name:
            return False
        return self.env["stock.move"]._fields[field_name].comodel_name

    def _sql_readable(self, model_name, id_column):
        """A condition that says whether the user's record rules allow the row."""
        if self.env.su:
            return SQL("TRUE")
        query = self.env[model_name]._search([], active_test=False)
        query.add_where(SQL("%s = %s", SQL.identifier(query.table, "id"), id_column))
        return SQL("EXISTS (%s)", query.select(SQL("1")))

    def _get_display_names(self, model_name, ids):
        """Names of the records that the user may read, by id."""
        ids = [record_id for record_id in ids if record_id]
        records = self.env[model_name].with_context(active_test=False)
        records = records.search([("id", "in", ids)])
        return {record.id: record.display_name for record in records}
