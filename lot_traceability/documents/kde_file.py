"""The trace of lots as the sortable table of the US food traceability rule."""

from odoo.models import BaseModel

from ..evidence import facts, food
from . import epcis, kde, kde_rows
from .epcis_file import EpcisEvents, get_base
from .events import read_events
from .spreadsheet import Spreadsheet
from .trace_document import TraceDocument, check_rows

# of which there is a limit of its own: a row of the rule has forty cells
FORMAT = "FSMA 204"


def get_xlsx(lots: BaseModel) -> bytes:
    """One sheet for each kind of event, and one that explains the columns.

    :raise UserError: if there are more rows than it may have
    """
    document = TraceDocument(lots, FORMAT)
    book = Spreadsheet()
    for sheet, rows in KdeRows(document).get_rows().items():
        headings = [kde.get_heading(name) for name in kde.SHEETS[sheet]]
        book.add_table(sheet, headings, rows, frozen_columns=1)
    title, texts = document.get_statements()
    about = [*document.get_about(), *((title, text) for text in texts)]
    book.add_facts("Glossary", [*about, *get_glossary(kde.US)])
    return book.get_content()


def get_glossary(rule: dict) -> list[tuple[str, str]]:
    """What the columns mean, and where that is from."""
    texts = [(kde.get_heading(name), text) for name, text in rule["glossary"].items()]
    return [*texts, ("Rule", f"{rule['source']}; state of {rule['as_of']}")]


class KdeRows:
    """The rows of the trace of lots: under the rights of the user, out of the facts."""

    def __init__(self, document: TraceDocument):
        self.env = document.env
        self.document = document

    def get_rows(self) -> dict[str, list]:
        """``{sheet: rows of cells}``, the oldest first."""
        found, makings = read_events(self.document)
        groups = [(making.used | making.made).ids for making in makings]
        moved = {row["id"] for row in self.document.movements if row["state"] == "done"}
        moved |= {fact.line.id for fact in found}
        ids = moved.union(*groups)
        # what was done before facts were written down, and the scheduler comes late
        lines = self.env["stock.move.line"].browse(
            ids - facts.read(self.env, ids).keys()
        )
        facts.freeze(lines, is_later=True)
        rows = food.read(self.env, ids)
        check_rows(self.env, kde_rows.count_rows(rows), FORMAT)
        identifiers = self._get_identifiers(found, makings)
        readable = self._get_readable(rows)
        return kde_rows.KdeRows(
            self.env, rows, identifiers, readable.__contains__
        ).get_rows()

    def _get_identifiers(self, found, makings):
        """The event of each line."""
        events = EpcisEvents(self.document, epcis.Namer(get_base(self.env)))
        told = events.get_identifiers(found, makings)
        return {line_id: name for key, name in told.items() for line_id in key}

    def _get_readable(self, rows):
        # under the rights of the user: the trace names partners, not their addresses
        ids = {(row["party"] or {}).get("id") for row in rows}
        partners = self.env["res.partner"].browse(filter(None, ids)).exists()
        return set(partners._filtered_access("read").ids)
