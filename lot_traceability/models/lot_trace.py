from collections import defaultdict
from functools import lru_cache
from operator import itemgetter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, Query

from ..tools import genealogy
from .lot_trace_story import Story

# parts for which it does not matter by which links a lot was reached
PARTS_WITHOUT_LINKS = {"lots", "unnumbered", "deliveries", "receipts", "stock"}


@lru_cache(maxsize=10_000)
def to_text(moment):
    """A date and time as in the results: UTC, ``YYYY-MM-DD HH:MM:SS``."""
    return moment.isoformat(" ", "seconds")


def to_array(ids):
    """Ids as a PostgreSQL array: many are written ten times as fast as a list is."""
    return f"{{{','.join(map(str, ids))}}}"


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
    def _trace(self, lots, direction, parts=None):
        """Trace the lots; see ``stock.lot.trace_downstream`` for the result."""
        lots.check_access("read")
        builders = self._get_parts()
        self._check_parts(parts or (), builders)
        keeps_links = not parts or not set(parts) <= PARTS_WITHOUT_LINKS
        story = Story(self.env, lots.ids, direction, keeps_links)
        result = {"direction": direction, "roots": sorted(lots.ids)}
        for name, build in builders.items():
            if not parts or name in parts:
                result[name] = build(story)
        result["outside_scope"] = self._get_outside_scope(story)
        return result

    @api.model
    def _get_parts(self):
        """What a trace tells, ``{name: method that builds it out of a Story}``.

        Another addon adds a part, or more keys to one, by extending this.
        """
        holder = self.env["lot.trace.holder"]
        return {
            "lots": lambda story: story.lots,
            "unnumbered": lambda story: story.unnumbered,
            "links": self._get_link_rows,
            "deliveries": lambda story: story.deliveries,
            "receipts": lambda story: story.receipts,
            "holders": holder._get_holder_rows,
            "suspect": holder._get_suspect_rows,
            "stock": self._get_stock_rows,
            "balances": lambda story: story.balances,
            "gaps": self.env["lot.trace.gap"]._get_rows,
        }

    def _check_parts(self, parts, builders):
        unknown = sorted(set(parts) - set(builders))
        if unknown:
            raise UserError(
                self.env._(
                    "A trace has no part %(unknown)s. Ask for some of: %(known)s",
                    unknown=", ".join(unknown),
                    known=", ".join(builders),
                )
            )

    def _get_reach(self, lot_ids, direction):
        """The walk through what the user may read, and how often it had to stop."""
        links = self.env["lot.trace.link"]._search_links(lot_ids, direction)
        readable = [link for link in links if link.readable]
        genealogy.close_links(readable)
        reach = self.env["lot.trace.late"]._get_reach(lot_ids, readable, direction)
        if len(readable) == len(links):
            return reach, 0
        near = "source" if direction == genealogy.DOWNSTREAM else "target"
        stopped = {
            (link.move, getattr(link, near))
            for link in links
            if not link.readable and getattr(link, near) in reach.levels
        }
        return reach, len(stopped)

    def _get_lot_rows(self, reach):
        query = self.env["stock.lot"]._search([], active_test=False)
        query.add_where(
            SQL(
                "%s = ANY(%s::int[])",
                SQL.identifier(query.table, "id"),
                to_array(node for node in reach.levels if node > 0),
            )
        )
        columns = [
            SQL.identifier(query.table, name)
            for name in ("id", "name", "product_id", "company_id")
        ]
        self.env.cr.execute(query.select(*columns))
        found = self.env.cr.fetchall()
        visible = {row[0] for row in found}
        products = self._get_product_values({row[2] for row in found})
        rows = [
            {
                "id": lot_id,
                "name": name,
                "product_id": product_id,
                **products[product_id],
                "company_id": company_id or False,
                "level": reach.levels[lot_id],
                "certainty": reach.get_certainty(lot_id),
                "via_lot_id": self._get_via_lot(reach, visible, lot_id),
            }
            for lot_id, name, product_id, company_id in found
        ]
        rows.sort(key=itemgetter("level", "product", "name", "id"))
        return rows

    def _get_via_lot(self, reach, visible, node):
        """The lot by which a node came in, past goods without a number."""
        via = reach.via[node]
        while via and via < 0:
            via = reach.via[via]
        return via in visible and via

    def _get_unnumbered_rows(self, reach):
        """Goods without a number through which the trace goes."""
        split = self.env["lot.trace.link"]._split_node
        nodes = {node: split(node) for node in reach.levels if node < 0}
        products = self.env["product.product"].with_context(active_test=False)
        ids = {product_id for product_id, _company in nodes.values()}
        known = products.search([("id", "in", list(ids))])
        values = self._get_product_values(known.ids)
        return sorted(
            (
                {
                    "id": node,
                    "product_id": product_id,
                    **values[product_id],
                    "company_id": company_id or False,
                    "level": reach.levels[node],
                    "certainty": reach.get_certainty(node),
                    "via_lot_id": self._get_via_lot(reach, reach.levels, node),
                }
                for node, (product_id, company_id) in nodes.items()
                if product_id in values
            ),
            key=lambda row: (row["level"], row["product"], row["id"]),
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

    def _get_link_rows(self, story):
        """One row per pair of lots and document, however many lines it took."""
        visible = story.visible | {row["id"] for row in story.unnumbered}
        links = [
            link
            for link in story.reach.links
            if link.source in visible and link.target in visible
        ]
        moves = {link.move for link in links}
        documents = self.env["lot.trace.link"]._get_documents(moves)
        groups = defaultdict(list)
        for link in links:
            document = documents[link.move]
            groups[link.source, link.target, link.kind, document].append(link)
        dated = [
            (min([link.arrived for link in links]), key, links)
            for key, links in groups.items()
        ]
        dated.sort(key=lambda group: (group[0], *group[1][:3]))
        return [self._prepare_link_row(*group) for group in dated]

    def _prepare_link_row(self, date, key, links):
        source, target, kind, (document, document_model, document_id) = key
        consumed = {link.line_out: link.quantity_out for link in links}
        produced = {link.line_in: link.quantity_in for link in links}
        return {
            "from_lot_id": source,
            "to_lot_id": target,
            "kind": kind,
            "certainty": genealogy.get_surest([link.certainty for link in links]),
            "document": document or False,
            "document_model": document_model,
            "document_id": document_id or False,
            "date": to_text(date),
            "quantity_consumed": sum(consumed.values()),
            "quantity_produced": sum(produced.values()),
        }

    def _get_outside_scope(self, story):
        count = story.hidden
        message = False
        if count:
            message = self.env._(
                "The trace goes on in %(count)s more place(s) that belong to companies "
                "you are not allowed to read.",
                count=count,
            )
        return {"count": count, "message": message}

    # ------------------------------------------------------------------
    # Partners
    # ------------------------------------------------------------------
    @api.model
    def _find_lots_of_customers(self, partners):
        """Ids of the lots that the customers got, and of all that these are made of:
        those whose trace downstream names one of the customers."""
        delivered = self.env["lot.trace.shipment"]._get_shipped_lots(
            partners, "customer"
        )
        return self._find_reached(delivered, genealogy.UPSTREAM)

    @api.model
    def _find_lots_of_vendors(self, partners):
        """Ids of the lots that came from the vendors, and of all that was made of them:
        those whose trace upstream names one of the vendors."""
        received = self.env["lot.trace.shipment"]._get_shipped_lots(partners, "vendor")
        return self._find_reached(received, genealogy.DOWNSTREAM)

    def _find_reached(self, moments, direction):
        links = self.env["lot.trace.link"]._search_links(list(moments), direction)
        readable = [link for link in links if link.readable]
        genealogy.close_links(readable)
        reach = self.env["lot.trace.late"]._get_reach(moments, readable, direction)
        return [node for node in reach.levels if node > 0]

    # ------------------------------------------------------------------
    # Stock
    # ------------------------------------------------------------------
    def _get_stock_rows(self, story):
        """What is on hand or in transit now, per lot and location."""
        rows = [
            {
                "lot_id": lot.id,
                "location_id": location.id,
                "location": location.display_name,
                "usage": location.usage,
                "quantity": quantity,
                "reserved": reserved,
            }
            for lot, location, quantity, reserved in story.quants
            if self._is_now(story.reach, lot.id)
        ]
        rows.sort(key=itemgetter("lot_id", "location", "location_id"))
        return rows

    def _read_quants(self, lot_ids):
        """(lot, location, quantity, reserved) of what is on hand or in transit."""
        return self.env["stock.quant"]._read_group(
            [
                ("lot_id", "in", lot_ids),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            ["lot_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum"],
            having=[("quantity:sum", "!=", 0)],
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

    def _sql_lines(self, condition, *columns):
        """The move lines that the user's record rules allow, with some columns.

        Asked so, and not by a condition on lines that are joined already, the rules
        are looked at for these lines only.

        :param condition: SQL on ``stock_move_line``
        """
        query = self.env["stock.move.line"]._search([], active_test=False)
        query.add_where(condition)
        return query.select(*(SQL.identifier(query.table, name) for name in columns))

    def _sql_rule(self, model_name, alias):
        """A condition on a table that is in the query already: whether the user's
        record rules allow its row.

        :param alias: the name of the table in the query
        """
        if self.env.su:
            return SQL("TRUE")
        model = self.env[model_name]
        model.check_access("read")
        rules = self.env["ir.rule"]._compute_domain(model_name, "read")
        everybody = model.sudo().with_context(active_test=False)
        query = Query(self.env, alias, SQL.identifier(model._table))
        condition = rules.optimize_full(everybody)._to_sql(everybody, alias, query)
        if query._joins:
            # rules that need other tables than this one
            return self._sql_readable(model_name, SQL.identifier(alias, "id"))
        return condition

    def _sql_readable(self, model_name, id_column):
        """A condition that says whether the user's record rules allow the row."""
        if self.env.su:
            return SQL("TRUE")
        query = self.env[model_name]._search([], active_test=False)
        query.add_where(SQL("%s = %s", SQL.identifier(query.table, "id"), id_column))
        return SQL("EXISTS (%s)", query.select(SQL("1")))
