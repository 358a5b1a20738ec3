"""Counts by those who may not hold and release lots: no held goods get out by them,
neither under another number, nor out of a place where they are found."""

from collections import Counter

from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.remember import remember
from .gone import comes_from_nowhere, get_moment, get_since
from .holding import may_hold
from .rule import IN_FORCE, IN_STOCK, HeldPlaces, of_held_products


def may_book(env) -> bool:
    """Whether whoever books may release lots too, and knows what is what."""
    # Odoo books some counts as the superuser, for whoever typed them
    user = env.user
    return user._is_superuser() or may_hold(env(su=False))


def refuse_renaming(lines):
    """Refuse a count, by somebody who may not release, that gives held goods another
    number: some of a held lot is counted away where, or while elsewhere, some of
    another lot is found. So is what comes back from a loss under a number that was
    never lost.

    :raise UserError: with the lots and the place
    """
    counted = of_held_products(lines).filtered(
        # what is scrapped is not found
        lambda line: _is_count(line) and not line.move_id.scrap_id
    )
    if not counted or may_book(lines.env):
        return
    for (product, company), new in counted.grouped(
        lambda line: (line.product_id, line.company_id)
    ).items():
        places = (new.location_id | new.location_dest_id).filtered(
            lambda place: place.usage in IN_STOCK
        )
        counts = _find_counts(product, company, new)
        # first in one place, which is the surer sign
        for place in [*places, places.browse()]:
            lost = _find_counted_away(counts, place, new)
            if lost:
                raise UserError(
                    lines.env._(
                        "%(lots)s of %(product)s is on hold, and some of it was "
                        "taken off the stock of %(place)s: what comes in under another "
                        "number may be the same goods. Ask somebody who may hold and "
                        "release lots to book this.",
                        lots=", ".join(lost.mapped("name")),
                        product=product.display_name,
                        place=(place or places)[0].display_name,
                    )
                )


def _is_count(line):
    return "inventory" in (line.location_id.usage, line.location_dest_id.usage)


def _find_counts(product, company, new):
    """Counts of a product since its lots are on hold: of the whole company, with those
    that were done just now."""
    # sudo: the history of the stock, whatever of it the user may see
    env = product.sudo().env
    held = env["stock.lot"].search(
        [("product_id", "=", product.id), ("on_hold", "=", True)]
    )
    holds = env["lot.hold"].search(
        [("lot_id", "in", held.ids), ("state", "in", IN_FORCE)]
    )
    if not holds:
        return env["stock.move.line"]
    inside = list(IN_STOCK)
    lines = env["stock.move.line"].search(
        (Domain("state", "=", "done") | Domain("id", "in", new.ids))
        & Domain("product_id", "=", product.id)
        & Domain("company_id", "=", company.id)
        & get_since(min(holds.mapped("hold_date")))
        & (
            Domain("location_id.usage", "in", inside)
            & Domain("location_dest_id.usage", "=", "inventory")
            | Domain("location_dest_id.usage", "in", inside)
            & Domain("location_id.usage", "=", "inventory")
        )
    )
    if any(_is_taken_back(line) for line in new):
        return lines
    # what was scrapped is gone, unless whoever scrapped it could not have released it
    judge = _Judge(env)
    return lines.filtered(
        lambda line: not line.move_id.scrap_id or not judge.knows(line.create_uid)
    )


class _Judge:
    """Who may hold and release lots; each user is asked once."""

    def __init__(self, env):
        self.env = env

    @remember
    def knows(self, user):
        return may_book(self.env(user=user))


def find_counted_in(lots) -> dict:
    """What may be held goods that were found elsewhere, until somebody counts where
    they are held: what others than those who may release have counted in since.

    :return: ``{(lot, place): quantity}`` of lots that are held in places
    """
    # sudo: the history of the stock, whatever of it the user may see
    env = lots.sudo().env
    holds = env["lot.hold"].search(
        [
            ("lot_id", "in", lots.ids),
            ("state", "in", IN_FORCE),
            ("location_id", "!=", False),
        ]
    )
    if not holds:
        return {}
    since = {
        lot: min(own.mapped("hold_date"))
        for lot, own in holds.grouped("lot_id").items()
    }
    lines = env["stock.move.line"].search(
        Domain("lot_id", "in", holds.lot_id.ids)
        & Domain("state", "=", "done")
        & Domain("move_id.is_inventory", "=", True)
        & get_since(min(since.values()))
    )
    judge, net, places = _Judge(env), Counter(), HeldPlaces(holds.lot_id)
    for line in lines:
        is_found = line.location_dest_id.usage in IN_STOCK
        place = line.location_dest_id if is_found else line.location_id
        if (
            get_moment(line) >= since[line.lot_id]
            and not places.holds(line.lot_id, place)
            and not judge.knows(line.create_uid)
        ):
            quantity = line.quantity_product_uom * (1 if is_found else -1)
            net[line.lot_id, place] += quantity
    total = Counter()
    for (lot, _place), quantity in net.items():
        total[lot] += quantity
    return {
        (lot, place): min(quantity, total[lot])
        for (lot, place), quantity in net.items()
        if lot.product_id.uom_id.compare(min(quantity, total[lot]), 0) > 0
    }


def _is_taken_back(line):
    """Whether a transfer brings a number from a loss where it was not."""
    source = line.location_id
    return (
        source.usage == "inventory"
        and not line.move_id.is_inventory
        and comes_from_nowhere(line, line.lot_id, source, is_booked=True)
    )


def _find_counted_away(counts, place, new):
    """Held lots that lost by counts since they are held, if other lots won.

    :param place: only what was counted there; empty: anywhere
    :param new: one of these has to be part of it
    """
    won, part = Counter(), set()
    for line in counts:
        found = line.location_dest_id.usage in IN_STOCK
        where = line.location_dest_id if found else line.location_id
        if place and where != place:
            continue
        won[line.lot_id] += line.quantity_product_uom * (1 if found else -1)
        if line.id in new.ids:
            part.add((line.lot_id, found))
    uom = counts.product_id.uom_id
    lost = [
        lot for lot, sum_ in won.items() if lot.on_hold and uom.compare(sum_, 0) < 0
    ]
    others = [
        lot for lot, sum_ in won.items() if not lot.on_hold and uom.compare(sum_, 0) > 0
    ]
    changed = {(lot, False) for lot in lost} | {(lot, True) for lot in others}
    if not (lost and others and changed & part):
        return new.lot_id.browse()
    return new.lot_id.union(*lost)
