"""Who got the recalled lots: found by the trace, kept up to the stock ledger."""

from collections import defaultdict

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.lot_traceability.tools.partner import get_partner

from ..case import returned


# -- the trace ---------------------------------------------------------
def trace_deliveries(recall, trace: dict | None = None) -> tuple[list[dict], dict]:
    """Deliveries of the lots in scope, while suspect material was in them; and how many
    there are that the user may not see.

    :param trace: of the suspect lots, with ``deliveries``, if it was walked already
    :raise UserError: if there is no scope yet
    """
    lots = recall._get_lots()
    if not lots:
        raise UserError(
            recall.env._(
                "%(recall)s has no lots in scope yet. Open it first, then look for its "
                "consignees.",
                recall=recall.name,
            )
        )
    trace = trace or recall.seed_lot_ids._trace_downstream(["deliveries"])
    ids = set(lots.ids)
    rows = [
        row for row in trace["deliveries"] if not row["lot_id"] or row["lot_id"] in ids
    ]
    return rows, trace["outside_scope"]


# -- finding and refreshing --------------------------------------------
def find(recall) -> None:
    """From the approval on it is known who has to be told."""
    rows, _hidden = trace_deliveries(recall)
    # sudo: nobody has the right to write deliveries by hand
    _refresh(recall.sudo(), rows)


def refresh(recall) -> tuple[str, bool]:
    """Bring consignees and shipped quantities up to the stock ledger. New ones are
    added; notices and replies stay as they are.

    :return: what is new, in words, and whether something is out of the user's reach
    """
    before = recall.consignee_ids
    rows, hidden = trace_deliveries(recall)
    # sudo: nobody has the right to write deliveries by hand
    _refresh(recall.sudo(), rows)
    message = recall.env._(
        "%(count)s consignees, %(new)s of them new.",
        count=len(recall.consignee_ids),
        new=len(recall.consignee_ids - before),
    )
    if hidden["count"]:
        message += " " + hidden["message"]
    recall.message_post(body=message)
    return message, bool(hidden["count"])


def update(recall, trace: dict | None = None) -> None:
    """Bring the lots at known consignees up to the stock ledger; new ones are found by
    somebody who may see them."""
    if not recall.consignee_line_ids:
        return
    rows = defaultdict(list)
    for row in trace_deliveries(recall, trace)[0]:
        rows[_get_key(row), row["lot_id"], row["product_id"]].append(row)
    for key, consignee in _get_known(recall).items():
        for line in consignee.line_ids:
            group = rows.get((key, line.lot_id.id, line.product_id.id))
            if group:
                line._update_from_trace(_prepare_line(group))


def book_returns(recall, move_lines) -> None:
    """What came back is no longer with the consignee.

    Without a walk, since a return must not wait for it, nor fail by it; what cannot be
    told from the return itself is put right by the next look at the ledger.
    """
    lines = recall.consignee_line_ids
    for move_line in move_lines:
        line = _find_line(lines, move_line)
        if line:
            line.returned += move_line.quantity_product_uom


def _note_returned_before(recall):
    """What had come back when the recall began was not recovered by it."""
    before = defaultdict(float)
    for move_line, quantity in returned.find_before(recall).items():
        line = _find_line(recall.consignee_line_ids, move_line, is_past=True)
        if line:
            before[line] += quantity
    for line in recall.consignee_line_ids:
        quantity = min(before[line], line.returned)
        if line.product_uom_id.compare(quantity, line.returned_before):
            line.returned_before = quantity


def _find_line(lines, move_line, is_past=False):
    """The lot at the consignee that a return comes from."""
    lines = lines.filtered(
        lambda line: (
            line.lot_id == move_line.lot_id
            and (is_past or line.shipped > line.returned)
        )
    )
    delivery = move_line.move_id.origin_returned_move_id.picking_id
    if delivery:
        return lines.filtered(lambda line: delivery in line.picking_ids)[:1]
    partner = get_partner(move_line)
    return lines.filtered(lambda line: partner and line.partner_id == partner)[:1]


def _refresh(recall, rows):
    groups = defaultdict(list)
    for row in rows:
        groups[_get_key(row)].append(row)
    consignees = _find_or_create(recall, groups)
    lines = {
        (line.consignee_id, line.lot_id.id, line.product_id.id): line
        for line in recall.consignee_line_ids
    }
    wanted = {}
    for key, group in groups.items():
        for row in group:
            line_key = (consignees[key], row["lot_id"], row["product_id"])
            wanted.setdefault(line_key, []).append(row)
    _write_lines(recall.env, lines, wanted)
    _note_returned_before(recall)


def _get_key(row):
    """A delivery that names nobody is a consignee by itself, to be found out."""
    if row["partner_id"]:
        return row["partner_id"], ""
    return False, row["document"] or "?"


def _get_known(recall):
    """The consignees by the partner, or the delivery that named nobody."""
    known = {}
    for consignee in recall.consignee_ids:
        document = consignee.document or ""
        partner_id = not document and consignee.partner_id.id
        known[partner_id, document] = consignee
    return known


def _find_or_create(recall, keys):
    known = _get_known(recall)
    new = [key for key in keys if key not in known]
    created = recall.env["lot.recall.consignee"].create(
        [
            {"recall_id": recall.id, "partner_id": partner_id, "document": document}
            for partner_id, document in new
        ]
    )
    created.filtered(lambda one: not one.partner_id)._ask_who_it_was()
    return known | dict(zip(new, created, strict=True))


def _write_lines(env, lines, wanted):
    new = []
    for (consignee, lot_id, product_id), rows in wanted.items():
        vals = _prepare_line(rows)
        line = lines.pop((consignee, lot_id, product_id), None)
        if line:
            line._update_from_trace(vals)
        else:
            keys = {"lot_id": lot_id, "product_id": product_id}
            new.append(vals | keys | {"consignee_id": consignee.id})
    env["lot.recall.consignee.line"].create(new)
    # what is traced no longer, as after a corrected delivery, stays with nothing
    for line in lines.values():
        line._update_from_trace({"shipped": 0, "returned": 0})


def _prepare_line(rows):
    pickings = {row["picking_id"]: None for row in rows if row["picking_id"]}
    documents = {row["document"]: None for row in rows if row["document"]}
    return {
        "shipped": sum(row["quantity"] for row in rows),
        "returned": sum(row["returned"] for row in rows),
        "date_first": min(row["date"] for row in rows),
        "date_last": max(row["date"] for row in rows),
        "documents": ", ".join(documents),
        "picking_ids": [fields.Command.set(list(pickings))],
    }


def refresh_and_tell(recall) -> dict:
    """The same, with a notification that says what is new."""
    message, is_hidden = refresh(recall)
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "message": message,
            "type": "warning" if is_hidden else "success",
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }
