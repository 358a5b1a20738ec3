"""What a document tells of lots, both ways, read once: every figure is from here."""

from collections import defaultdict
from functools import cached_property

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import format_datetime

from ..evidence import facts
from ..tools.parameter import read_int
from ..trace import DOWNSTREAM, UPSTREAM, Story
from ..trace.movements import get_lines, get_rows
from .spreadsheet import MOST_ROWS
from .tables import Table, get_gaps, get_tables

# rows of a document: the system parameter that says it, and what it is else
LIMITS = {
    "PDF": ("lot_traceability.report_row_limit", 5_000),
    "EPCIS": ("lot_traceability.epcis_event_limit", 250_000),
    "FSMA 204": ("lot_traceability.kde_row_limit", 250_000),
    # of a sheet, below the headings
    "XLSX": (None, MOST_ROWS),
}


def check_rows(env: Environment, rows: int, format_name: str) -> None:
    """
    :param format_name: of the document, one of ``LIMITS``
    :raise UserError: if there are more rows than it may have; nothing is cut off
    """
    parameter, most = LIMITS[format_name]
    if parameter:
        most = read_int(env, parameter, most, least=1)
    if rows <= most:
        return
    text = env._(
        "The trace of these lots is too long for a document of the format "
        "%(format)s: more than %(most)s rows. Choose fewer lots, or another format "
        "(XLSX holds a million rows, the API gives page by page); nothing is ever "
        "left out.",
        format=format_name,
        most=most,
    )
    if parameter:
        text += " " + env._(
            "An administrator can raise the system parameter %(name)s.", name=parameter
        )
    raise UserError(text)


class Traced:
    """What all documents of a trace have in common: printed, XLSX, EPCIS, rule 204.

    Walks once in each direction. ``upstream`` and ``downstream`` are results as of
    ``stock.lot.trace_downstream``, with the parts that are needed; ``lines`` all move
    lines of both directions, and whether they are done.

    :param format_name: of the document, one of ``LIMITS``
    :raise UserError: if there are more rows than it may have; nothing is cut off
    """

    PARTS: tuple | None = ("lots", "unnumbered", "links", "gaps")

    def __init__(self, lots: BaseModel, format_name: str):
        self.env = lots.env
        self.lots = lots
        stories = [
            Story(self.env, lots.ids, direction, self.PARTS)
            for direction in (UPSTREAM, DOWNSTREAM)
        ]
        self.upstream, self.downstream = self.traces = [
            story.get_result() for story in stories
        ]
        self._name_companies()
        rows = sum(
            len(value)
            for trace in self.traces
            for value in trace.values()
            if isinstance(value, list)
        )
        check_rows(self.env, rows, format_name)
        self.lines: list[tuple[int, bool]] = []
        for story in stories:
            story.forget_links()
            self.lines += get_lines(story)
            check_rows(self.env, rows + len(self.lines), format_name)

    def _name_companies(self):
        rows = [
            row
            for trace in self.traces
            for row in (*trace["lots"], *trace["unnumbered"])
        ]
        companies = self.env["res.company"].search_fetch(
            [("id", "in", [row["company_id"] for row in rows])], ["name"]
        )
        names = {company.id: company.name for company in companies}
        for row in rows:
            row["company"] = names.get(row["company_id"], False)

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------
    def get_about(self) -> list[tuple[str, str]]:
        """Facts of the head, as pairs of label and text."""
        lots = self.lots
        utc = fields.Datetime.now()
        now = fields.Datetime.context_timestamp(lots, utc)
        asked_on = format_datetime(self.env, utc, tz=str(now.tzinfo))
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        facts = [
            (self.env._("Trace of"), ", ".join(lots.mapped("display_name"))),
            (self.env._("Products"), ", ".join(lots.product_id.mapped("display_name"))),
            (
                self.env._("Supplier's numbers"),
                ", ".join(filter(None, lots.mapped("supplier_number"))),
            ),
            (
                self.env._("On hold"),
                ", ".join(lots.filtered("on_hold").mapped("display_name")),
            ),
            (self.env._("Company"), self.env.company.name),
            (self.env._("Asked by"), self.env.user.name),
            (self.env._("Asked on"), f"{asked_on} {now.strftime('%Z (UTC%z)')}"),
            (self.env._("Database"), f"{self.env.cr.dbname} ({database})"),
        ]
        return [fact for fact in facts if fact[1]]

    def get_statements(self) -> tuple[str, list[str]]:
        """Whether the trace is complete, and if not, what is missing: a title and
        sentences."""
        up, down = (trace["outside_scope"]["message"] for trace in self.traces)
        missing = []
        if up:
            missing.append(self.env._("Where it came from: %(message)s", message=up))
        if down:
            missing.append(self.env._("Where it went: %(message)s", message=down))
        missing += self._get_uncertain()
        if not any(is_done for _line_id, is_done in self.lines):
            # a number that nothing was ever done with
            missing.append(self.env._("Nothing is on record."))
        if missing:
            return self.env._("This trace is not complete."), missing
        return self.env._("This trace is complete."), [
            self.env._(
                "Nothing of it is hidden from %(user)s, every link is on record, and "
                "there are no gaps.",
                user=self.env.user.name,
            )
        ]

    def _get_uncertain(self):
        """What is possible only, or unknown, in words."""
        # a lot that is there in both directions is one; goods without a number are
        # among the gaps
        lots = defaultdict(set)
        for trace in self.traces:
            for row in trace["lots"]:
                lots[row["certainty"]].add(row["id"])
        total = len(set().union(*lots.values()))
        texts = []
        if gaps := len(get_gaps(*self.traces)):
            texts.append(
                self.env._("Gaps on record: %(count)s, listed under Gaps.", count=gaps)
            )
        if possible := len(lots["possible"]):
            texts.append(
                self.env._(
                    "%(count)s of %(total)s lots cannot be excluded, but are not sure "
                    "either (certainty: possible).",
                    count=possible,
                    total=total,
                )
            )
        if broken := len(lots["broken"]):
            texts.append(
                self.env._(
                    "For %(count)s of %(total)s lots the chain is broken.",
                    count=broken,
                    total=total,
                )
            )
        return texts


