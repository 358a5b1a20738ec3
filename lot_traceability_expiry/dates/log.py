"""What the log keeps of dates: each change, and what is decided about them."""

from odoo.addons.lot_traceability.evidence import log


def note_changes(changes: dict, reason: str) -> None:
    """Write changed dates into the log.

    :param changes: ``{lot: {field: (old, new)}}``
    """
    names = dict.fromkeys(name for dates in changes.values() for name in dates)
    for name in names:
        changed = [lot for lot, dates in changes.items() if name in dates]
        lots = changed[0].union(*changed)
        label = lots._fields[name]._description_string(lots.env)
        old, new = (
            {
                lot.id: f"{label}: {log.to_text(changes[lot][name][side]) or '–'}"
                for lot in changed
            }
            for side in (0, 1)
        )
        log.note(lots, "date", old=old, new=new, reason=reason or None)


def note_act(record, new: str, reason: str) -> None:
    """Write into the log what was decided or found about the dates of a lot."""
    log.note(record, "other", new=new, reason=reason)
