from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.trace_tables import get_tables
from .lot_trace_story import Story

# rows of a document: the system parameter that says it, and what it is else
LIMITS = {
    "PDF": ("lot_traceability.report_row_limit", 5_000),
    "EPCIS": ("lot_traceability.epcis_event_limit", 100_000),
    # of a sheet, below the headings
    "XLSX": (None, 1_048_575),
}


@dataclass
class TraceDocument:
    """What a document tells of lots, read once: every figure of it is from here."""

    lots: models.BaseModel
    upstream: dict
    downstream: dict
    movements: list

    @property
    def tables(self):
        return get_tables(self.upstream, self.downstream, self.movements)

    @property
    def traces(self):
        return (self.upstream, self.downstream)


class LotTraceDocument(models.AbstractModel):
    """What all documents of a trace have in common: printed, XLSX, EPCIS."""

    _name = "lot.trace.document"
    _description = "Document about the trace of lots"

    @api.model
    def _read(self, lots, format_name):
        """Trace the lots both ways, once.

        :param format_name: of the document, one of ``LIMITS``
        :return: :class:`TraceDocument`
        :raise UserError: if there are more rows than it may have; nothing is cut off
        """
        upstream, downstream = lots.trace_upstream(), lots.trace_downstream()
        self._name_companies(upstream, downstream)
        rows = sum(
            len(value)
            for trace in (upstream, downstream)
            for value in trace.values()
            if isinstance(value, list)
        )
        self._check_rows(rows, format_name)
        movements = []
        for direction in ("upstream", "downstream"):
            taken = rows + len(movements)
            movements += self._read_movements(lots, direction, taken, format_name)
        return TraceDocument(lots, upstream, downstream, movements)

    def _read_movements(self, lots, direction, taken, format_name):
        movement = self.env["lot.trace.movement"]
        found = movement._get_line_ids(Story(self.env, lots.ids, direction))
        self._check_rows(taken + len(found), format_name)
        return movement._get_rows(found)

    def _get_number(self, parameter):
        return int(self.env["ir.config_parameter"].sudo().get_param(parameter, 0))

    def _check_rows(self, rows, format_name):
        parameter, default = LIMITS[format_name]
        most = parameter and self._get_number(parameter) or default
        if rows <= most:
            return
        text = self.env._(
            "The trace of these lots is too long for a document of the format "
            "%(format)s: more than %(most)s rows. Choose fewer lots, or another format "
            "(XLSX holds a million rows, the API gives page by page); nothing is ever "
            "left out.",
            format=format_name,
            most=most,
        )
        if parameter:
            text += " " + self.env._(
                "An administrator can raise the system parameter %(name)s.",
                name=parameter,
            )
        raise UserError(text)

    def _name_companies(self, *traces):
        rows = [
            row for trace in traces for row in (*trace["lots"], *trace["unnumbered"])
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
    @api.model
    def _get_about(self, document):
        """Facts of the head, as pairs of label and text."""
        lots = document.lots
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
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
            (self.env._("Asked on"), now.strftime("%Y-%m-%d %H:%M:%S %Z (UTC%z)")),
            (self.env._("Database"), f"{self.env.cr.dbname} ({database})"),
        ]
        return [fact for fact in facts if fact[1]]

    @api.model
    def _get_statements(self, document):
        """Whether the trace is complete, and if not, what is missing: a title and
        sentences."""
        up, down = (trace["outside_scope"]["message"] for trace in document.traces)
        missing = []
        if up:
            missing.append(self.env._("Where it came from: %(message)s", message=up))
        if down:
            missing.append(self.env._("Where it went: %(message)s", message=down))
        missing += self._get_uncertain(document)
        if missing:
            return self.env._("This trace is not complete."), missing
        return self.env._("This trace is complete."), [
            self.env._(
                "Nothing of it is hidden from %(user)s, every link is on record, and "
                "there are no gaps.",
                user=self.env.user.name,
            )
        ]

    def _get_uncertain(self, document):
        """What is possible only, or unknown, in words."""
        tables = {table.name: table for table in document.tables}
        certainties = [row[2] for row in tables["Lots"].rows]
        texts = []
        if gaps := len(tables["Gaps"].rows):
            texts.append(
                self.env._(
                    "%(count)s gap(s) are on record, listed under Gaps.", count=gaps
                )
            )
        if possible := certainties.count("possible"):
            texts.append(
                self.env._(
                    "%(count)s of %(total)s lots cannot be excluded, but are not sure "
                    "either (certainty: possible).",
                    count=possible,
                    total=len(certainties),
                )
            )
        if broken := certainties.count("broken"):
            texts.append(
                self.env._(
                    "For %(count)s of %(total)s lots the chain is broken.",
                    count=broken,
                    total=len(certainties),
                )
            )
        return texts
