"""Tracked goods without a number, where the operation type uses no lots."""

from markupsafe import Markup

from odoo.exceptions import UserError

from ..tools.quantity import format_quantity
from . import sold


def find_missing(lines):
    """The lines that Odoo lets through as their operation type uses no lots."""
    # sudo: whether an operation uses lots does not depend on who asks
    types = lines.sudo().move_id.picking_type_id
    off = set(types.filtered("lots_are_off").ids)
    if not off:
        return lines.browse()
    return lines.filtered(
        lambda line: (
            line.quantity > 0
            and not line.lot_id
            and line.product_id.is_storable
            and line.product_id.tracking != "none"
            and line.move_id.picking_type_id.id in off
        )
    )


def refuse_missing(missing):
    """:raise UserError: for lines whose operation type refuses them"""
    refused = _with_policy(missing, "refuse")
    if refused:
        sold.refuse(missing.env, UserError(_get_message(refused)))


def note_missing(missing):
    """Name the lines on each document: nothing is stopped, nothing is hidden."""
    for move, lines in _with_policy(missing, "warn").grouped("move_id").items():
        document = move._get_source_document()
        if document and hasattr(document, "message_post"):
            document.message_post(body=_get_note(lines))


def _with_policy(lines, policy):
    return lines and lines.filtered(
        lambda line: line.move_id.picking_type_id.lot_missing_policy == policy
    )


def _get_message(lines):
    rows = [
        lines.env._(
            "%(document)s: %(quantity)s of %(product)s",
            document=line._get_document_name(),
            **_get_row_values(line),
        )
        for line in lines
    ]
    return lines.env._(
        "These lines need a lot or serial number:\n%(rows)s\n\n"
        "Write the numbers on the lines. If there is no place for them, switch on "
        "lots in the operation type %(types)s.",
        rows="\n".join(f"- {row}" for row in rows),
        types=", ".join(lines.move_id.picking_type_id.mapped("display_name")),
    )


def _get_note(lines):
    rows = [
        lines.env._("%(quantity)s of %(product)s", **_get_row_values(line))
        for line in lines
    ]
    items = Markup().join(Markup("<li>%s</li>") % row for row in rows)
    text = lines.env._(
        "Done without a lot or serial number, so that no trace will find them:"
    )
    return Markup("<p>%s</p><ul>%s</ul>") % (text, items)


def _get_row_values(line):
    return {
        "quantity": format_quantity(line.env, line.quantity, line.product_uom_id),
        "product": line.product_id.display_name,
    }


# -- what is reserved -----------------------------------------------------
def note_unnumbered(picking):
    """Say on a transfer what was reserved of tracked goods without a number: nobody
    can validate it like that. Once, however often the availability is checked."""
    lines = picking.move_line_ids.filtered(
        lambda line: (
            line.state not in ("done", "cancel")
            and line.quantity > 0
            and not line.lot_id
            and not line.lot_name
            and line.product_id.tracking != "none"
            and line.location_id.usage in ("internal", "transit")
            and picking.picking_type_id.use_existing_lots
        )
    )
    if not lines:
        return
    rows = [
        lines.env._("%(quantity)s of %(product)s", **_get_row_values(line))
        for line in lines
    ]
    items = Markup().join(Markup("<li>%s</li>") % row for row in rows)
    text = lines.env._(
        "Reserved without a number: choose the lots before it is validated, or give "
        "the stock numbers first:"
    )
    body = Markup("<p>%s</p><ul>%s</ul>") % (text, items)
    if body not in (message.body for message in picking.message_ids[:5]):
        picking.message_post(body=body)
