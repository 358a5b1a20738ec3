"""The log: what was written and changed on the case, the oldest first."""

from odoo.tools import html2plaintext

from odoo.addons.lot_traceability.imports.table_file import write_table


def get_xlsx(recall) -> bytes:
    """The log as a workbook; moments in UTC."""
    rows = [
        [
            recall.env._("Date (UTC)"),
            recall.env._("Author"),
            recall.env._("Subject"),
            recall.env._("Text"),
        ]
    ]
    rows += [_get_row(message) for message in recall.message_ids.sorted("id")]
    return write_table("xlsx", rows)


def _get_row(message):
    # sudo: who may read a message may see what it says changed
    changes = message.sudo().tracking_value_ids
    texts = [html2plaintext(message.body or "")] if message.body else []
    texts += [
        f"{change.field_id.field_description}: "
        f"{change.old_value_char or ''} → {change.new_value_char or ''}"
        for change in changes
    ]
    return [
        str(message.date),
        message.author_id.display_name or message.email_from or "",
        message.subject or "",
        "\n".join(texts),
    ]
