"""Events in the format of EPCIS 2.0 (JSON-LD): of the trace of lots, of documents, or
of some days.

What is told is what was frozen when it was done (``evidence.facts``), so that an event
and its identifier, a hash of what it says, are the same in each export; what nobody
froze is read of the moves. What was corrected is told as it was, and as it is.
"""

import json
from collections import defaultdict
from datetime import UTC, date, datetime

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from .. import apps
from ..evidence import details, facts
from ..tools.calendar_days import day_start, in_days
from ..tools.remember import remember
from ..tools.zone import get_zone_of_warehouse
from ..trace.sql import get_document_model, sql_array
from . import epcis, events
from .epcis_events import Teller
from .epcis_history import Story, get_versions
from .epcis_lines import Lines, name_document
from .trace_document import Traced, check_rows

# of which only the identifiers are asked for
LINES_AT_ONCE = 5_000


# ----------------------------------------------------------------------
# What is asked for
# ----------------------------------------------------------------------
def get_document(lots: BaseModel) -> dict:
    """The events of the trace of lots, both ways: an ``EPCISDocument``.

    :raise UserError: if there are too many; nothing is cut off
    """
    document = Traced(lots, "EPCIS")
    teller = EpcisEvents(document)
    lot_ids = [row["id"] for trace in document.traces for row in trace["lots"]]
    return teller.get_document(events.get_line_ids(document), lots.browse(lot_ids))


def get_jsonld(lots: BaseModel) -> bytes:
    """The same as UTF-8."""
    return to_bytes(get_document(lots))


def get_document_of_records(records: BaseModel) -> dict:
    """The events of documents: transfers, orders, scraps, conversions; of what is about
    lots, such as a recall, all of their trace."""
    check_has_events(records)
    env = records.env
    lots = env["lot.trace"]._get_event_lots(records)
    if lots is not None:
        return get_document(lots)
    paths = [Domain(path, "in", records.ids) for path in _get_paths(records)]
    lines = _search_lines(env, Domain.OR(paths))
    return EpcisEvents(env).get_document(lines.ids, env["stock.lot"])


def check_has_events(records: BaseModel) -> None:
    """:raise AccessError: if the user is none of the staff: events tell of holds, too
    :raise UserError: if records of this kind have no events
    """
    records.env["lot.hold"].check_access("read")
    lots = records.env["lot.trace"]._get_event_lots(records)
    if lots is None and not _get_paths(records):
        raise UserError(
            records.env._(
                "%(model)s has no events of its own. Ask for those of transfers, "
                "orders, scraps, conversions or lots.",
                model=records._description,
            )
        )


def _get_paths(records):
    """How the lines of documents are found, as far as their apps are there."""
    line = records.env["stock.move.line"]
    paths = apps.LINE_PATHS.get(records._name, ())
    return [path for path in paths if details.has_path(line, path)]


def get_document_of_days(env: Environment, start: datetime, end: datetime) -> dict:
    """All events of the companies from one moment to another (UTC)."""
    domain = Domain("date", ">=", start) & Domain("date", "<", end)
    # an event of these days whose date was corrected is told as wrong
    domain |= Domain("id", "in", facts.get_redated_lines(env, start, end))
    domain &= Domain("company_id", "in", env.companies.ids)
    lines = _search_lines(env, domain)
    return EpcisEvents(env).get_document(lines.ids, None, (start, end))


