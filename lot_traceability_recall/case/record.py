"""What goes into the log of traceability when a case is changed."""

from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools.quantity import plain_quantity

# of the case: what it says, and what is asked of whom by when
CASE_FIELDS = (
    *("kind", "recall_class", "reason", "depth", "hazard_assessment", "source"),
    *("source_reference", "mock_hold", "mock_scrap", "user_id", "responsible_id"),
    *("date_deadline", "date_answer_deadline", "notice_reason", "notice_contact"),
    *("notice_hazard", "notice_remedy"),
    *("notice_instructions", "check_level", "check_percent", "cancel_reason"),
    "target_hours",
)


def read(records, vals: dict, names) -> dict:
    """What fields say before a write, in words: ``{field: {record id: text}}``."""
    return {
        name: {record.id: get_text(record, name) for record in records}
        for name in names
        if name in vals
    }


def note_changes(records, kind: str, before: dict, reason=None) -> None:
    """Write into the log what became of the fields."""
    for name, olds in before.items():
        changed = records.filtered(
            lambda record, n=name, o=olds: get_text(record, n) != o[record.id]
        )
        label = records._fields[name].string
        log.note(
            changed,
            kind,
            old=lambda record, o=olds, b=label: f"{b}: {o[record.id] or '–'}",
            new=lambda record, n=name, b=label: f"{b}: {get_text(record, n) or '–'}",
            reason=reason,
        )


def get_text(record, name: str) -> str | None:
    """A field in words."""
    field, value = record._fields[name], record[name]
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value)
    return log.to_text(value)


def tell_reply(reply) -> str:
    """What was answered, in words: who, and how much of each lot."""
    rows = [f"{reply.consignee_id.display_name}: {reply.answered_by}"]
    names = ("on_hand", "returned", "destroyed", "corrected", "used", "sold_on")
    for line in reply.line_ids:
        told = [
            f"{line._fields[name].string} "
            f"{plain_quantity(line[name])} {line.product_uom_id.name or ''}".strip()
            for name in names
            if line[name]
        ]
        rows.append(f"{line.consignee_line_id.display_name}: {', '.join(told) or '0'}")
    return "\n".join([*rows, reply.injury_note or "", reply.comment or ""]).strip()
