"""What happened to a frozen scope since: proposed, never done in silence."""

from odoo.addons.lot_traceability.tools.batch_job import run_in_batches
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..consignees import listing
from ..tools.scope_path import get_paths
from . import roles
from .states import ACTIVE_STATES

SHOWN_NAMES = 10


def check(recall) -> None:
    """Compare the frozen scope with what is true now, and propose what differs."""
    trace = recall.seed_lot_ids._trace_downstream(["lots", "deliveries"])
    if recall.env.su:
        # the scheduled action sees the deliveries of all companies
        listing.update(recall, trace)
    values = _get_new_lots(recall, trace) + _get_late_moves(recall)
    if not values:
        return
    # sudo: nobody has the right to write changes by hand
    lines = recall.env["lot.recall.difference"].sudo().create(values)
    names = ", ".join(lines.lot_id[:SHOWN_NAMES].mapped("name"))
    body = recall.env._("Changed since the scope was frozen: %(lots)s", lots=names)
    recall.message_post(body=body)
    recall.activity_schedule(
        "mail.mail_activity_data_warning",
        summary=recall.env._("Decide what changed in the scope"),
        user_id=roles.find_in_charge(recall).id,
    )


def check_all(env) -> None:
    """Check the scope of each active recall, a commit for each of them."""
    recalls = env["lot.recall"]

    def work(ids):
        active = recalls.browse(ids).exists()
        for recall in active.filtered(lambda one: one.state in ACTIVE_STATES):
            check(recall)

    found = recalls.search([("state", "in", ACTIVE_STATES)], order="id")
    run_in_batches(env, found.ids, 1, work)


def _get_new_lots(recall, trace):
    """Lots that the trace leads to now, and nobody has decided about."""
    known = set(recall.sudo().scope_id.line_ids.lot_id.ids)
    known |= set(
        recall.difference_ids.filtered(lambda line: line.kind == "new").lot_id.ids
    )
    paths = get_paths(trace["lots"])
    return [
        {
            "recall_id": recall.id,
            "kind": "new",
            "lot_id": row["id"],
            "text": paths[row["id"]],
        }
        for row in trace["lots"]
        if row["id"] not in known
    ]


def _get_late_moves(recall):
    """Moves of lots in scope since it was frozen, other than our own."""
    ours = recall.scrap_ids.move_ids | recall.picking_ids.move_ids
    lines = recall.env["stock.move.line"].search(
        [
            ("lot_id", "in", recall._get_lots().ids),
            ("state", "=", "done"),
            ("date", ">", recall.scope_id.frozen_date),
            ("id", "not in", recall.difference_ids.move_line_id.ids),
            ("move_id", "not in", ours.ids),
        ]
    )
    return [
        {
            "recall_id": recall.id,
            "kind": "moved",
            "lot_id": line.lot_id.id,
            "move_line_id": line.id,
            "text": recall.env._(
                "%(document)s: %(quantity)s from %(origin)s to %(dest)s",
                document=line.reference or line.move_id.display_name,
                quantity=format_quantity(
                    recall.env, line.quantity_product_uom, line.product_id.uom_id
                ),
                origin=line.location_id.display_name,
                dest=line.location_dest_id.display_name,
            ),
        }
        for line in lines
    ]
