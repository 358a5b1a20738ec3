"""To hold lots, to release them, and to free what was reserved of them."""

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..tools import redirect
from ..tools.quantity import format_quantity
from .rule import IN_STOCK, HeldPlaces, get_current_holds

GROUP = "lot_traceability.group_lot_hold"
# how many lots a message names
SHOWN_LOTS = 10


def hold(lots, reason, origin=False, holder=None, locations=None):
    """See ``stock.lot._hold``."""
    check_may_hold(lots)
    reason = check_reason(lots.env, reason)
    freed, vals_list = {}, []
    for location, held in _get_targets(lots, holder, locations):
        for lot_id, rows in free_reservations(held, location, reason).items():
            freed.setdefault((lot_id, location.id), []).extend(rows)
        vals_list += [
            {
                "lot_id": lot.id,
                "location_id": location.id,
                "reason": reason,
                "origin": origin,
                "res_model": bool(holder) and holder._name,
                "res_id": bool(holder) and holder.id,
                "freed": "\n".join(freed.get((lot.id, location.id), ())),
            }
            for lot in held
        ]
    holds = lots.env["lot.hold"].sudo().create(vals_list)
    _log(lots, holds, lots.env._("Put on hold"), reason, freed)
    return holds.sudo(lots.env.su)


def _get_targets(lots, holder, locations):
    """Pairs of a place (or none) and the lots that this holder does not hold there."""
    places = HeldPlaces(lots, holder or False)
    if not locations:
        # what a recall has released in one place stays free there
        nowhere = lots.env["stock.location"]
        whole = get_current_holds(lots, holder or False)
        whole = whole.filtered(
            lambda hold: (
                not hold.location_id and (holder or places.holds_whole(hold.lot_id))
            )
        )
        return [(nowhere, lots.filtered(lambda lot: lot not in whole.lot_id))]
    return [
        (
            location,
            lots.filtered(lambda lot, at=location: not places.holds(lot, at)),
        )
        for location in locations
    ]


def release(lots, reason, holder=None, locations=None):
    """See ``stock.lot._release``."""
    check_may_hold(lots)
    reason = check_reason(lots.env, reason)
    holds = get_current_holds(lots, holder or False)
    if not holder:
        _check_other_holders(lots, holds)
        holds = _leave_others(lots, holds)
    ended = {
        "state": "released",
        "release_user_id": lots.env.uid,
        "release_date": fields.Datetime.now(),
        "release_reason": reason,
    }
    if locations:
        holds = _release_places(holds, locations, ended)
    else:
        holds.write(ended)
    _log(lots, holds, lots.env._("Released"), reason, {})
    return holds.sudo(lots.env.su)


def _leave_others(lots, holds):
    """The holds without those of places of a company in which the user does not work;
    the lot can be of all companies.

    :raise AccessError: if there are no others
    """
    companies = lots.env.user.company_ids
    theirs = holds.filtered(
        lambda hold: hold.location_id.company_id - companies and not lots.env.su
    )
    if theirs and theirs == holds:
        raise AccessError(
            lots.env._(
                "%s: on hold in a place of another company. Only its users release it.",
                ", ".join(theirs.lot_id.mapped("name")),
            )
        )
    return holds - theirs


def reject(lots, reason, locations=None):
    """See ``stock.lot.action_reject``."""
    # what is not held yet is held by this
    hold(lots, reason, locations=locations)
    reason = check_reason(lots.env, reason)
    nowhere = lots.env["stock.location"]
    places = list(locations) if locations else [nowhere]
    holds = get_current_holds(lots, False).filtered(
        lambda hold: hold.state == "held" and hold.location_id in places
    )
    known = {(hold.lot_id.id, hold.location_id.id) for hold in holds}
    # held as a whole, rejected in one place
    holds |= holds.create(
        [
            {"lot_id": lot.id, "location_id": place.id, "reason": reason}
            for lot in lots
            for place in places
            if (lot.id, place.id) not in known and not _is_rejected(lot, place)
        ]
    )
    holds.write(
        {
            "state": "rejected",
            "reject_user_id": lots.env.uid,
            "reject_date": fields.Datetime.now(),
            "reject_reason": reason,
        }
    )
    _log(lots, holds, lots.env._("Rejected"), reason, {})
    return holds.sudo(lots.env.su)


def _is_rejected(lot, place):
    """Whether the lot is rejected there already, or as a whole."""
    return any(
        hold.state == "rejected" and hold.location_id in (place, place.browse())
        for hold in get_current_holds(lot, False)
    )


def _release_places(holds, locations, ended):
    """End the holds inside of some places; of the others, free these places.

    :return: the ``lot.hold`` records that ended, with those of what was freed
    """
    paths = tuple(locations.sudo().mapped("parent_path"))
    inside = holds.filtered(
        lambda hold: hold.location_id and hold.location_id.parent_path.startswith(paths)
    )
    inside.write(ended)
    places = HeldPlaces(holds.lot_id)
    parts = holds.create(
        [
            hold._prepare_part(location) | ended
            for hold in holds - inside
            for location in locations
            if hold in places.get_holds(hold.lot_id, location)
        ]
    )
    # what holds nothing any more is over
    places = HeldPlaces(parts.lot_id)
    quants = parts.env["stock.quant"].search(
        [
            ("lot_id", "in", parts.lot_id.ids),
            ("quantity", ">", 0),
            ("location_id.usage", "in", IN_STOCK),
        ]
    )
    in_force = parts.browse().union(
        *(places.get_holds(quant.lot_id, quant.location_id) for quant in quants)
    )
    over = parts.part_of_id - in_force
    over.write(ended)
    return inside | parts | over


