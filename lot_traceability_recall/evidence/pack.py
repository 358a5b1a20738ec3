"""The evidence: reports, lists and the log in one file, with a hash of each."""

import hashlib
import io
import json
import zipfile

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import config

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.documents import trace_file
from odoo.addons.lot_traceability.documents.spreadsheet import Spreadsheet
from odoo.addons.lot_traceability.evidence import checking, log

from ..case import frozen
from . import case_log, consignee_table, mails

BALANCE_COLUMNS = (
    *("product_id", "lot_id", "made", "on_hand", "retained", "shipped"),
    *(
        "returned_to_vendor",
        "consumed",
        "scrapped",
        "sampled",
        "adjusted",
        "unaccounted",
        "reason",
        "state",
    ),
)
TABLES = {
    "scope": (
        "scope_ids.line_ids",
        (
            *("product_id", "lot_id", "path", "certainty", "included"),
            *("decision_reason", "scope_id", "scope_state"),
        ),
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
    "signatures": (
        "signature_ids",
        (
            *("kind", "user_id", "date", "by_password", "meaning", "content_hash"),
            *("content", "is_valid", "void_date", "void_reason", "pack_hash"),
        ),
    ),
    "open points": (
        "open_point_ids",
        ("point", "text", "reason", "user_id", "date"),
    ),
    "findings": (
        "finding_ids",
        ("name", "measure", "user_id", "date_deadline", "date_done"),
    ),
}


def get_zip(recall, is_final: bool = False) -> bytes:
    """A ZIP file of everything, with the SHA-256 of each file in ``manifest.json`` and
    ``hashes.txt``.

    :param is_final: whether it is the one that is kept; any other says so
    """
    files = recall._get_evidence_files()
    if not is_final:
        files = {"INTERIM.txt": _get_interim_note(recall), **files}
    hashes = {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    lines = [f"{digest}  {name}\n" for name, digest in hashes.items()]
    manifest = {
        "recall": recall.name,
        "state": recall.state,
        "interim": not is_final,
        "made_on": fields.Datetime.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "made_by": recall.env.user.name,
        "log_head": checking.describe_head(recall.company_id),
        "files": [
            {"name": name, "size": len(content), "sha256": hashes[name]}
            for name, content in files.items()
        ],
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
        pack.writestr("hashes.txt", "".join(lines))
        pack.writestr("manifest.json", json.dumps(manifest, indent=1))
    return stream.getvalue()


def _get_interim_note(recall):
    if recall.state == "closed":
        text = recall.env._(
            "MADE LATER. %(recall)s was closed before evidence was kept: this is what "
            "is on record on %(date)s UTC.",
            recall=recall.name,
            date=fields.Datetime.now(),
        )
    else:
        text = recall.env._(
            "INTERIM. %(recall)s is not closed: this is what was on record on %(date)s "
            "UTC. The evidence is made, and kept for good, when it is closed.",
            recall=recall.name,
            date=fields.Datetime.now(),
        )
    return f"{text}\n".encode()


def keep(recall, signature) -> None:
    """Make the evidence, once, and keep it; its hash is in the log."""
    content = get_zip(recall, is_final=True)
    digest = hashlib.sha256(content).hexdigest()
    # sudo: nobody has the right to write, or to replace, what is kept
    attachment = (
        recall.env["ir.attachment"]
        .sudo()
        .create(
            {
                "name": f"{recall._get_file_name()}-evidence.zip",
                "raw": content,
                "mimetype": "application/zip",
                "res_model": recall._name,
                "res_id": recall.id,
            }
        )
    )
    guards.by_button(signature.sudo()).write(
        {"pack_id": attachment.id, "pack_hash": digest}
    )
    log.note(recall, "pack", new=f"{attachment.name}\nSHA-256 {digest}")


def get_kept(recall) -> bytes | None:
    """The evidence of a closed recall, as it was kept.

    :raise UserError: if the file is not what was kept
    """
    # sudo: who may read the recall may read its evidence
    signature = recall.sudo().signature_ids.filtered(
        lambda one: one.pack_hash and not one.void_date
    )[-1:]
    if not signature or recall.state != "closed":
        return None
    content = signature.pack_id.raw or b""
    if hashlib.sha256(content).hexdigest() != signature.pack_hash:
        raise UserError(
            recall.env._(
                "The evidence of %(recall)s is not the file that was kept: its SHA-256 "
                "was %(hash)s. Restore the file from a backup.",
                recall=recall.name,
                hash=signature.pack_hash,
            )
        )
    return content


def get_files(recall) -> dict[str, bytes]:
    """Content by file name."""
    reports = ["mock" if recall.is_mock else "closing", "status"]
    files = dict(_render(recall, name) for name in reports)
    files["consignees.xlsx"] = consignee_table.get_xlsx(recall)
    if recall.seed_lot_ids:
        files["trace.xlsx"] = trace_file.get_xlsx(recall.seed_lot_ids)
    for name, (field_name, columns) in TABLES.items():
        if records := recall.mapped(field_name):
            files[f"{name}.xlsx"] = _get_table(records, columns)
    return (
        files
        | case_log.get_files(recall)
        | mails.get_mails(recall)
        | mails.get_letters(recall)
        | mails.get_proofs(recall)
    )


def _render(records, name):
    """A report as PDF; as HTML where the server has no program that prints."""
    report = f"lot_traceability_recall.action_report_recall_{name}"
    reports = records.env["ir.actions.report"]
    try:
        content, kind = reports._render_qweb_pdf(report, records.ids)
    except UserError:
        content, kind = reports._render_qweb_html(report, records.ids)
    # tests get HTML instead of PDF
    ending = "html" if kind == "html" and not config["test_enable"] else "pdf"
    return f"{name}.{ending}", content


def get_table_of_lots(recall, name: str, lots) -> bytes:
    """One of the tables above, of some lots, as a workbook."""
    field_name, columns = TABLES[name]
    ids = set(lots.ids)
    records = recall.line_ids if name == "scope" else recall.mapped(field_name)
    records = records.filtered(lambda record: record.lot_id.id in ids)
    return _get_table(records, columns)


def _get_table(records, columns):
    labels = records.fields_get(columns, ["string"])
    book = Spreadsheet()
    headings = [labels[name]["string"] for name in columns]
    rows = [[_get_cell(record, name) for name in columns] for record in records]
    book.add_table(records._description[:30], headings, rows)
    return book.get_content()


def _get_cell(record, name):
    """Numbers as numbers, moments in UTC, the rest in words."""
    field, value = record._fields[name], record[name]
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, "")
    if field.type == "boolean":
        return record.env._("yes") if value else record.env._("no")
    if field.type in ("float", "integer"):
        return value
    if field.type in ("date", "datetime"):
        return value or None
    if field.relational:
        recall = record._get_recall() if hasattr(record, "_get_recall") else None
        # of a recall that is closed, as it was called then
        if recall and len(value) == 1:
            return frozen.get_name(recall, value)
        return value.display_name or ""
    return log.to_text(value)