class TraceDocument(Traced):
    """What is printed, and the XLSX: all parts of the trace, and ``movements``, rows as
    of ``trace_movements``, all as it was called when it was done."""

    PARTS = None

    def __init__(self, lots: BaseModel, format_name: str):
        super().__init__(lots, format_name)
        ids = [line_id for line_id, _is_done in self.lines]
        self.movements = get_rows(self.env, ids)
        self.frozen = facts.read(self.env, ids)
        for row in self.movements:
            self._freeze(row)
        self._freeze_shipments()

    def _freeze_shipments(self):
        """Receipts and deliveries, too, are told as they were called then."""
        known = {
            (row["document_id"], row["lot_id"]): self.frozen[row["id"]]
            for row in self.movements
            if row["id"] in self.frozen and row["document_model"] == "stock.picking"
        }
        for row in (*self.upstream["receipts"], *self.downstream["deliveries"]):
            fact = known.get((row["picking_id"], row["lot_id"]))
            if not fact:
                continue
            row["product"], row["uom"] = fact["product_name"], fact["uom_name"]
            party = fact["party"] or {}
            if row["partner"] and party.get("id") == row["partner_id"]:
                row["partner"] = party["name"]

    def _freeze(self, row):
        """Tell a movement as everything was called when it was done."""
        fact = self.frozen.get(row["id"])
        if not fact:
            return
        row["product"], row["uom"] = fact["product_name"], fact["uom_name"]
        row["location"] = fact["location_name"]
        row["location_dest"] = fact["location_dest_name"]
        party = fact["party"] or {}
        # of a partner that the user may not read, nothing is told
        if row["partner"] and party.get("id") == row["partner_id"]:
            row["partner"] = party["name"]

    @cached_property
    def tables(self) -> list[Table]:
        more = self.env["lot.trace"]._get_tables(*self.traces)
        return get_tables(self.upstream, self.downstream, self.movements) + more
