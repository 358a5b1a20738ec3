from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, format_datetime

HELD_STATES = {"internal": "stock", "transit": "transit", "customer": "customer"}
LAST_STATES = {"customer": "customer", "supplier": "vendor", "production": "consumed"}


class LotPlace(models.AbstractModel):
    """Where each lot is now.

    What is held somewhere, also by customers, is told by the quants: they are right
    whatever the order in which operations were booked. All customer locations count as
    one place, so that a return from another one than the delivery went to does not
    leave a ghost. A lot that nobody holds is where its newest done line put it.
    """

    _name = "lot.place"
    _description = "Where a lot is now"

    @api.model
    def _get_state_labels(self):
        return {
            "stock": self.env._("In stock"),
            "transit": self.env._("In transit"),
            "customer": self.env._("At a customer"),
            "vendor": self.env._("Sent back to the vendor"),
            "consumed": self.env._("Consumed in production"),
            "unbuilt": self.env._("Taken apart"),
            "scrapped": self.env._("Scrapped"),
            "lost": self.env._("Lost in an inventory count"),
            "unknown": self.env._("Unknown"),
            "outside": self.env._("In another company"),
        }

    @api.model
    def _get_places(self, lots):
        """Say where the lots are, as far as the user may know it.

        :return: ``{lot id: [place]}``, the place of the newest arrival first; a place
            is a dict with ``lot_id``, ``state`` (a key of :meth:`_get_state_labels`),
            ``state_label``, ``location_id``, ``location``, ``since`` (datetime, UTC),
            ``document``, ``document_model``, ``document_id``, ``partner_id``,
            ``partner``, ``quantity`` (in the unit of the product), ``company_id``,
            ``company``, and ``installed_in``: list of ``{"id", "name", "product"}``.
            What is absent is ``False``. Of a place in a company that the user may not
            read there is the state ``outside`` and nothing else.
        """
        rows = self._search_rows(lots.ids)
        names = self._get_names(rows)
        places = {lot_id: [] for lot_id in lots.ids}
        for row in rows:
            places[row["lot_id"]].append(self._prepare_place(row, names))
        return places

    def _prepare_place(self, row, names):
        values = dict.fromkeys(
            ("location_id", "location", "since", "document", "document_model")
            + ("document_id", "partner_id", "partner", "company_id", "company"),
            False,
        )
        values |= {"lot_id": row["lot_id"], "quantity": 0, "installed_in": []}
        if not self._is_readable(row, names):
            state = "outside"
        else:
            state = row["state"]
            values |= self._prepare_readable(row, names)
        return values | {"state": state, "state_label": self._get_state_labels()[state]}

    def _prepare_readable(self, row, names):
        company_id = row["company_id"] or False
        partner_id = row["partner_id"] or False
        location_id = row["location_id"] or False
        partner = names["res.partner"].get(partner_id, False)
        if row["state"] not in ("customer", "vendor"):
            partner = False
        return {
            "location_id": location_id,
            "location": names["stock.location"].get(location_id, False),
            "since": row["since"] or False,
            "document": row["document"] or False,
            "document_model": self.env["lot.trace"]._get_document_model(
                row["document_field"]
            ),
            "document_id": row["document_id"] or False,
            "partner_id": partner and partner_id,
            "partner": partner,
            "quantity": row["quantity"],
            "company_id": company_id,
            "company": names["res.company"].get(company_id, False),
            "installed_in": [
                names["stock.lot"][lot_id]
                for lot_id in row["installed_in"] or []
                if lot_id in names["stock.lot"]
            ],
        }

    def _is_readable(self, row, names):
        is_known = row["location_id"] in names["stock.location"]
        return row["readable"] and (is_known or not row["location_id"])

    def _get_names(self, rows):
        """Names of the records of the rows that the user may read, by model and id."""
        ids = defaultdict(set)
        for row in rows:
            ids["stock.location"].add(row["location_id"])
            ids["res.partner"].add(row["partner_id"])
            ids["res.company"].add(row["company_id"])
            ids["stock.lot"].update(row["installed_in"] or [])
        get_names = self.env["lot.trace.shipment"]._get_display_names
        names = {
            model: get_names(model, ids[model])
            for model in ("stock.location", "res.partner", "res.company")
        }
        lots = self.env["stock.lot"].search([("id", "in", list(ids["stock.lot"]))])
        names["stock.lot"] = {
            lot.id: {
                "id": lot.id,
                "name": lot.name,
                "product": lot.product_id.display_name,
            }
            for lot in lots
        }
        return names

    # -- the query ------------------------------------------------------
    @api.model
    def _search_rows(self, lot_ids):
        """Where the lots are, in all companies: for checks, never for the screen.

        ``readable`` tells whether the user may read the line that brought it there.
        """
        for name in ("stock.move.line", "stock.move", "stock.quant", "stock.location"):
            self.env[name].flush_model()
        rows = self.env.execute_query_dict(self._sql_rows(list(lot_ids)))
        for row in rows:
            row["state"] = self._get_state(row)
        return rows

    def _get_state(self, row):
        if row["held"]:
            return HELD_STATES[row["held"]]
        if row["usage"] == "inventory":
            return "lost" if row["is_inventory"] else "scrapped"
        if row["usage"] == "production" and row["document_field"] == "unbuild_id":
            return "unbuilt"
        return LAST_STATES.get(row["usage"], "unknown")

    def _sql_rows(self, lot_ids):
        return SQL(
            """WITH held AS (%(held)s),
            place AS (
                SELECT * FROM held
                UNION ALL
                SELECT asked.lot_id, NULL, NULL, 0
                FROM unnest(%(lots)s::int[]) AS asked(lot_id)
                WHERE NOT EXISTS (SELECT FROM held WHERE held.lot_id = asked.lot_id)
            )
            SELECT place.lot_id, place.usage AS held, arrived.usage,
                COALESCE(place.location_id, arrived.location_dest_id) AS location_id,
                COALESCE(NULLIF(place.quantity, 0), arrived.quantity, 0) AS quantity,
                arrived.line_id, arrived.date AS since, move.is_inventory,
                COALESCE(arrived.company_id, location.company_id) AS company_id,
                %(customer)s AS partner_id, %(readable)s AS readable,
                %(installed_in)s AS installed_in, %(document)s
            FROM place
            LEFT JOIN LATERAL (%(arrived)s) arrived ON TRUE
            LEFT JOIN stock_move move ON move.id = arrived.move_id
            LEFT JOIN stock_location source ON source.id = arrived.location_id
            LEFT JOIN stock_location location ON location.id = place.location_id
            LEFT JOIN stock_picking picking
                ON picking.id = COALESCE(arrived.picking_id, move.picking_id)
            ORDER BY place.lot_id, arrived.date DESC NULLS LAST, arrived.line_id DESC
            """,
            held=self._sql_held(lot_ids),
            lots=lot_ids,
            arrived=self._sql_arrived(),
            installed_in=self._sql_installed_in(),
            customer=self.env["lot.trace.shipment"]._sql_customer(),
            document=self.env["lot.trace"]._sql_document(),
            readable=self._sql_readable(),
        )

    def _sql_held(self, lot_ids):
        return SQL(
            """SELECT quant.lot_id, location.usage,
                CASE WHEN location.usage <> 'customer' THEN location.id END
                    AS location_id,
                SUM(quant.quantity) AS quantity
            FROM stock_quant quant
            JOIN stock_location location ON location.id = quant.location_id
            WHERE quant.lot_id = ANY(%s)
                AND location.usage IN ('internal', 'transit', 'customer')
            GROUP BY 1, 2, 3
            HAVING SUM(quant.quantity) > 0.000001""",
            lot_ids,
        )

    def _sql_arrived(self):
        """The newest done line that brought the lot to its place."""
        return SQL(
            """SELECT line.id AS line_id, line.date, line.move_id, line.picking_id,
                line.location_id, line.location_dest_id, line.company_id, dest.usage,
                line.quantity_product_uom AS quantity
            FROM stock_move_line line
            JOIN stock_location dest ON dest.id = line.location_dest_id
            WHERE line.lot_id = place.lot_id AND line.state = 'done'
                AND line.quantity_product_uom <> 0
                AND (place.usage IS NULL OR dest.id = place.location_id
                    OR place.usage = 'customer' AND dest.usage = 'customer')
            ORDER BY line.date DESC, line.id DESC
            LIMIT 1"""
        )

    def _sql_installed_in(self):
        """Core names the columns of the relation the wrong way round."""
        return SQL(
            """CASE WHEN arrived.usage = 'production' THEN ARRAY(
                SELECT DISTINCT made.lot_id
                FROM stock_move_line_consume_rel rel
                JOIN stock_move_line made ON made.id = rel.consume_line_id
                WHERE rel.produce_line_id = arrived.line_id
                    AND made.lot_id IS NOT NULL) END"""
        )

    def _sql_readable(self):
        readable = self.env["lot.trace"]._sql_readable
        return SQL(
            "(arrived.line_id IS NULL OR %s)",
            readable("stock.move.line", SQL("arrived.line_id")),
        )

    @api.model
    def _describe(self, place):
        """A place in one line, for forms and messages."""
        where = place["partner"]
        if place["state"] in ("stock", "transit"):
            where = place["location"]
        if place["installed_in"]:
            where = ", ".join(
                f"{lot['name']} ({lot['product']})" for lot in place["installed_in"]
            )
        if not where:
            return place["state_label"]
        return f"{place['state_label']}: {where}"

    @api.model
    def _describe_arrival(self, place):
        """Since when it is there and by which document, or an empty text."""
        if not place["since"]:
            return ""
        return self.env._(
            "since %(date)s by %(document)s",
            date=format_datetime(self.env, place["since"], dt_format="short"),
            document=place["document"] or self.env._("an operation without a name"),
        )
