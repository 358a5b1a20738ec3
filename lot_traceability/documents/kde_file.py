"""The trace of lots as the sortable table of the US food traceability rule."""

from odoo.models import BaseModel

from ..evidence import details, facts, food
from . import epcis, kde, kde_rows
from .epcis_file import EpcisEvents, get_base
from .events import get_line_ids
from .spreadsheet import Spreadsheet
from .trace_document import Traced, check_rows

# of which there is a limit of its own: a row of the rule has forty cells
FORMAT = "FSMA 204"


def get_xlsx(lots: BaseModel) -> bytes:
    """One sheet for each kind of event, and one that explains the columns.

    :raise UserError: if there are more rows than it may have
    """
    document = Traced(lots, FORMAT)
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

    def __init__(self, document: Traced):
        self.env = document.env
        self.document = document

    def get_rows(self) -> dict[str, list]:
        """``{sheet: rows of cells}``, the oldest first."""
        ids = get_line_ids(self.document)
        reader = details.Reader(self.env["stock.move.line"].browse(ids))
        rows = self._read(reader, ids)
        check_rows(self.env, kde_rows.count_rows(rows), FORMAT)
        events = EpcisEvents(self.document, epcis.Namer(get_base(self.env)), reader)
        readable = self._get_readable(rows)
        return kde_rows.KdeRows(
            self.env, rows, events.get_identifiers(ids), readable.__contains__
        ).get_rows()

    def _read(self, reader, ids):
        """What was written down; of what was done before that began, and to which the
        scheduler has not come yet, what would be written now."""
        last = food.read_last(self.env, ids)
        new = ids - {row["line_ref"] for row in last}
        rows = food.leave_out(last) + facts.tell(reader, new)
        return sorted(rows, key=lambda row: (row["date"], row["line_ref"]))

    def _get_readable(self, rows):
        # under the rights of the user: the trace names partners, not their addresses
        ids = {(row["party"] or {}).get("id") for row in rows}
        partners = self.env["res.partner"].browse(filter(None, ids)).exists()
        return set(partners._filtered_access("read").ids)
