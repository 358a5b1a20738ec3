"""The trace of lots as events in the format of EPCIS 2.0 (JSON-LD).

A done move line is an event, whose identifier is a hash of what it says, so that it is
the same in each export; an order is one, with all that it used and made and that the
user may read.
"""

import json
from datetime import UTC
from functools import cached_property

from odoo import fields
from odoo.models import BaseModel

from ..scanning import gs1
from ..tools.calendar_days import local_date
from ..tools.remember import remember
from ..tools.zone import get_zone_of_warehouse
from . import epcis
from .events import read_events
from .trace_document import TraceDocument

ILMD_DATES = {
    "17": "itemExpirationDate",
    "15": "bestBeforeDate",
    "11": "productionDate",
}


def get_document(lots: BaseModel) -> dict:
    """The events of the trace of lots, both ways: an ``EPCISDocument``.

    :raise UserError: if there are too many; nothing is cut off
    """
    document = TraceDocument(lots, "EPCIS")
    namer = epcis.Namer(get_base(lots.env))
    now = fields.Datetime.now().replace(tzinfo=UTC)
    events = EpcisEvents(document, namer).get_events()
    return epcis.get_document(events, now, namer)


def get_jsonld(lots: BaseModel) -> bytes:
    """The same as UTF-8."""
    # not indented: that takes ten times as long
    return json.dumps(get_document(lots), ensure_ascii=False).encode()


def get_base(env) -> str:
    """The address below which the company names what has no GS1 number.

    Never that of the server, which changes when somebody logs in by another one.
    """
    company = env.company.sudo()
    # the id of the database is no secret: every event names it
    database = env["ir.config_parameter"].sudo().get_param("database.uuid")
    return company.lot_identifier_domain or f"https://{database}.invalid"


