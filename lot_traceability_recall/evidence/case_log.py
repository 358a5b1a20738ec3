"""The log of a case: its own entries, and those of its lots since it was opened."""

from pathlib import Path

from odoo.fields import Domain
from odoo.tools import html2plaintext

from odoo.addons.lot_traceability.documents.spreadsheet import Spreadsheet
from odoo.addons.lot_traceability.evidence import checking
from odoo.addons.lot_traceability.tools import check_log

# what belongs to a case, from the case
PARTS = (
    *("scope_ids.line_ids", "difference_ids", "disposition_ids", "check_ids"),
    *("consignee_ids.notice_ids", "consignee_ids.reply_ids"),
)
COLUMNS = (
    *("number", "date", "user_name", "kind", "record_name", "lot_name"),
    *("product_name", "old_value", "new_value", "reason", "hash"),
)


def get_files(recall) -> dict[str, bytes]:
    """The log to be read, the log to be checked, and the script that checks it; and
    what people wrote to each other."""
    rows = get_rows(recall)
    files = {
        "log.xlsx": _get_xlsx(rows),
        "log.jsonl": checking.export(recall.company_id, rows.ids),
        "check_log.py": Path(check_log.__file__).read_bytes(),
    }
    messages = recall.message_ids.filtered("body")
    if messages:
        files["messages.xlsx"] = _get_messages(messages.sorted("id"))
    return files


def get_rows(recall):
    """Rows of ``lot.trace.log``, the oldest first."""
    # sudo: who may read the recall may read what is on record of it
    recall = recall.sudo()
    # all is sealed before it is read
    checking.get_head(recall.company_id)
    domain = Domain("res_model", "=", recall._name) & Domain("res_id", "=", recall.id)
    for path in PARTS:
        parts = recall.mapped(path)
        ids = Domain("res_id", "in", parts.ids)
        domain |= Domain("res_model", "=", parts._name) & ids
    lots = recall.mapped("scope_ids.line_ids.lot_id") | recall.seed_lot_ids
    domain |= Domain("lot_ref", "in", lots.ids) & Domain(
        "date", ">=", recall.date_opened or recall.create_date
    )
    domain &= Domain("company_id", "=", recall.company_id.id)
    return recall.env["lot.trace.log"].search(domain, order="number, id")


def _get_xlsx(rows):
    """Moments in UTC."""
    labels = rows.fields_get(COLUMNS, ["string"])
    kinds = dict(rows._fields["kind"]._description_selection(rows.env))
    book = Spreadsheet()
    book.add_table(
        rows.env._("Log"),
        [labels[name]["string"] for name in COLUMNS],
        (
            [
                kinds.get(row.kind) if name == "kind" else row[name] or None
                for name in COLUMNS
            ]
            for row in rows
        ),
    )
    return book.get_content()


def _get_messages(messages):
    env = messages.env
    book = Spreadsheet()
    book.add_table(
        env._("Messages"),
        [env._("Date (UTC)"), env._("Author"), env._("Subject"), env._("Text")],
        (
            [
                message.date,
                message.author_id.display_name or message.email_from,
                message.subject or None,
                html2plaintext(message.body or ""),
            ]
            for message in messages
        ),
    )
    return book.get_content()
