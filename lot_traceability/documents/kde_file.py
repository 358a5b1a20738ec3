"""The events of a trace as the sortable table of the US food traceability rule."""

from datetime import UTC

from odoo.models import BaseModel

from ..evidence import facts
from ..tools.remember import remember
from ..tools.zone import get_zone_of_warehouse
from . import epcis, kde
from .epcis_file import EpcisEvents, get_base
from .events import read_events
from .spreadsheet import Spreadsheet
from .trace_document import TraceDocument, check_rows


def get_xlsx(lots: BaseModel) -> bytes:
    """One sheet for each kind of event, and one that explains the columns.

    :raise UserError: if there are more rows than a sheet has
    """
    document = TraceDocument(lots, "XLSX")
    book = Spreadsheet()
    for sheet, rows in KdeRows(document).get_rows().items():
        check_rows(lots.env, len(rows), "XLSX")
        headings = [kde.get_heading(name) for name in kde.SHEETS[sheet]]
        book.add_table(sheet, headings, rows, frozen_columns=1)
    title, texts = document.get_statements()
    book.add_facts(
        "Glossary",
        [
            *document.get_about(),
            *((title, text) for text in texts),
            *((kde.get_heading(name), text) for name, text in kde.GLOSSARY.items()),
        ],
    )
    return book.get_content()


