"""The trace of lots as a file, the same figures as on the screen: XLSX and JSON."""

import json

from odoo.models import BaseModel

from ..tools.zone import get_user_zone
from ..trace import DOWNSTREAM, UPSTREAM, Story
from .spreadsheet import Spreadsheet
from .trace_document import TraceDocument
from .words import CODED, get_label, get_sheet_name, get_value


def get_json(lots: BaseModel) -> bytes:
    """Both results as they are, as UTF-8."""
    traces = {
        direction: Story(lots.env, lots.ids, direction).get_result()
        for direction in (UPSTREAM, DOWNSTREAM)
    }
    return json.dumps(traces, ensure_ascii=False).encode()


def get_xlsx(lots: BaseModel) -> bytes:
    """One sheet for each table; dates are those of the user's time zone.

    :raise UserError: if there are more rows than a sheet has
    """
    env = lots.env
    document = TraceDocument(lots, "XLSX")
    title, texts = document.get_statements()
    book = Spreadsheet(get_user_zone(env))
    book.add_facts(
        env._("About"), [*document.get_about(), *((title, text) for text in texts)]
    )
    for table in document.tables:
        headings = [get_label(env, name) for name in table.columns]
        book.add_table(get_sheet_name(env, table.name), headings, _tell(env, table))
    return book.get_content()


def _tell(env, table):
    """The rows in the words of the page and of the paper: no codes."""
    coded = [at for at, name in enumerate(table.columns) if name in CODED]
    told = {}
    for row in table.rows:
        cells = list(row)
        for at in coded:
            code = table.columns[at], row[at]
            if code not in told:
                told[code] = get_value(env, *code)
            cells[at] = told[code]
        yield cells
