"""Hold first: everything in scope, in all warehouses, in one transaction."""

from markupsafe import Markup

from odoo import fields

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from . import states

# how many rows of the impact a message shows
SHOWN_ROWS = 20


def hold_scope(recall) -> None:
    """Hold the lots in scope; say whose reservations were freed."""
    exercise = is_exercise(recall)
    if not recall.date_held:
        guards.by_button(recall).write({"date_held": fields.Datetime.now()})
        note = exercise and recall.env._("Exercise: nothing was put on hold.")
        states.stamp(recall, "held", note)
    if exercise:
        return
    lots = recall._get_lots()
    if not lots:
        return
    impact = lots.hold_impact()
    held = lots._hold(recall.reason, origin=recall.name, holder=recall)
    if held:
        recall.message_post(body=_describe(recall.env, impact, len(held)))


def hold_first(recall, lots) -> None:
    """Hold what is suspect before somebody else finds the scope; what is not in it then
    is free again with the approval."""
    if is_exercise(recall) or recall.held_count:
        return
    # sudo: whoever may begin a recall need not have the right to hold; to let go again
    # is for those who have it
    held = lots.sudo()._hold(recall.reason, origin=recall.name, holder=recall)
    if held:
        recall.message_post(
            body=recall.env._(
                "Lots on hold until the scope is found: %(count)s.", count=len(held)
            )
        )


def is_exercise(recall) -> bool:
    """Whether its lots stay free."""
    return recall.is_mock and not recall.mock_hold


def release_left(recall) -> None:
    """Free the lots that are not in scope any more, now that a version is approved."""
    left = get_held(recall) - recall._get_lots()
    if left:
        release(recall, recall.env._("Not in scope of %s any more", recall.name), left)
        names = ", ".join(left[:SHOWN_ROWS].mapped("name"))
        recall.message_post(
            body=recall.env._("Not in scope any more, released: %s", names)
        )


def release(recall, reason: str, lots=None) -> None:
    """End what the recall holds: of some lots, or all."""
    lots = get_held(recall) if lots is None else lots
    if lots:
        lots._release(reason, holder=recall)


def count_held(recalls) -> dict:
    """``{recall: how many lots it holds}``"""
    # sudo: whether a lot is on hold does not depend on who asks
    groups = (
        recalls.env["lot.hold"]
        .sudo()
        ._read_group(
            [
                ("res_model", "=", recalls._name),
                ("res_id", "in", recalls.ids),
                ("state", "=", "held"),
            ],
            ["res_id"],
            ["lot_id:count_distinct"],
        )
    )
    return {recalls.browse(res_id): count for res_id, count in groups}


def get_held(recall):
    # sudo: whether a lot is on hold does not depend on who asks
    holds = recall.env["lot.hold"].sudo()
    domain = [
        ("res_model", "=", recall._name),
        ("res_id", "=", recall.id),
        ("state", "=", "held"),
    ]
    return holds.search(domain).lot_id.with_env(recall.env)


# -- what comes back ---------------------------------------------------
def book_returns(recall, move_lines) -> None:
    """Goods of lots in scope came back: hold them, and say so on the case."""
    _hold_there(recall, move_lines)
    pickings = move_lines.picking_id.sudo()
    guards.by_button(
        pickings.filtered(lambda picking: not picking.recall_id)
    ).recall_id = recall
    texts = [_describe_line(line) for line in move_lines]
    recall.message_post(body=as_list(recall.env._("Came back:"), texts))


def book_arrivals(recall, move_lines) -> None:
    """Goods of lots in scope were made or found: hold them, and say so on the case;
    but for a count where the recall has released what lies there."""
    if recall.is_mock:
        return
    lines = move_lines.filtered(
        lambda line: (
            line.location_id.usage != "inventory" or not _is_released(recall, line)
        )
    )
    if _hold_there(recall, lines):
        texts = [_describe_line(line) for line in lines]
        title = recall.env._("Made or found, and put on hold:")
        recall.message_post(body=as_list(title, texts))


def _hold_there(recall, move_lines):
    """Hold where the goods came to: what was released elsewhere stays free there."""
    held = recall.env["lot.hold"]
    if recall.is_mock:
        return held
    for place, lines in move_lines.grouped("location_dest_id").items():
        # sudo: whoever books the goods in need not have the right to hold them
        held |= lines.lot_id.sudo()._hold(
            recall.reason, origin=recall.name, holder=recall, locations=place
        )
    return held


def _is_released(recall, move_line):
    """Whether the recall has let go of the lot where the line leads to."""
    # sudo: whether a lot is on hold does not depend on who asks
    holds = recall.env["lot.hold"].sudo()
    return bool(
        holds.search_count(
            [
                ("lot_id", "=", move_line.lot_id.id),
                ("res_model", "=", recall._name),
                ("res_id", "=", recall.id),
                ("state", "=", "released"),
                ("location_id", "parent_of", move_line.location_dest_id.ids),
            ],
            limit=1,
        )
    )


def _describe_line(line):
    env = line.env
    return env._(
        "%(document)s: %(lot)s, %(quantity)s, to %(place)s",
        document=line.reference or line.move_id.display_name,
        lot=line.lot_id.name,
        quantity=format_quantity(
            env, line.quantity_product_uom, line.product_id.uom_id
        ),
        place=line.location_dest_id.display_name,
    )


# -- in words ----------------------------------------------------------
def _describe(env, impact, count):
    titles = {
        "reservations": env._("These lost what was reserved for them:"),
        "in_transit": env._("On the way, stop it there:"),
        "orders": env._("Open orders touched:"),
    }
    body = Markup("<p>%s</p>") % env._("Lots on hold: %(count)s.", count=count)
    for key, title in titles.items():
        if rows := impact.get(key):
            body += _describe_rows(env, title, rows)
    return body


def _describe_rows(env, title, rows):
    texts = [_describe_row(env, row) for row in rows[:SHOWN_ROWS]]
    if len(rows) > SHOWN_ROWS:
        texts.append(env._("and %(count)s more", count=len(rows) - SHOWN_ROWS))
    return as_list(title, texts)


def _describe_row(env, row):
    """What there is to say of a document or place."""
    quantity = row.get("quantity")
    texts = [row.get(name) for name in ("document", "lot", "location")]
    texts.append(quantity and format_quantity(env, quantity, row["uom"]))
    texts += [row.get(name) for name in ("partner", "state")]
    return ", ".join(text for text in texts if text)


def as_list(title: str, texts) -> Markup:
    """A title and a list, as a message shows it."""
    items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
    return Markup("<p>%s</p><ul>%s</ul>") % (title, items)
