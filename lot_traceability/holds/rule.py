"""What is held: one predicate, asked by reservation, by what is done and by screens.

A hold is for a lot as a whole, or for one place (a location and those inside). What a
release has freed of a hold is kept as a hold that has ended and is ``part_of_id`` the
other, which goes on elsewhere.
"""

from collections import defaultdict

from odoo.fields import Domain

# goods lie in a warehouse, or are on the way: only those can be held
IN_STOCK = ("internal", "transit")
# where goods are lost to the company, without being given to somebody
GIVEN_UP = ("inventory", "supplier")
# states of a hold that is in force: what is rejected is held for good
IN_FORCE = ("held", "rejected")


class HeldPlaces:
    """Where some lots are held.

    :param lots: recordset; for those that are not on hold nothing is read
    :param holder: only what this record holds; False: only what users hold
    """

    def __init__(self, lots, holder=None):
        self._by_lot = defaultdict(list)
        holds = get_current_holds(lots.sudo().filtered("on_hold"), holder)
        parts = holds.search([("part_of_id", "in", holds.ids)]) if holds else holds
        free = parts.grouped("part_of_id")
        for hold in holds:
            paths = free.get(hold, parts.browse()).location_id.mapped("parent_path")
            self._by_lot[hold.lot_id.id].append((hold, tuple(paths)))

    def get_holds(self, lot, location):
        """The holds that are in force for a lot in a place."""
        path = location.sudo().parent_path or ""
        holds = [
            hold.id
            for hold, free in self._by_lot.get(lot.id, ())
            if path.startswith(hold.location_id.parent_path or "")
            and not path.startswith(free)
        ]
        return lot.env["lot.hold"].sudo().browse(holds)

    def get_place_holds(self, lot):
        """The holds of a lot that are for one place each."""
        holds = [hold.id for hold, _free in self._by_lot.get(lot.id, ())]
        return lot.env["lot.hold"].sudo().browse(holds).filtered("location_id")

    def holds(self, lot, location) -> bool:
        """Whether a lot is held in a place; only stock is."""
        return location.sudo().usage in IN_STOCK and bool(self.get_holds(lot, location))

    def holds_whole(self, lot) -> bool:
        """Whether one hold is for the lot as a whole, with nothing freed of it."""
        return any(
            not hold.location_id and not free
            for hold, free in self._by_lot.get(lot.id, ())
        )

    def get_partly_held_lots(self, lots):
        """Those lots of which something is free."""
        return lots.filtered(lambda lot: not self.holds_whole(lot))


def get_current_holds(lots, holder=None):
    """What holds the lots now: all of it, what one holder does, or (False) users.

    With sudo: whether a lot is on hold does not depend on who asks.
    """
    holds = lots.env["lot.hold"].sudo()
    if not lots:
        return holds
    domain = [("lot_id", "in", lots.ids), ("state", "in", IN_FORCE)]
    if holder:
        domain += [("res_model", "=", holder._name), ("res_id", "=", holder.id)]
    found = holds.search(domain)
    return (
        found.filtered(lambda hold: hold._is_of_users()) if holder is False else found
    )


def get_free_domain(env, product):
    """The domain of those quants of a product that are not held."""
    free = Domain("lot_id", "=", False) | Domain("lot_id.on_hold", "!=", True)
    # sudo: as above
    held = env["stock.lot"].sudo()
    held = held.search([("product_id", "=", product.id), ("on_hold", "=", True)])
    places = HeldPlaces(held)
    partly = places.get_partly_held_lots(held)
    if not partly:
        return free
    quants = env["stock.quant"].sudo().search([("lot_id", "in", partly.ids)])
    quants = quants.filtered(lambda q: not places.holds(q.lot_id, q.location_id))
    return free | Domain("id", "in", quants.ids)


def of_held_products(lines):
    """Those lines that can concern a held lot; most transfers end here."""
    held = lines and lines.env["lot.hold"]._get_held_product_ids()
    if not held or held.isdisjoint(lines.product_id.ids):
        return lines.browse()
    return lines.filtered(lambda line: line.product_id.id in held)
