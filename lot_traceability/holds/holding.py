"""To hold lots, to release them, and to free what was reserved of them."""

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, UserError

GROUP = "lot_traceability.group_lot_hold"
# how many lots a message names
SHOWN_LOTS = 10


def get_current_holds(lots, holder=None):
    """What holds the lots now: all of it, or what one holder does.

    With sudo: whether a lot is on hold does not depend on who asks.
    """
    holds = lots.env["lot.hold"].sudo()
    domain = [("lot_id", "in", lots.ids), ("state", "=", "held")]
    if holder is not None:
        domain += [("res_model", "=", holder._name), ("res_id", "=", holder.id)]
    return holds.search(domain)


def hold(lots, reason, origin=False, holder=None):
    """See ``stock.lot._hold``."""
    check_may_hold(lots)
    reason = check_reason(lots.env, reason)
    lots -= _get_holds_of(lots, holder).lot_id
    freed = free_reservations(lots)
    holds = (
        lots.env["lot.hold"]
        .sudo()
        .create(
            [
                {
                    "lot_id": lot.id,
                    "reason": reason,
                    "origin": origin,
                    "res_model": holder is not None and holder._name,
                    "res_id": holder is not None and holder.id,
                    "freed": "\n".join(freed.get(lot.id, ())),
                }
                for lot in lots
            ]
        )
    )
    _log(lots, lots.env._("Put on hold: %s", reason), freed)
    return holds.sudo(lots.env.su)


def release(lots, reason, holder=None):
    """See ``stock.lot._release``."""
    check_may_hold(lots)
    reason = check_reason(lots.env, reason)
    holds = _get_holds_of(lots, holder)
    _check_other_holders(lots, holds, holder)
    holds.write(
        {
            "state": "released",
            "release_user_id": lots.env.uid,
            "release_date": fields.Datetime.now(),
            "release_reason": reason,
        }
    )
    _log(holds.lot_id.sudo(False), lots.env._("Released: %s", reason), {})
    return holds.sudo(lots.env.su)


def check_may_hold(lots):
    """:raise AccessError: if the user may not hold and release these lots"""
    lots.check_access("read")
    if not (lots.env.su or lots.env.user.has_group(GROUP)):
        raise AccessError(
            lots.env._(
                "Only users with the right Hold and Release Lots may do this. Ask "
                "an administrator of the inventory."
            )
        )


def check_reason(env, reason):
    """The reason without blanks around it.

    :raise UserError: if there is none
    """
    reason = (reason or "").strip()
    if not reason:
        raise UserError(env._("Say why: the reason stays with the lot."))
    return reason


def _get_holds_of(lots, holder):
    if holder is not None:
        return get_current_holds(lots, holder)
    return get_current_holds(lots).filtered(lambda hold: not hold.res_model)


def _check_other_holders(lots, holds, holder):
    """A user cannot release what a recall holds."""
    if holder is not None:
        return
    others = get_current_holds(lots) - holds
    if others:
        names = {hold.origin or hold.reason: None for hold in others}
        raise UserError(
            lots.env._(
                "%(lots)s are held by %(holders)s and have to be released there.",
                lots=", ".join(others.lot_id.mapped("name")[:SHOWN_LOTS]),
                holders=", ".join(names),
            )
        )


def _log(lots, text, freed):
    bodies = {}
    for lot in lots:
        rows = Markup().join(
            Markup("<li>%s</li>") % row for row in freed.get(lot.id, ())
        )
        bodies[lot.id] = Markup("<p>%s</p><ul>%s</ul>") % (text, rows)
    if bodies:
        lots._message_log_batch(bodies)


# -- reservations ---------------------------------------------------------
def get_open_lines(lots):
    """Lines that would still move the lots where they may not go on hold.

    With sudo: a hold counts for all warehouses of the lots' companies.
    """
    lines = lots.env["stock.move.line"].sudo()
    lines = lines.search(
        [
            ("lot_id", "in", lots.ids),
            ("state", "not in", ("done", "cancel")),
            ("location_id.usage", "in", ("internal", "transit")),
            ("quantity_product_uom", ">", 0),
        ]
    )
    return lines.filtered(lambda line: not line._takes_held_lots())


def free_reservations(lots):
    """Take the lots off everything that is planned.

    :return: ``{lot id: [what was freed, in words]}``
    """
    lines = get_open_lines(lots)
    freed = {}
    for line in lines:
        freed.setdefault(line.lot_id.id, []).append(
            lots.env._(
                "%(quantity)s %(unit)s reserved for %(document)s",
                quantity=f"{line.quantity_product_uom:g}",
                unit=line.product_id.uom_id.name,
                document=line._get_document_name(),
            )
        )
    lines.unlink()
    return freed