class EpcisEvents:
    """The events of a document."""

    def __init__(self, document: TraceDocument, namer: epcis.Namer):
        self.env = document.env
        self.document = document
        self.namer = namer

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------
    def get_events(self) -> list[dict]:
        """The events, each with its identifier."""
        events = self._prepare_events(*read_events(self.document))
        return epcis.identify(list(events.values()))

    def get_identifiers(self, facts, makings) -> dict:
        """The identifier of the event of each done line, and of the lines of an order:
        ``{ids of move lines: identifier}``."""
        events = self._prepare_events(facts, makings)
        epcis.identify(list(events.values()))
        return {lines: event["eventID"] for lines, event in events.items()}

    def _prepare_events(self, facts, makings):
        events = {(fact.line.id,): self._prepare_line_event(fact) for fact in facts}
        for making in makings:
            lines = tuple((making.used | making.made).ids)
            events[lines] = self._prepare_order_event(making)
        return events

    def _prepare_line_event(self, fact):
        line, step = fact.line, fact.step
        is_arrival = step.biz_step in ("receiving", "commissioning")
        place = line.location_dest_id if is_arrival else line.location_id
        values = self._prepare_place(place, stays=is_arrival)
        if step.biz_step in ("receiving", "shipping"):
            values |= self._prepare_parties(fact)
        return epcis.get_object_event(
            step,
            self._prepare_goods(line),
            moment=self._get_moment(line.date, place),
            bizTransactionList=self._prepare_documents(line, step.document),
            ilmd=step is epcis.MAKE and self._prepare_ilmd(line.lot_id, place),
            **values,
        )

    def _prepare_order_event(self, making):
        """One event for all that an order used and made until now."""
        last, lot = making.last, making.made.lot_id
        return epcis.get_transformation_event(
            [self._prepare_goods(line) for line in making.used],
            [self._prepare_goods(line) for line in making.made],
            moment=self._get_moment(last.date, last.location_dest_id),
            bizTransactionList=self._prepare_documents(last, "prodorder"),
            ilmd=len(lot) == 1 and self._prepare_ilmd(lot, last.location_dest_id),
            **self._prepare_place(last.location_dest_id),
        )

    # ------------------------------------------------------------------
    # Pieces
    # ------------------------------------------------------------------
    @remember
    def _get_zone(self, place):
        return get_zone_of_warehouse(place.sudo().warehouse_id)

    def _get_moment(self, date, place):
        """A moment (UTC, without a zone) in the zone of the warehouse, else of the
        company, else of the user."""
        return date.replace(tzinfo=UTC).astimezone(self._get_zone(place))

    @remember
    def _is_own(self, place):
        return place.usage in ("internal", "transit", "production", "inventory")

    def _prepare_place(self, place, stays=True):
        """Where it happened, and where the goods are afterwards if they stay there."""
        if not self._is_own(place):
            return {}
        point = {"id": self._get_place(place)}
        return {"readPoint": point, "bizLocation": stays and point}

    @remember
    def _get_place(self, place):
        # what a place is called may be read by whoever may read the line
        place = place.sudo()
        gln = self._get_gln(place.warehouse_id.partner_id)
        return self.namer.get_place(gln, place.id, place.display_name)

    def _prepare_parties(self, fact):
        """Who had the goods before, and who has them afterwards."""
        line, name = fact.line, fact.partner
        own = line.company_id.sudo().partner_id
        other = self.env["res.partner"].browse(fact.partner_id or ())
        from_us, to_us = map(self._is_own, (line.location_id, line.location_dest_id))
        giver = own if from_us else other if to_us else other.browse()
        taker = own if to_us else other
        return {
            key: [{"type": "possessing_party", role: self._get_party(who, name)}]
            for key, role, who in (
                ("sourceList", "source", giver),
                ("destinationList", "destination", taker),
            )
            if who
        }

    @remember
    def _get_party(self, partner, name):
        """Own company, or the partner of the line, as far as the result names it."""
        partner = partner.sudo()
        is_own = partner in self.env.companies.sudo().partner_id
        label = partner.name if is_own else name
        gln = self._get_gln(partner) if label else False
        return self.namer.get_party(gln, partner.id, label)

    def _get_gln(self, partner):
        # of the module account_add_gln, if it is there
        name = "global_location_number"
        return partner[name] if name in partner._fields else False

    def _prepare_documents(self, line, document_type):
        gln = self._get_gln(line.company_id.sudo().partner_id)
        # the standard has no type for other documents, and none is told without one
        documents = [(document_type, line.reference), *self._get_origins(line)]
        return [
            {"type": name, "bizTransaction": self.namer.get_document(gln, number)}
            for name, number in documents
            if name and number
        ]

    def _get_origins(self, line):
        """The orders of a transfer, and what it returns, with their types."""
        # sudo: a transfer names its order to whoever reads the transfer
        picking = line.picking_id.sudo()
        if picking.return_id:
            yield "desadv", picking.return_id.name
        for name in ("purchase_id", "sale_id"):
            if name in picking._fields and picking[name]:
                yield "po", picking[name].name

    def _prepare_goods(self, line):
        uri, unit, factor, is_serial = self._get_goods(line.product_id, line.lot_id)
        quantity = round(line.quantity_product_uom * factor, 6)
        return epcis.Goods(uri, quantity, unit, is_serial)

    @remember
    def _get_goods(self, product, lot):
        product, lot = product.sudo(), lot.sudo()
        is_serial = product.tracking == "serial" and bool(lot)
        unit, factor = self._get_unit(product.uom_id)
        uri = self.namer.get_goods(
            product.barcode,
            lot.name,
            is_serial,
            lot.id or f"product-{product.id}",
            f"{product.display_name} {lot.name or ''}".strip(),
        )
        return uri, unit, factor, is_serial

    @remember
    def _get_unit(self, unit):
        """The code of a unit and what the quantity is multiplied by for it; a unit of
        one's own is told in that it is a multiple of."""
        factor, codes = 1, self._unit_codes
        while unit and unit.id not in codes:
            factor *= unit.relative_factor
            unit = unit.relative_uom_id
        return (codes[unit.id], factor) if unit else (None, 1)

    @cached_property
    def _unit_codes(self):
        units = {
            self.env.ref(f"uom.{name}", raise_if_not_found=False): code
            for name, code in epcis.UNITS.items()
        }
        return {unit.id: code for unit, code in units.items() if unit}

    def _prepare_ilmd(self, lot, place):
        """What a number was born with: as its label says it, days of the place."""
        if not lot:
            return {}
        label = dict(lot._get_label_elements())
        values = {"cbvmda:lotNumber": label.get("10")}
        for identifier, name in ILMD_DATES.items():
            if identifier in label:
                day = gs1.read_date(label[identifier])
                values[f"cbvmda:{name}"] = day.isoformat()
        is_dated = "15" in label or "17" in label
        if not is_dated and "expiration_date" in lot._fields and lot.expiration_date:
            zone = get_zone_of_warehouse(place.sudo().warehouse_id)
            day = local_date(lot.expiration_date, zone)
            values["cbvmda:itemExpirationDate"] = day.isoformat()
        return {key: value for key, value in values.items() if value}