def check_may_hold(lots):
    """:raise AccessError: if the user may not hold and release these lots"""
    lots.check_access("read")
    if not may_hold(lots.env):
        raise AccessError(
            lots.env._(
                "Only users with the right Hold and Release Lots may do this. Ask "
                "an administrator of the inventory."
            )
        )


def may_hold(env) -> bool:
    """Whether the user has the right to hold and release lots."""
    return env.su or env.user.has_group(GROUP)


def check_reason(env, reason):
    """The reason without blanks around it.

    :raise UserError: if there is none
    """
    reason = (reason or "").strip()
    if not reason:
        raise UserError(env._("Say why: the reason stays with the lot."))
    return reason


def _check_other_holders(lots, holds):
    """A user cannot release what only a recall holds; what users hold ends, and the
    recall's hold goes on."""
    others = get_current_holds(lots - holds.lot_id)
    if others:
        names = {hold.origin or hold.reason: None for hold in others}
        holders = ", ".join(names)
        raise redirect.refuse(
            lots.env._(
                "%(lots)s are held by %(holders)s and have to be released there.",
                lots=", ".join(others.lot_id.mapped("name")[:SHOWN_LOTS]),
                holders=holders,
            ),
            others[0]._get_holder(lots.env),
            lots.env._("Open %s", holders if len(names) == 1 else next(iter(names))),
        )


def _log(lots, holds, title, reason, freed):
    """Say on each lot what was done, where, and what lost its reservation."""
    bodies = {}
    for hold in holds:
        # of a hold that is over as its last part was freed, the part is named
        if hold.state == "released" and hold in holds.part_of_id:
            continue
        place = hold.location_id.display_name
        text = f"{title} ({place}): {reason}" if place else f"{title}: {reason}"
        items = Markup().join(
            Markup("<li>%s</li>") % row
            for row in freed.get((hold.lot_id.id, hold.location_id.id), ())
        )
        body = Markup("<p>%s</p><ul>%s</ul>") % (text, items)
        bodies[hold.lot_id.id] = bodies.get(hold.lot_id.id, Markup()) + body
    if bodies:
        lots.browse(bodies)._message_log_batch(bodies)


# -- reservations ---------------------------------------------------------
def get_open_lines(lots, location=None):
    """Lines that would still move the lots where they may not go on hold.

    With sudo: a hold counts for all warehouses of the lots' companies.

    :param location: only what is taken from there, or from places inside
    """
    lines = lots.env["stock.move.line"].sudo()
    domain = [
        ("lot_id", "in", lots.ids),
        ("state", "not in", ("done", "cancel")),
        ("location_id.usage", "in", IN_STOCK),
        ("quantity_product_uom", ">", 0),
    ]
    if location:
        domain.append(("location_id", "child_of", location.ids))
    return lines.search(domain).filtered(lambda line: not line._takes_held_lots())


def free_reservations(lots, location=None, reason=""):
    """Take the lots off everything that is planned, and say so on what it was planned
    for, to who is in charge of it.

    :return: ``{lot id: [what was freed, in words]}``
    """
    lines = get_open_lines(lots, location)
    _tell_documents(lots.env, lines, reason)
    freed = {}
    for line in lines:
        quantity, uom = line.quantity_product_uom, line.product_id.uom_id
        freed.setdefault(line.lot_id.id, []).append(
            lots.env._(
                "%(quantity)s reserved for %(document)s",
                quantity=format_quantity(lots.env, quantity, uom),
                document=line._get_document_name(),
            )
        )
    lines.unlink()
    return freed


def _tell_documents(env, lines, reason):
    """Post on transfers and orders what they lose."""
    documents = {}
    for line in lines:
        move = line.move_id
        document = move.picking_id or move._get_source_document()
        if document and hasattr(document, "message_post"):
            documents.setdefault(document, []).append(line)
    for document, of_document in documents.items():
        items = Markup().join(
            Markup("<li>%s</li>")
            % env._(
                "%(quantity)s of %(product)s, %(lot)s",
                quantity=format_quantity(
                    env, line.quantity_product_uom, line.product_id.uom_id
                ),
                product=line.product_id.display_name,
                lot=line.lot_id.name,
            )
            for line in of_document
        )
        title = env._("Reservations were freed, as these lots were put on hold")
        body = Markup("<p>%s: %s</p><ul>%s</ul>") % (title, reason, items)
        # sudo: whoever holds a lot need not be allowed to change the document
        document.sudo().message_post(
            body=body, partner_ids=_get_responsible(document).partner_id.ids
        )


def _get_responsible(document):
    """Who is in charge of it: its responsible person, else that of its sale."""
    document = document.sudo()
    user = document.user_id if "user_id" in document._fields else False
    if not user and "sale_id" in document._fields:
        user = document.sale_id.user_id
    return (user or document.env["res.users"]).filtered("active")
