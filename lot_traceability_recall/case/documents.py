"""The real documents of a disposition, created and validated."""

from collections import defaultdict

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools.partner import get_partner
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from . import receipts, record, scraps


def create(lines) -> set[str]:
    """Create and validate the documents of lines with the same disposition.

    :return: names of the documents that lost a reservation
    :raise UserError: if something cannot be done; nothing is left of it then, if the
        caller rolls back
    """
    freed = _free_reservations(lines)
    disposition = lines[0].disposition
    if disposition == "scrap":
        scraps.create(lines)
    elif disposition == "release":
        _release(lines)
    elif disposition == "vendor":
        _create_transfers(receipts.split(lines))
    else:
        _create_transfers(lines)
    return freed


def finish(lines, state: str) -> None:
    """Note who did the lines, and when; nobody has the right to write them by hand."""
    lines.sudo().write(
        {
            "state": state,
            "message": False,
            "done_date": fields.Datetime.now(),
            "done_by_id": lines.env.uid,
        }
    )
    log.note(
        lines,
        "disposal",
        old=lambda line: format_quantity(line.env, line.quantity, line.product_uom_id),
        new=lambda line: ", ".join(
            (
                record.get_text(line, "disposition"),
                record.get_text(line, "state"),
                line.location_id.display_name,
            )
        ),
    )


def refuse(lines, problem: str) -> None:
    """Note why lines cannot be done; nobody has the right to write them by hand."""
    lines.sudo().write({"state": "refused", "message": problem})


# -- transfers ---------------------------------------------------------
def _create_transfers(lines):
    """One transfer for each way, company and vendor."""
    groups = defaultdict(lines.browse)
    for line in lines:
        groups[_get_way(line)] |= line
    for (picking_type, source, target, partner), group in groups.items():
        picking = lines.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "partner_id": partner.id,
                "origin": lines.recall_id._get_origin(),
                "move_ids": [
                    Command.create(_prepare_move(line, target)) for line in group
                ],
            }
        )
        # sudo: which recall a transfer was made for is not for writing by hand
        picking.sudo().recall_id = lines.recall_id
        _validate(group, picking)


def _validate(lines, picking):
    # a move for each line, also where they could be merged
    picking.move_ids._action_confirm(merge=False)
    picking.move_ids.move_line_ids.unlink()
    picking.move_line_ids.create(
        [
            _prepare_move_line(line, move)
            for line, move in zip(lines, picking.move_ids, strict=True)
        ]
    )
    picking.move_ids.picked = True
    picking._sanity_check()
    # the recall has decided: what validating asks users, such as whether they mean an
    # expired lot, is answered by it, and noted; what is refused stays refused
    picking.with_context(skip_sms=True, skip_expired=True)._action_done()
    if picking.state != "done":
        raise UserError(
            lines.env._(
                "The transfer of %(lots)s could not be validated.",
                lots=", ".join(lines.lot_id.mapped("name")),
            )
        )
    _note_expired(lines, picking)
    # sudo: nobody has the right to write plans by hand
    lines.sudo().picking_id = picking


def _note_expired(lines, picking):
    """Nobody was asked whether expired lots are meant: they are, and here is why."""
    expired = lines.lot_id._filter_expired()
    if expired:
        picking.message_post(
            body=lines.env._(
                "Expired, and moved on purpose, for %(recall)s: %(lots)s. Reason: "
                "%(reason)s",
                recall=lines.recall_id.name,
                lots=", ".join(expired.mapped("name")),
                reason=lines.recall_id.reason or "",
            )
        )


def _get_way(line):
    env, target = line.env, line._get_target()
    if line.disposition == "vendor":
        receipt = line.receipt_move_id
        receipt_type = receipt.picking_type_id
        picking_type = (
            receipt_type.return_picking_type_id or receipt_type.warehouse_id.out_type_id
        )
        return picking_type, line.location_id, target, get_partner(receipt)
    # the location's own, so that goods of another company stay with it
    warehouse = line.location_id.warehouse_id or env["stock.warehouse"].search(
        [("company_id", "=", line.company_id.id)], limit=1
    )
    return warehouse.int_type_id, line.location_id, target, env["res.partner"]


def _prepare_move(line, target):
    values = {
        "product_id": line.product_id.id,
        "product_uom": line.product_uom_id.id,
        "product_uom_qty": line.quantity,
        "location_id": line.location_id.id,
        "location_dest_id": target.id,
        "company_id": line.company_id.id,
    }
    if line.disposition == "vendor":
        values |= receipts.prepare_return(line.receipt_move_id)
    return values


def _prepare_move_line(line, move):
    whole = line.product_uom_id.compare(line.quantity, line.quant_id.quantity) == 0
    return {
        "move_id": move.id,
        "picking_id": move.picking_id.id,
        "product_id": line.product_id.id,
        "product_uom_id": line.product_uom_id.id,
        "lot_id": line.lot_id.id,
        "quantity": line.quantity,
        "location_id": move.location_id.id,
        "location_dest_id": move.location_dest_id.id,
        "package_id": line.package_id.id,
        # a package goes along where all of it in this place does
        "result_package_id": line.package_id.id if whole else False,
        "owner_id": line.owner_id.id,
    }


# -- release -----------------------------------------------------------
def _release(lines):
    """What lies in these places is free; the same lots elsewhere stay on hold."""
    recall = lines.recall_id
    for place, here in lines.grouped("location_id").items():
        here.lot_id._release(recall._get_origin(), holder=recall, locations=place)


# -- reservations ------------------------------------------------------
def _free_reservations(lines):
    """Take back what open moves have reserved of these goods."""
    needed = lines.filtered(_needs_reserved)
    reserved_lines = lines.env["stock.move.line"].search(
        [
            ("lot_id", "in", needed.lot_id.ids),
            ("location_id", "in", needed.location_id.ids),
            ("state", "not in", ("done", "cancel")),
            ("quantity_product_uom", ">", 0),
        ]
    )
    places = {_get_place(line) for line in needed}
    reserved_lines = reserved_lines.filtered(lambda line: _get_place(line) in places)
    documents = {line.reference or line.move_id.display_name for line in reserved_lines}
    reserved_lines.unlink()
    return documents


def _needs_reserved(line):
    free = line.available - line.quant_id.reserved_quantity
    needs = line.product_uom_id.compare(line.quantity, free) > 0
    return needs and line.disposition != "release"


def _get_place(line):
    return line.lot_id, line.location_id, line.package_id, line.owner_id
