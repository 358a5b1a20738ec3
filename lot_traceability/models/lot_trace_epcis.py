import json

import pytz

from odoo import api, fields, models

from ..tools import epcis

EVENTS = 100_000


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
        facts, makings = self.env["lot.trace.event"]._read(document)
        return [
            *(self._prepare_line_event(fact, namer) for fact in facts),
            *(self._prepare_order_event(making, namer) for making in makings),
        ]

    def _prepare_line_event(self, fact, namer):
        line, step = fact.line, fact.step
        is_arrival = step.biz_step in ("receiving", "commissioning")
        place = line.location_dest_id if is_arrival else line.location_id
        values = self._prepare_place(place, namer, stays=is_arrival)
        if step.biz_step in ("receiving", "shipping"):
            values |= self._prepare_parties(fact, namer)
        return epcis.get_object_event(
            step,
            self._prepare_goods(line, namer),
            moment=self._get_moment(line.date, place),
            event_id=self._get_event_id(line),
            bizTransactionList=self._prepare_documents(line, step.document, namer),
            ilmd=step is epcis.MAKE and self._prepare_ilmd(line.lot_id),
            **values,
        )

    def _prepare_order_event(self, making, namer):
        """One event for all that an order used and made until now."""
        last, lot = making.last, making.made.lot_id
        is_order = making.model_name == "mrp.production"
        return epcis.get_transformation_event(
            [self._prepare_goods(line, namer) for line in making.used],
            [self._prepare_goods(line, namer) for line in making.made],
            moment=self._get_moment(last.date, last.location_dest_id),
            event_id=self._get_event_id(making.used | making.made),
            bizTransactionList=self._prepare_documents(
                last, "prodorder" if is_order else "", namer
            ),
            ilmd=len(lot) == 1 and self._prepare_ilmd(lot),
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

    def _prepare_parties(self, fact, namer):
        """Who had the goods before, and who has them afterwards."""
        line, name = fact.line, fact.partner
        own = line.company_id.sudo().partner_id
        other = self.env["res.partner"].browse(fact.partner_id or ())
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
