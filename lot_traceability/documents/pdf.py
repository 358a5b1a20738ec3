"""The printed trace: the tables of the trace document, for an auditor."""

from datetime import datetime

from odoo.models import BaseModel
from odoo.tools.misc import format_datetime, formatLang

from ..tools.quantity import format_quantity
from .picture import get_picture
from .trace_document import TraceDocument
from .words import get_label, get_value

# rows that stay on one page, and after how many such blocks the headings come again
BLOCK, HEADED_BLOCKS = 4, 4


def get_values(lots: BaseModel) -> dict:
    """What the report prints.

    :raise UserError: if the trace is too long to be printed
    """
    document = TraceDocument(lots, "PDF")
    title, texts = document.get_statements()
    return {
        "company": lots.env.company,
        "about": document.get_about(),
        "statement": title,
        "statement_texts": texts,
        "picture": get_picture(document.upstream, document.downstream),
        "sections": Sections(document).get_sections(),
    }


class Sections:
    """The tables of a document, cut into blocks that fit on pages."""

    def __init__(self, document: TraceDocument):
        self.env = document.env
        self.document = document
        self._digits = self.env["decimal.precision"].precision_get("Product Unit")

    def get_sections(self) -> list[dict]:
        tables = {table.name: table for table in self.document.tables}
        return [
            self._prepare_section(title, empty, tables[name], direction)
            for title, empty, name, direction in self._get_titles()
        ]

    def _get_titles(self):
        """Title, text if there is nothing, table, and direction of its lots."""
        nothing = self.env._("Nothing is on record.")
        return [
            (self.env._("Lots asked for"), nothing, "Lots", "asked for"),
            (
                self.env._("Origin: what they are made of"),
                self.env._("They are made of nothing that is on record."),
                *("Lots", "upstream"),
            ),
            (
                self.env._("Destination: what they went into"),
                self.env._("They went into no other lot."),
                *("Lots", "downstream"),
            ),
            (self.env._("Links between lots"), nothing, "Links", None),
            (self.env._("Vendors: receipts"), nothing, "Receipts", None),
            (
                self.env._("Customers: deliveries"),
                self.env._("No customer got these lots or anything made of them."),
                *("Deliveries", None),
            ),
            (self.env._("Customers: who holds what now"), nothing, "Holders", None),
            (self.env._("Where all of it is"), nothing, "Suspect", None),
            (
                self.env._("Stock now"),
                self.env._("Nothing is left in stock."),
                *("Stock", None),
            ),
            (self.env._("Balance of each lot"), nothing, "Balance", None),
            (
                self.env._("Gaps"),
                self.env._("No gap is on record."),
                *("Gaps", None),
            ),
            (self.env._("Movements"), nothing, "Movements", None),
        ]

    def _prepare_section(self, title, empty, table, direction):
        rows = [
            dict(zip(table.columns, row, strict=True))
            for row in table.rows
            if direction in (None, row[0])
        ]
        names = [
            name
            for name in table.columns
            if name != "direction" and any(row[name] is not None for row in rows)
        ]
        cells = [
            [self._prepare_cell(name, row[name]) for name in names] for row in rows
        ]
        columns = [self._prepare_heading(name, table, rows) for name in names]
        self._share_width(columns, cells)
        return {
            "name": direction or table.name,
            "title": title,
            "empty": empty,
            "columns": columns,
            "rows": cells,
            # a page ends between two blocks, never inside of a row
            "blocks": [cells[at : at + BLOCK] for at in range(0, len(cells), BLOCK)],
            "headed_blocks": HEADED_BLOCKS,
        }

    def _share_width(self, columns, rows):
        """The blocks of a table are as wide as each other, column by column."""
        if not rows:
            return
        longest = [
            max(
                len(text)
                for text in (column["label"], *(row[at]["text"] for row in rows))
            )
            for at, column in enumerate(columns)
        ]
        weights = [min(max(length, 5), 45) + 3 for length in longest]
        for column, weight in zip(columns, weights, strict=True):
            column["width"] = f"width: {100 * weight / sum(weights):.2f}%"

    def _prepare_heading(self, name, table, rows):
        label = get_label(self.env, name)
        if name == "partner":
            label = {
                "Receipts": self.env._("Vendor"),
                "Deliveries": self.env._("Customer"),
                "Holders": self.env._("Customer"),
            }.get(table.name, label)
        is_number = any(_is_number(row[name]) for row in rows)
        return {"name": name, "label": label, "class": "text-end" if is_number else ""}

    def _prepare_cell(self, name, value):
        if isinstance(value, datetime):
            text = format_datetime(self.env, value, tz=str(self.env.tz))
            return {"text": text, "class": "text-nowrap"}
        if _is_number(value):
            return {"text": self._format_number(value), "class": "text-end"}
        text = get_value(self.env, name, value)
        return {"text": text or "", "class": ""}

    def _format_number(self, value):
        """As other quantities; a share that is finer than those is told as precise as
        it is, without noise."""
        if value == round(value, self._digits):
            return format_quantity(self.env, value)
        text = f"{round(value, 6):.6f}".rstrip("0")
        digits = len(text.partition(".")[2])
        return formatLang(self.env, value, digits=digits)


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)