class KdeRows:
    """The rows of the sheets."""

    def __init__(self, document: TraceDocument):
        self.env = document.env
        self.document = document
        self._frozen = dict(document.frozen)
        self.identifiers = {}

    def get_rows(self) -> dict[str, list]:
        """``{sheet: rows of cells}``, the oldest first."""
        found, makings = read_events(self.document)
        self._read_frozen(makings)
        events = EpcisEvents(self.document, epcis.Namer(get_base(self.env)))
        self.identifiers = events.get_identifiers(found, makings)
        rows = {sheet: [] for sheet in kde.SHEETS}
        sources = self._get_sources(makings)
        for fact in sorted(found, key=lambda fact: (fact.line.date, fact.line.id)):
            source = sources.get(fact.line.lot_id, {})
            if fact.step.biz_step == "receiving":
                rows["Receiving"].append(self._prepare_received(fact) | source)
            elif fact.step.biz_step == "shipping":
                rows["Shipping"].append(self._prepare_shipped(fact) | source)
        for making in sorted(makings, key=lambda making: making.last.date):
            rows["Transformation"] += self._prepare_made(making)
        return {
            sheet: [kde.get_row(sheet, values) for values in sheet_rows]
            for sheet, sheet_rows in rows.items()
        }

    def _read_frozen(self, makings):
        """What was written down of all lines of orders, too."""
        ids = {line.id for making in makings for line in making.used | making.made}
        missing = ids - self._frozen.keys()
        read = facts.read(self.env, missing) if missing else {}
        self._frozen |= {line_id: read.get(line_id, {}) for line_id in missing}

    def _get_sources(self, makings):
        """Where the codes of lots that were made here were assigned, by lot."""
        return {
            line.lot_id: self._prepare_place("tlc_source", line.location_dest_id, line)
            for making in makings
            for line in making.made
            if self._get_code(line) == line.lot_id.name
        }

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------
    def _prepare_received(self, fact):
        place = fact.line.location_dest_id
        return {
            **self._prepare_moved(fact, place),
            **self._prepare_partner("previous_source", fact),
            **self._prepare_place("place_received", place, fact.line),
        }

    def _prepare_shipped(self, fact):
        place = fact.line.location_id
        return {
            **self._prepare_moved(fact, place),
            **self._prepare_partner("subsequent_recipient", fact),
            **self._prepare_place("place_shipped_from", place, fact.line),
        }

    def _prepare_moved(self, fact, place):
        line = fact.line
        product, unit = self._get_goods(line.product_id)
        return {
            "tlc": self._get_code(line),
            "quantity": line.quantity_product_uom,
            "uom": unit,
            "product": self._get_product(line) or product,
            "date": self._get_day(line.date, place),
            **self._prepare_documents(line, fact.step.document),
            "event": self.identifiers.get((line.id,)),
            "internal_number": line.sudo().lot_id.name,
        }

    def _prepare_made(self, making):
        """A row for each lot that went in and each that came out of it."""
        event = self.identifiers.get(tuple((making.used | making.made).ids))
        for made in making.made:
            output = self._prepare_output(made) | {"event": event}
            for used in making.used:
                if not self._is_same(used, made):
                    yield output | self._prepare_input(used)

    def _is_same(self, used, made):
        """A split or a new label of the same goods is no transformation."""
        codes = {self._get_code(used), self._get_code(made)}
        return used.product_id == made.product_id and len(codes) == 1

    def _prepare_input(self, line):
        product, unit = self._get_goods(line.product_id)
        return {
            "input_tlc": self._get_code(line),
            "input_product": self._get_product(line) or product,
            "quantity_used": line.quantity_product_uom,
            "input_uom": unit,
        }

    def _prepare_output(self, line):
        place = line.location_dest_id
        product, unit = self._get_goods(line.product_id)
        return {
            "new_tlc": self._get_code(line),
            "output_product": self._get_product(line) or product,
            "quantity_produced": line.quantity_product_uom,
            "output_uom": unit,
            "date_completed": self._get_day(line.date, place),
            "internal_number": line.sudo().lot_id.name,
            **self._prepare_place("place_transformed", place, line),
            **self._prepare_documents(line, "prodorder"),
        }

    # ------------------------------------------------------------------
    # Pieces
    # ------------------------------------------------------------------
    def _get_product(self, line):
        """As it was called then, if that was written down."""
        return self._get_frozen(line).get("product_name")

    def _get_code(self, line):
        """Whoever assigned it first: a receipt does not renumber a lot."""
        return self._get_code_of_lot(line.lot_id)

    @remember
    def _get_code_of_lot(self, lot):
        lot = lot.sudo()
        return lot.supplier_number or lot.name

    @remember
    def _get_goods(self, product):
        """What a product and its unit are called."""
        product = product.sudo()
        return product.display_name, product.uom_id.name

    @remember
    def _get_zone(self, place):
        return get_zone_of_warehouse(place.sudo().warehouse_id)

    def _get_day(self, date, place):
        moment = date.replace(tzinfo=UTC).astimezone(self._get_zone(place))
        return moment.date().isoformat()

    def _prepare_place(self, prefix, place, line):
        frozen = self._get_frozen(line).get("site")
        if frozen and place.usage not in ("customer", "supplier"):
            return self._prepare_frozen(prefix, frozen)
        return self._prepare_own_address(prefix, place, line.company_id)

    @remember
    def _prepare_own_address(self, prefix, place, company):
        """The address of the warehouse; a customer's or vendor's place has none."""
        partner = place.sudo().warehouse_id.partner_id
        if not partner and place.usage not in ("customer", "supplier"):
            partner = company.sudo().partner_id
        return self._prepare_address(prefix, partner)

    @remember
    def _get_readable(self, partner_id):
        # under the rights of the user: the trace names partners, not their addresses
        partner = self.env["res.partner"].browse(partner_id or ())
        return partner._filtered_access("read")

    def _prepare_partner(self, prefix, fact):
        readable = self._get_readable(fact.partner_id)
        party = self._get_frozen(fact.line).get("party") or {}
        if readable and party.get("id") == readable.id:
            return self._prepare_frozen(prefix, party)
        return self._prepare_address(prefix, readable)

    def _get_frozen(self, line):
        """What was written down when the line was done; {} if nothing was."""
        if line.id not in self._frozen:
            self._frozen[line.id] = facts.read(self.env, line.ids).get(line.id, {})
        return self._frozen[line.id]

    def _prepare_frozen(self, prefix, values):
        return {f"{prefix}_{name}": values.get(name) for name in kde.ADDRESS}

    def _prepare_address(self, prefix, partner):
        values = {
            "name": partner.display_name,
            "phone": partner.phone,
            "street": ", ".join(filter(None, (partner.street, partner.street2))),
            "city": partner.city,
            "state": partner.state_id.name,
            "zip": partner.zip,
            "country": partner.country_id.code,
        }
        return {f"{prefix}_{name}": value for name, value in values.items()}

    def _prepare_documents(self, line, document_type):
        types = {
            "recadv": self.env._("Receipt"),
            "desadv": self.env._("Delivery"),
            "prodorder": self.env._("Manufacturing Order"),
        }
        origin = line.picking_id.origin
        return {
            "document_type": line.reference and types.get(document_type),
            "document": line.reference,
            "document_2_type": origin and self.env._("Source document"),
            "document_2": origin,
        }
