import hashlib
import io
import zipfile

from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.lot_traceability.imports.table_file import write_table

BALANCE_COLUMNS = (
    *("product_id", "lot_id", "made", "on_hand", "shipped", "returned_to_vendor"),
    *("consumed", "scrapped", "sampled", "adjusted", "unaccounted", "reason", "state"),
)
TABLES = {
    "scope": (
        "line_ids",
        ("product_id", "lot_id", "path", "certainty", "included", "decision_reason"),
    ),
    "balance": ("balance_ids", BALANCE_COLUMNS),
    "stock": (
        "disposition_ids",
        (
            *("disposition", "lot_id", "location_id", "quantity", "state", "message"),
            *("scrap_id", "picking_id", "done_date", "done_by_id"),
        ),
    ),
    "steps": ("step_ids", ("step", "date", "minutes", "user_id", "note")),
    "changes": (
        "difference_ids",
        ("kind", "lot_id", "text", "state", "reason"),
    ),
    "notices": (
        "consignee_ids.notice_ids",
        (
            *("consignee_id", "kind", "method", "email", "state", "date", "failure"),
            "note",
        ),
    ),
    "replies": (
        "consignee_ids.reply_ids",
        (
            *("consignee_id", "version", "date", "source", "answered_by", "received"),
            *("customers_told", "has_injury", "injury_note", "comment", "user_id"),
        ),
    ),
    "replies by lot": (
        "consignee_ids.reply_ids.line_ids",
        (
            *("reply_id", "consignee_line_id", "on_hand", "quarantined", "returned"),
            *("destroyed", "corrected", "used", "sold_on"),
        ),
    ),
    "checks": (
        "check_ids",
        ("consignee_id", "result", "date", "user_id", "note"),
    ),
    "findings": (
        "finding_ids",
        ("name", "measure", "user_id", "date_deadline", "date_done"),
    ),
}


class LotRecall(models.Model):
    """The evidence: reports, lists and the log, with a hash of each file."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    @api.readonly
    def action_evidence(self):
        """Download all that is on record, in one file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_traceability_recall/{self.id}/evidence.zip",
            "target": "download",
        }

    @api.readonly
    def action_consignee_list(self):
        """Download the list of who got the recalled lots."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_traceability_recall/{self.id}/consignees.xlsx",
            "target": "download",
        }

    def _get_file_name(self):
        return self.name.replace("/", "-")

    def _get_evidence(self):
        """A ZIP file of everything; ``hashes.txt`` has the SHA-256 of each file."""
        files = self._get_evidence_files()
        lines = [
            f"{hashlib.sha256(content).hexdigest()}  {name}\n"
            for name, content in files.items()
        ]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, content in files.items():
                pack.writestr(name, content)
            pack.writestr("hashes.txt", "".join(lines))
        return stream.getvalue()

    def _get_evidence_files(self):
        """Content by file name."""
        trace = self.env["lot.trace.export"]
        files = {
            f"{name}.pdf": self._render_report(name) for name in self._get_reports()
        }
        files["consignees.xlsx"] = self._get_consignee_xlsx()
        if self.seed_lot_ids:
            files["trace.xlsx"] = trace._get_xlsx(self.seed_lot_ids)
        for name, (field_name, columns) in TABLES.items():
            if records := self.mapped(field_name):
                files[f"{name}.xlsx"] = self._get_table(records, columns)
        files["log.xlsx"] = self._get_log()
        return files

    def _get_reports(self):
        return ["mock" if self.is_mock else "closing", "status"]

    def _render_report(self, name):
        report = f"lot_traceability_recall.action_report_recall_{name}"
        return self.env["ir.actions.report"]._render_qweb_pdf(report, self.ids)[0]

    def _get_named_table(self, name, lots):
        """One of the tables above, of some lots, as a workbook."""
        field_name, columns = TABLES[name]
        ids = set(lots.ids)
        records = self.mapped(field_name)
        records = records.filtered(lambda record: record.lot_id.id in ids)
        return self._get_table(records, columns)

    def _get_table(self, records, columns):
        labels = records.fields_get(columns, ["string"])
        rows = [[labels[name]["string"] for name in columns]]
        rows += [
            [self._get_text(record, name) for name in columns] for record in records
        ]
        return write_table("xlsx", rows)

    def _get_text(self, record, name):
        field, value = record._fields[name], record[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "float":
            return f"{value:.12g}"
        if field.relational:
            return value.display_name or ""
        return str(value or "")

    def _get_log(self):
        """What was written and sent, the oldest first."""
        rows = [
            [
                self.env._("Date (UTC)"),
                self.env._("Author"),
                self.env._("Subject"),
                self.env._("Text"),
            ]
        ]
        for message in self.message_ids.sorted("id"):
            changes = message.sudo().tracking_value_ids
            texts = [html2plaintext(message.body or "")] if message.body else []
            texts += [
                f"{change.field_id.field_description}: "
                f"{change.old_value_char or ''} → {change.new_value_char or ''}"
                for change in changes
            ]
            rows.append(
                [
                    str(message.date),
                    message.author_id.display_name or message.email_from or "",
                    message.subject or "",
                    "\n".join(texts),
                ]
            )
        return write_table("xlsx", rows)
