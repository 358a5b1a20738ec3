"""The evidence: reports, lists and the log in one file, with a hash of each."""

import hashlib
import io
import zipfile

from odoo.addons.lot_traceability.documents import trace_file
from odoo.addons.lot_traceability.imports.table_file import write_table
from odoo.addons.lot_traceability.tools.quantity import plain_quantity

from ..case import frozen
from . import consignee_table, log, mails

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


def get_zip(recall) -> bytes:
    """A ZIP file of everything; ``hashes.txt`` has the SHA-256 of each file."""
    files = recall._get_evidence_files()
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


def get_files(recall) -> dict[str, bytes]:
    """Content by file name."""
    reports = ["mock" if recall.is_mock else "closing", "status"]
    files = {f"{name}.pdf": _render(recall, name) for name in reports}
    files["consignees.xlsx"] = consignee_table.get_xlsx(recall)
    if recall.seed_lot_ids:
        files["trace.xlsx"] = trace_file.get_xlsx(recall.seed_lot_ids)
    for name, (field_name, columns) in TABLES.items():
        if records := recall.mapped(field_name):
            files[f"{name}.xlsx"] = _get_table(records, columns)
    files["log.xlsx"] = log.get_xlsx(recall)
    return files | mails.get_mails(recall) | mails.get_proofs(recall)


def _render(recall, name):
    report = f"lot_traceability_recall.action_report_recall_{name}"
    return recall.env["ir.actions.report"]._render_qweb_pdf(report, recall.ids)[0]


def get_table_of_lots(recall, name: str, lots) -> bytes:
    """One of the tables above, of some lots, as a workbook."""
    field_name, columns = TABLES[name]
    ids = set(lots.ids)
    records = recall.mapped(field_name)
    records = records.filtered(lambda record: record.lot_id.id in ids)
    return _get_table(records, columns)


def _get_table(records, columns):
    labels = records.fields_get(columns, ["string"])
    rows = [[labels[name]["string"] for name in columns]]
    rows += [[_get_text(record, name) for name in columns] for record in records]
    return write_table("xlsx", rows)


def _get_text(record, name):
    field, value = record._fields[name], record[name]
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, "")
    if field.type == "boolean":
        return record.env._("yes") if value else record.env._("no")
    if field.type == "float":
        return plain_quantity(value)
    if field.relational:
        recall = record._get_recall() if hasattr(record, "_get_recall") else None
        # of a recall that is closed, as it was called then
        if recall and len(value) == 1:
            return frozen.get_name(recall, value)
        return value.display_name or ""
    return str(value or "")