def get_moments(env: Environment, first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of one day to the end of another, where the company is."""
    zone = get_zone_of_warehouse(env["stock.warehouse"])
    return day_start(first, zone), day_start(in_days(last, 1), zone)


def to_bytes(document: dict) -> bytes:
    # not indented: that takes ten times as long
    return json.dumps(document, ensure_ascii=False).encode()


def _search_lines(env, domain):
    domain &= Domain("state", "=", "done")
    lines = env["stock.move.line"].search(domain, order="date, id")
    check_rows(env, len(lines), "EPCIS")
    return lines


def get_base(env: Environment) -> str:
    """The address below which the company names what has no GS1 number.

    Never that of the server, which changes when somebody logs in by another one.
    """
    company = env.company.sudo()
    # the id of the database is no secret: every event names it
    database = env["ir.config_parameter"].sudo().get_param("database.uuid")
    return company.lot_identifier_domain or f"https://{database}.invalid"


def get_prefix(env: Environment) -> str:
    """The prefix of the company, if its GS1 numbers are told as EPC URNs."""
    company = env.company.sudo()
    is_urn = company.lot_identifier_form == "urn"
    return (company.lot_gs1_prefix or "") if is_urn else ""


# ----------------------------------------------------------------------
# What is told
# ----------------------------------------------------------------------
class EpcisEvents:
    """Reads lines, and tells them.

    :param source: a ``Traced``, or an environment
    :param reader: of lines that were read already
    """

    def __init__(
        self,
        source,
        namer: epcis.Namer | None = None,
        reader: details.Reader | None = None,
    ):
        self.env = source if isinstance(source, Environment) else source.env
        self.reader = reader
        self.namer = namer or epcis.Namer(get_base(self.env), get_prefix(self.env))

    def get_document(self, line_ids, lots, period=None) -> dict:
        """
        :param lots: whose holds and days are told, too; None: those of the period
        """
        told, teller = self._tell(line_ids, lots)
        found = self._tell_states(teller, lots, period)
        epcis.identify(found)
        for event in found:
            told[event["eventID"]] = event
        now = fields.Datetime.now().replace(tzinfo=UTC)
        return epcis.get_document(list(told.values()), now, self.namer)

    def get_identifiers(self, line_ids) -> dict[int, str]:
        """The identifier of the event of each line, as far as it is one. Read document
        by document, and nothing of it is kept: there may be a hundred thousand."""
        lines = self.env["stock.move.line"].browse(line_ids)
        self.reader = self.reader or details.Reader(lines)
        found = {}
        for ids in self._split(line_ids):
            lines = self._read(ids, None)
            teller = self._get_teller(lines)
            for _told, current in self._tell_documents(teller, lines):
                # what was packed along is told with its own document
                mine = {key: names[0] for key, names in current.items() if key in ids}
                found |= mine
        return found

    def _split(self, line_ids):
        """Lines in batches; those of one document are together."""
        documents = defaultdict(list)
        for row in self.reader.get_rows(line_ids):
            documents[name_document(self.reader, row)].append(row.id)
        batch = set()
        for ids in documents.values():
            batch.update(ids)
            if len(batch) >= LINES_AT_ONCE:
                yield batch
                batch = set()
        if batch:
            yield batch

    def _tell(self, line_ids, lots):
        """``{identifier: event}`` of all versions, and who tells them."""
        lines, told = self._read(line_ids, lots), {}
        teller = self._get_teller(lines)
        for events_told, _current in self._tell_documents(teller, lines):
            told |= events_told
        return told, teller

    def _tell_documents(self, teller, lines):
        """Of each document ``{identifier: event}`` of all versions, and ``{line:
        identifiers}`` now."""
        names = lines.documents
        history, live = defaultdict(list), defaultdict(dict)
        for row in lines.history:
            history[names[row["line"]]].append(row)
        for line_id, line in lines.live.items():
            live[names[line_id]][line_id] = line
        for document in dict.fromkeys(names.values()):
            versions = get_versions(history[document], live[document])

            def build(state, document=document):
                return teller.tell(document, list(state.values()))

            yield Story(versions).tell(build)

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    def _read(self, line_ids, lots):
        ids = set(line_ids)
        if lots:
            former = facts.get_former_lines(self.env, lots.ids)
            former = self.env["stock.move.line"].search([("id", "in", former)])
            ids |= set(former.ids)
        reader = self.reader or details.Reader(self.env["stock.move.line"].browse(ids))
        return Lines(reader, ids | self._get_packed_along(reader.get_rows(ids)))

    def _get_packed_along(self, rows):
        """Lines that went into the same packages, or out of them, with the same
        transfers: a package is told with all that is in it."""
        packages, pickings = set(), set()
        for row in rows:
            ends = {row.package_id, row.result_package_id} - {None}
            if ends and row.picking_id:
                packages |= ends
                pickings.add(row.picking_id)
        if not packages:
            return set()
        along = self.env["stock.move.line"].search(
            Domain("picking_id", "in", pickings)
            & Domain("state", "=", "done")
            & (
                Domain("package_id", "in", packages)
                | Domain("result_package_id", "in", packages)
            )
        )
        return set(along.ids)

    def _get_teller(self, lines):
        # under the rights of the user: what a partner is called may be hidden
        readable = self.env["res.partner"].with_context(active_test=False)
        readable = readable.search([("id", "in", list(lines.partner_ids))])
        own = set(readable.ids) | set(self.env.companies.sudo().partner_id.ids)
        first = self._get_first(lines.made_ids)
        return Teller(self.namer, self._get_units(), own, first)

    @remember
    def _get_units(self):
        """The code of each unit and what a quantity is multiplied by for it; a unit of
        one's own is told in that it is a multiple of."""
        codes = {}
        for name, code in epcis.UNITS.items():
            if unit := self.env.ref(f"uom.{name}", raise_if_not_found=False):
                codes[unit.id] = code
        found = {}
        for unit in (
            self.env["uom.uom"].sudo().with_context(active_test=False).search([])
        ):
            base, factor = unit, 1
            while base and base.id not in codes:
                factor *= base.relative_factor
                base = base.relative_uom_id
            found[unit.id] = (codes[base.id], factor) if base else (None, 1)
        return found

    def _get_first(self, lot_ids):
        """The document with which lots began: ``{lot id: (model, id)}``."""
        if not lot_ids:
            return {}
        names = self.env["lot.trace"]._get_document_fields()
        columns = [SQL.identifier("move", name) for name in names]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (line.lot_id) line.lot_id, %s
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location dest ON dest.id = line.location_dest_id
                 WHERE line.lot_id = ANY(%s) AND line.state = 'done'
                   AND line.quantity_product_uom <> 0
                   AND source.usage NOT IN ('internal', 'transit')
                   AND dest.usage IN ('internal', 'transit')
              ORDER BY line.lot_id, line.date, line.id
                """,
                SQL(", ").join(columns),
                sql_array(lot_ids, "int4"),
            )
        )
        models = [get_document_model(self.env, name) for name in names]
        return {
            lot_id: next(
                (pair for pair in zip(models, values, strict=True) if pair[1]), None
            )
            for lot_id, *values in rows
        }

    # ------------------------------------------------------------------
    # Holds, recalls, days that are over
    # ------------------------------------------------------------------
    def _tell_states(self, teller, lots, period):
        """What the goods might be used for, and since when not any more."""
        holds = self.env["lot.hold"]
        if lots is not None:
            holds = holds.search([("lot_id", "in", lots.ids)])
        elif period:
            dates = ("hold_date", "release_date", "reject_date")
            holds = holds.search(
                Domain.OR(
                    Domain(name, ">=", period[0]) & Domain(name, "<", period[1])
                    for name in dates
                )
            )
        recalls = holds.sudo()._filter_recalls()
        told = [
            event
            for hold in holds.sudo()
            for event in self._tell_hold(teller, hold, hold in recalls, period)
        ]
        return told + self._tell_expired(teller, lots, period)

    def _tell_hold(self, teller, hold, is_recall, period):
        held = epcis.RECALL if is_recall else epcis.HOLD
        line = self._get_state(hold.lot_id, hold.location_id, hold.company_id)
        steps = [(hold.hold_date, held, None)]
        if hold.reject_date:
            steps.append((hold.reject_date, epcis.REJECT, None))
        if hold.release_date:
            steps.append((hold.release_date, epcis.RELEASE, held.disposition))
        return [
            teller.tell_state(step, line | {"date": moment.isoformat()}, ended)
            for moment, step, ended in steps
            if not period or period[0] <= moment < period[1]
        ]

    def _tell_expired(self, teller, lots, period):
        """Lots whose last day is over, if there was something of them then."""
        if lots is None:
            lots = self.env["stock.lot"]
            if "expiration_date" in lots._fields and period:
                lots = lots.search(
                    [
                        (
                            "expiration_date",
                            ">=",
                            fields.Datetime.subtract(period[0], days=2),
                        ),
                        (
                            "expiration_date",
                            "<",
                            fields.Datetime.add(period[1], days=2),
                        ),
                    ]
                )
        moments = {
            lot.id: moment
            for lot, moment in self.env["lot.trace"]._get_expired_moments(lots).items()
            if not period or period[0] <= moment < period[1]
        }
        told = []
        for lot_id, quantity in self._get_stock_at(moments).items():
            lot = lots.browse(lot_id)
            line = self._get_state(lot, lot.env["stock.location"], lot.company_id)
            line |= {"date": moments[lot_id].isoformat(), "quantity": quantity}
            told.append(teller.tell_state(epcis.EXPIRE, line))
        return told

    def _get_stock_at(self, moments):
        """What the companies had of lots at a moment: ``{lot id: quantity}``."""
        if not moments:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.lot_id, sum(line.quantity_product_uom * CASE
                    WHEN source.usage IN ('internal', 'transit') THEN -1 ELSE 1 END)
                  FROM unnest(%s, %s::timestamp[]) asked(lot_id, moment)
                  JOIN stock_move_line line ON line.lot_id = asked.lot_id
                   AND line.state = 'done' AND line.date <= asked.moment
                   AND line.company_id = ANY(%s)
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location dest ON dest.id = line.location_dest_id
                 WHERE (source.usage IN ('internal', 'transit'))
                    <> (dest.usage IN ('internal', 'transit'))
              GROUP BY line.lot_id
                """,
                list(moments),
                list(moments.values()),
                self.env.companies.ids,
            )
        )
        return {lot_id: float(left) for lot_id, left in rows if left > 0.000001}

    def _get_state(self, lot, place, company):
        lot, place = lot.sudo(), place.sudo()
        product = lot.product_id
        values = {
            "zone": str(
                self._get_zone(place.warehouse_id, company or self.env.company)
            ),
            "product": {
                "id": product.id,
                "name": product.display_name,
                "barcode": product.barcode,
                "tracking": product.tracking,
                "uom": product.uom_id.id,
            },
            "lot": {"id": lot.id, "name": lot.name},
        }
        if place:
            values["to"] = details.get_place(place)
        return values

    @remember
    def _get_zone(self, warehouse, company):
        return get_zone_of_warehouse(warehouse, company)
