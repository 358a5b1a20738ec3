import json
from collections import defaultdict

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import epcis

EVENTS = 100_000
# kinds of link that say that goods became other goods
MADE = ("production", "unbuild", "conversion")


class LotTraceEpcis(models.AbstractModel):
    """The trace of lots as events in the format of EPCIS 2.0 (JSON-LD).

    A done move line is an event, with the same identifier in each export; an order is
    one, with all that it used and made and that the user may read.
    """

    _name = "lot.trace.epcis"
    _description = "EPCIS export of the trace of lots"

    @api.model
    def _get_document(self, lots):
        """The events of the trace of lots, both ways.

        :return: dict, an ``EPCISDocument``
        :raise UserError: if there are too many; nothing is cut off
        """
        document = self.env["lot.trace.document"]._read(lots, self._get_most(), "EPCIS")
        namer = epcis.Namer(self.get_base_url())
        now = fields.Datetime.now().replace(tzinfo=pytz.utc)
        return epcis.get_document(self._get_events(document, namer), now, namer)

    @api.model
    def _to_json(self, lots):
        document = self._get_document(lots)
        return json.dumps(document, ensure_ascii=False, indent=1).encode()

    def _get_most(self):
        parameters = self.env["ir.config_parameter"].sudo()
        name = "lot_traceability.epcis_event_limit"
        return int(parameters.get_param(name, 0)) or EVENTS

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------
    def _get_events(self, document, namer):
        orders = {
            (link["document_model"], link["document_id"])
            for trace in document.traces
            for link in trace["links"]
            if self._is_making(link)
        }
        partners = {
            row["id"]: (row["partner_id"], row["partner"])
            for row in document.movements
            if row["state"] == "done"
            and (row["document_model"], row["document_id"]) not in orders
        }
        lines = self.env["stock.move.line"].browse(partners)
        order_lines = self._get_order_lines(orders)
        scrapped = lines.union(*order_lines.values()).filtered("move_id.scrap_id")
        events = [
            self._prepare_line_event(line, partners.get(line.id, (False, False)), namer)
            for line in lines | scrapped
        ]
        events += [
            self._prepare_order_event(key, lines, namer)
            for key, lines in order_lines.items()
        ]
        return [event for event in events if event]

    def _is_making(self, link):
        # a repair puts parts into a thing that stays the same
        return link["kind"] in MADE and link["document_model"] not in (
            False,
            "repair.order",
        )

    def _get_order_lines(self, orders):
        """All done lines of orders, ``{(model, id): lines}``."""
        trace = self.env["lot.trace"]
        ids = defaultdict(list)
        for model_name, order_id in orders:
            ids[model_name].append(order_id)
        domain = Domain.OR(
            Domain(f"move_id.{name}", "in", ids[trace._get_document_model(name)])
            for name in trace._get_document_fields()
            if trace._get_document_model(name) in ids
        )
        domain &= Domain("state", "=", "done") & Domain("quantity_product_uom", "!=", 0)
        found = self.env["stock.move.line"].search(domain, order="date, id")
        documents = self.env["lot.trace.link"]._get_documents(found.move_id.ids)
        return found.grouped(lambda line: documents[line.move_id.id][1:])

    def _prepare_line_event(self, line, partner, namer):
        step = self._get_step(line)
        if not step:
            return None
        is_arrival = step.biz_step in ("receiving", "commissioning")
        place = line.location_dest_id if is_arrival else line.location_id
        values = self._prepare_place(place, namer, stays=is_arrival)
        if step.biz_step in ("receiving", "shipping"):
            values |= self._prepare_parties(line, partner, namer)
        return epcis.get_object_event(
            step,
            self._prepare_goods(line, namer),
            moment=self._get_moment(line.date, place),
            event_id=self._get_event_id(line),
            bizTransactionList=self._prepare_documents(line, step.document, namer),
            ilmd=step is epcis.MAKE and self._prepare_ilmd(line.lot_id),
            **values,
        )

    def _get_step(self, line):
        if line.move_id.scrap_id:
            return epcis.DESTROY
        return epcis.get_step(line.location_id.usage, line.location_dest_id.usage)

    def _prepare_order_event(self, key, lines, namer):
        """One event for all that an order used and made until now."""
        lines = lines.filtered(lambda line: not line.move_id.scrap_id)
        outside = ("production", "inventory")
        used = lines.filtered(lambda line: line.location_dest_id.usage in outside)
        made = lines.filtered(lambda line: line.location_id.usage in outside)
        if not used or not made:
            return None
        last = made.sorted("date")[-1]
        is_order = key[0] == "mrp.production"
        return epcis.get_transformation_event(
            [self._prepare_goods(line, namer) for line in used],
            [self._prepare_goods(line, namer) for line in made],
            moment=self._get_moment(last.date, last.location_dest_id),
            event_id=self._get_event_id(used | made),
            bizTransactionList=self._prepare_documents(
                last, "prodorder" if is_order else "", namer
            ),
            ilmd=len(made.lot_id) == 1 and self._prepare_ilmd(made.lot_id),
            **self._prepare_place(last.location_dest_id, namer),
        )

    # ------------------------------------------------------------------
    # Pieces
    # ------------------------------------------------------------------
    def _get_event_id(self, lines):
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return epcis.get_event_id(database, "stock.move.line", *sorted(lines.ids))

    def _get_moment(self, date, place):
        """In the time zone of the warehouse, else of the user."""
        zone = place.sudo().warehouse_id.partner_id.tz or self.env.user.tz or "UTC"
        return pytz.utc.localize(date).astimezone(pytz.timezone(zone))

    def _is_own(self, place):
        return place.usage in ("internal", "transit", "production", "inventory")

    def _prepare_place(self, place, namer, stays=True):
        """Where it happened, and where the goods are afterwards if they stay there."""
        if not self._is_own(place):
            return {}
        # what a place is called may be read by whoever may read the line
        place = place.sudo()
        gln = self._get_gln(place.warehouse_id.partner_id)
        point = {"id": namer.get_place(gln, place.id, place.display_name)}
        return {"readPoint": point, "bizLocation": stays and point}

    def _prepare_parties(self, line, partner, namer):
        """Who had the goods before, and who has them afterwards."""
        own = line.company_id.sudo().partner_id
        partner_id, name = partner
        other = self.env["res.partner"].browse(partner_id or ())
        from_us, to_us = map(self._is_own, (line.location_id, line.location_dest_id))
        giver = own if from_us else other if to_us else other.browse()
        taker = own if to_us else other
        return {
            key: [{"type": "possessing_party", role: self._get_party(who, name, namer)}]
            for key, role, who in (
                ("sourceList", "source", giver),
                ("destinationList", "destination", taker),
            )
            if who
        }

    def _get_party(self, partner, name, namer):
        """Own company, or the partner of the line, which the result names."""
        partner = partner.sudo()
        is_own = partner in self.env.companies.sudo().partner_id
        label = partner.name if is_own else name
        return namer.get_party(self._get_gln(partner), partner.id, label)

    def _get_gln(self, partner):
        # of the module account_add_gln, if it is there
        name = "global_location_number"
        return partner[name] if name in partner._fields else False

    def _prepare_documents(self, line, document_type, namer):
        gln = self._get_gln(line.company_id.sudo().partner_id)
        documents = []
        if line.reference:
            uri = namer.get_document(gln, line.reference)
            documents.append({"type": document_type, "bizTransaction": uri})
        if line.picking_id.origin:
            uri = namer.get_document(gln, line.picking_id.origin)
            documents.append({"bizTransaction": uri})
        return [{key: text for key, text in row.items() if text} for row in documents]

    def _prepare_goods(self, line, namer):
        product, lot = line.sudo().product_id, line.sudo().lot_id
        is_serial = product.tracking == "serial" and bool(lot)
        unit, factor = self._get_unit(product.uom_id)
        uri = namer.get_goods(
            product.barcode,
            lot.name,
            is_serial,
            lot.id or f"product-{product.id}",
            f"{product.display_name} {lot.name or ''}".strip(),
        )
        quantity = round(line.quantity_product_uom * factor, 6)
        return epcis.Goods(uri, quantity, unit, is_serial)

    def _get_unit(self, unit):
        """The code of a unit and what the quantity is multiplied by for it; a unit of
        one's own is told in that it is a multiple of."""
        factor, codes = 1, self._get_unit_codes()
        while unit and unit.id not in codes:
            factor *= unit.relative_factor
            unit = unit.relative_uom_id
        return (codes[unit.id], factor) if unit else (None, 1)

    def _get_unit_codes(self):
        units = {
            self.env.ref(f"uom.{name}", raise_if_not_found=False): code
            for name, code in epcis.UNITS.items()
        }
        return {unit.id: code for unit, code in units.items() if unit}

    def _prepare_ilmd(self, lot):
        """What a number was born with."""
        values = {"cbvmda:lotNumber": lot.name}
        if "expiration_date" in lot._fields and lot.expiration_date:
            date = fields.Datetime.context_timestamp(self, lot.expiration_date)
            values["cbvmda:itemExpirationDate"] = date.date().isoformat()
        return {key: value for key, value in values.items() if value}
