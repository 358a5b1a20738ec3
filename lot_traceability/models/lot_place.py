from collections import defaultdict

from odoo import api, models
from odoo.tools import format_datetime

from ..trace.rows import get_display_names
from ..trace.sql import get_document_model


class LotPlace(models.AbstractModel):
    """Where each lot is now, as people may see it."""

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
            "hidden": self.env._("Elsewhere"),
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
            read there is the state ``outside`` and nothing else; of all places the
            state ``hidden`` for a user who may not read lots at all.
        """
        rows = self.env["lot.place.query"]._search_rows(lots.ids)
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
            state = "outside" if self.env["lot.place.query"]._may_look() else "hidden"
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
            "document_model": get_document_model(self.env, row["document_field"]),
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
        for row in rows if self.env["lot.place.query"]._may_look() else []:
            ids["stock.location"].add(row["location_id"])
            ids["res.partner"].add(row["partner_id"])
            ids["res.company"].add(row["company_id"])
            ids["stock.lot"].update(row["installed_in"] or [])
        names = {
            model: get_display_names(self.env, model, ids[model]) if ids[model] else {}
            for model in ("stock.location", "res.partner", "res.company")
        }
        names["stock.lot"] = self._get_lot_names(ids["stock.lot"])
        return names

    def _get_lot_names(self, lot_ids):
        if not lot_ids:
            return {}
        lots = self.env["stock.lot"].search([("id", "in", list(lot_ids))])
        return {
            lot.id: {
                "id": lot.id,
                "name": lot.name,
                "product": lot.product_id.display_name,
            }
            for lot in lots
        }

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
