"""What is asked of held lots before and after a move line is done, or corrected.

Nothing moves a held lot but into quarantine, scrap, back to the vendor, or a count.
Asked is what a change does to the stock, by lot, place, package and owner: what a line
has done newly, or by how much a correction makes it do something else.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError

from ..done_lines import sold
from ..done_lines.nameless import find_nameless, get_stock
from ..tools.partner import get_vendors
from ..tools.remember import remember
from .counted import find_counted_in, may_book
from .gone import find_found_elsewhere, find_gone
from .rule import IN_STOCK, HeldPlaces, of_held_products


class Flow(NamedTuple):
    """Some of a lot goes from one place to another; ``target`` is empty if it gets
    another number instead. ``is_booked``: the stock says so already."""

    line: models.Model
    lot: models.Model
    source: models.Model
    target: models.Model
    is_booked: bool


# ----------------------------------------------------------------------
# Flows of goods
# ----------------------------------------------------------------------
def get_booked(lines) -> dict:
    """What done lines have booked, to be compared with what they will.

    :return: ``{line: {(lot, location, package, owner): quantity}}``
    """
    return {line: _book(line) for line in of_held_products(lines)}


def _book(line):
    """What a line adds to its places, in the product's unit."""
    booked, quantity = Counter(), line.quantity_product_uom
    lot, owner = line.lot_id, line.owner_id
    booked[lot, line.location_id, line.package_id, owner] -= quantity
    booked[lot, line.location_dest_id, line.result_package_id, owner] += quantity
    return booked


def _get_flows(lines, before, is_booked):
    """What lines move that they did not move before."""
    flows = []
    for line in of_held_products(lines):
        changed = _book(line)
        changed.subtract(before.get(line, {}))
        taken, given = defaultdict(list), defaultdict(list)
        for (lot, location, *_rest), quantity in changed.items():
            if line.product_id.uom_id.is_zero(quantity) or not lot:
                continue
            (taken if quantity < 0 else given)[lot].append(location)
        renamed = {key[0] for key in before.get(line, {})} - {line.lot_id}
        flows += [
            Flow(line, lot, source, target, is_booked or line.state == "done")
            for lot, sources in taken.items()
            for source in sources
            for target in ([source.browse()] if lot in renamed else given[lot])
        ]
    return flows


# ----------------------------------------------------------------------
# Refuse
# ----------------------------------------------------------------------
def refuse_held(lines, before=None, *, is_booked=False):
    """Refuse lines that move a lot on hold where it may not go.

    :param before: of lines that are corrected, what :func:`get_booked` said
    :param is_booked: whether the stock has changed, although they are not done yet
    :raise UserError: with the lots, who holds them and why
    """
    _refuse_taken_apart(lines)
    flows = _get_flows(lines, before or {}, is_booked)
    if not flows:
        return
    places = HeldPlaces(lines.lot_id.union(*(flow.lot for flow in flows)))
    refused = {
        (flow.line, flow.lot, flow.source): flow
        for flow in flows
        if _is_refused(flow, places)
    }
    _refuse(lines.env, {flow: _get_holds(flow, places) for flow in refused.values()})


def refuse_overdrawn(lines, before=None):
    """Refuse lines that took more of a lot from a place than lay there, while some of
    it is held elsewhere: it can only be that.

    Goods that were counted in meanwhile may be the held ones; so may those that leave
    without a number.

    :param before: of lines that are corrected, what :func:`get_booked` said
    :raise UserError: with the lots, who holds them and why
    """
    _refuse_without_number(lines, before or {})
    flows = [
        flow
        for flow in _get_flows(lines, before or {}, is_booked=True)
        if flow.target
        and flow.lot.on_hold
        and flow.source.usage in IN_STOCK
        and not flow.target._takes_held_lots(flow.source)
    ]
    if not flows:
        return
    lots = lines.lot_id.union(*(flow.lot for flow in flows))
    places = HeldPlaces(lots)
    # sudo: the stock, whatever of it the user may see
    groups = (
        lines.env["stock.quant"]
        .sudo()
        ._read_group(
            [("lot_id", "in", lots.ids), ("location_id.usage", "in", IN_STOCK)],
            ["lot_id", "location_id"],
            ["quantity:sum"],
        )
    )
    there, held = Counter(), {}
    for lot, place, quantity in groups:
        there[lot, place] = quantity
        if lot.product_id.uom_id.compare(quantity, 0) > 0 and places.holds(lot, place):
            held[lot] = held.get(lot, lines.env["lot.hold"]) | places.get_holds(
                lot, place
            )
    if held and not may_book(lines.env):
        there.subtract(find_counted_in(lots.filtered(lambda lot: lot in held)))
    _refuse(
        lines.env,
        {
            flow: held[flow.lot]
            for flow in flows
            if flow.lot in held
            and flow.lot.product_id.uom_id.compare(there[flow.lot, flow.source], 0) < 0
        },
    )


def _refuse_without_number(lines, before):
    """Refuse lines without a number if what is left in their place, of all numbers and
    none, is less than what is held there."""
    nameless = find_nameless(of_held_products(lines)).filtered(
        lambda line: not line._takes_held_lots() and _takes_more(line, before)
    )
    if not nameless:
        return
    there, refused = get_stock(nameless), {}
    places = HeldPlaces(nameless.env["stock.quant"].union(*there.values()).lot_id)
    for line, quants in there.items():
        held = quants.filtered(
            lambda quant: (
                quant.quantity > 0 and places.holds(quant.lot_id, quant.location_id)
            )
        )
        left, stays = sum(quants.mapped("quantity")), sum(held.mapped("quantity"))
        if held and line.product_id.uom_id.compare(left, stays) < 0:
            for quant in held:
                flow = Flow(line, quant.lot_id, *[line.location_id] * 2, is_booked=True)
                refused[flow] = places.get_holds(quant.lot_id, quant.location_id)
    _refuse(lines.env, refused)


def _takes_more(line, before):
    """Whether a line takes more from its place than it did before it was corrected."""
    taken = -sum(
        quantity
        for (_lot, place, *_rest), quantity in before.get(line, {}).items()
        if place == line.location_id
    )
    return line.product_id.uom_id.compare(line.quantity_product_uom, taken) > 0


def _refuse(env, refused):
    """:param refused: ``{flow: its holds}``"""
    rows = {_get_held_text(flow, holds): None for flow, holds in refused.items()}
    if rows:
        message = env._(
            "These lots are on hold:\n%(rows)s\n\nTake another lot, or have it "
            "released. A lot on hold can be moved into quarantine, scrapped, "
            "counted, or returned to the vendor.",
            rows="\n".join(f"- {row}" for row in rows),
        )
        sold.refuse(env, UserError(message))


def _refuse_taken_apart(lines):
    """A held machine is not used for its parts: they would be free in stock."""
    if "repair_line_type" not in lines.env["stock.move"]._fields:
        return
    moves = lines.move_id.filtered(lambda move: move.repair_line_type == "recycle")
    # sudo: what is repaired is what it is, whoever may read the order
    for repair in moves.sudo().repair_id:
        lot, place = repair.lot_id, repair.product_location_src_id
        places = HeldPlaces(lot)
        if lot and places.holds(lot, place):
            raise UserError(
                lines.env._(
                    "%(document)s takes parts out of %(lot)s of %(product)s, which is "
                    "on hold: %(holds)s\n\nScrap the parts, or have it released.",
                    document=repair.display_name,
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    holds="; ".join(
                        hold._get_text() for hold in places.get_holds(lot, place)
                    ),
                )
            )


def _is_refused(flow, places):
    """Whether held goods go where they may not, out of stock or past it."""
    if not flow.target:
        return places.holds(flow.lot, flow.source)
    if flow.source.usage in IN_STOCK:
        takes = flow.target._takes_held_lots(flow.source)
        return not takes and places.holds(flow.lot, flow.source)
    # what was scrapped, counted away or given to a customer is not used or sold either;
    # a dropshipment gives a customer what is held wherever it is
    passes = flow.target.usage in ("customer", "production")
    passes &= flow.target.usage != flow.source.usage
    return passes and bool(_get_holds(flow, places))


def _get_holds(flow, places):
    """What holds the goods of a flow: where they are, or where they were taken from
    before they were scrapped, counted away or given back."""
    holds = places.get_holds(flow.lot, flow.source)
    if not holds and flow.source.usage not in IN_STOCK:
        holds = find_gone(places, flow.lot, flow.source, flow.line, flow.is_booked)
    return holds


def _get_held_text(flow, holds):
    return flow.line.env._(
        "%(document)s: %(lot)s of %(product)s. %(holds)s",
        document=flow.line._get_document_name(),
        lot=flow.lot.name,
        product=flow.lot.product_id.display_name,
        holds="; ".join(hold._get_text() for hold in holds),
    )


# ----------------------------------------------------------------------
# Hold
# ----------------------------------------------------------------------
def hold_along(lines, before=None):
    """What is held in one place stays so where it was moved to, such as quarantine."""
    flows = _get_flows(lines, before or {}, is_booked=True)
    if not flows:
        return
    places = HeldPlaces(lines.lot_id)
    vals_list = {}
    for flow in flows:
        for hold, place in _follow(flow, places):
            if not places.get_holds(flow.lot, place):
                vals = hold._prepare_part(place) | {"part_of_id": False}
                vals_list[hold, place] = vals
    # sudo: whoever moves the goods need not have the right to hold them
    lines.env["lot.hold"].sudo().create(list(vals_list.values()))


def _follow(flow, places):
    """Pairs of a hold and a place to which its goods went by a flow."""
    if not flow.target:
        return []
    holds = _get_holds(flow, places)
    if flow.target.usage in IN_STOCK:
        return [(hold, flow.target) for hold in holds]
    if flow.target.usage != "inventory" or flow.line.move_id.scrap_id:
        return []
    # they were found elsewhere before they were missed
    return [(hold, place) for hold in holds for place in find_found_elsewhere(hold)]


def hold_copies(lines):
    """What another company has put on hold on the way comes in on hold, also if it
    comes back: the lot is one of this company, the goods are the same."""
    taken = lines.filtered(
        lambda line: (
            line.lot_id
            and line.location_id.usage == "transit"
            and not line.location_id.company_id
            and line.location_dest_id.usage in IN_STOCK
        )
    )
    if not taken:
        return
    # sudo: what holds the goods does not depend on who receives them
    own = taken.sudo().lot_id
    copies = own.search([("origin_lot_id", "in", own.ids)])
    places, by_origin = (
        HeldPlaces(own.origin_lot_id | copies),
        copies.grouped("origin_lot_id"),
    )
    for line in taken:
        lot = line.lot_id.sudo()
        held = (lot.origin_lot_id | by_origin.get(lot, own.browse())).filtered(
            lambda other, place=line.location_id: places.get_holds(other, place)
        )
        if held:
            lot._hold(
                line.env._("On hold at %s", held[0].company_id.name),
                origin=line._get_document_name(),
                locations=line.location_dest_id,
            )


def hold_received(lines):
    """Hold what has to be looked at first: the lots of products, categories and vendors
    with *Hold on Receipt* that were received, made, counted in or returned."""
    found = defaultdict(lambda: lines.env["stock.lot"])
    asked = _HoldsOnReceipt()
    for line in lines if asked.may_ask(lines) else ():
        if flagged := asked.get(line):
            # what is received or made is a lot that is new; of one that is known,
            # only what came in has to be looked at
            is_new = line.location_id.usage in ("supplier", "production")
            place = line.location_dest_id.browse(
                () if is_new else line.location_dest_id.ids
            )
            found[flagged, line._get_document_name(), place] |= line.lot_id
    for (flagged, document, place), lots in found.items():
        # sudo: whoever receives the goods need not have the right to hold them
        lots.sudo()._hold(
            lines.env._(
                "Received: everything of %s is checked first", flagged.display_name
            ),
            origin=document,
            locations=place,
        )


class _HoldsOnReceipt:
    """What asks for it; each place, product, category and vendor is asked once."""

    def may_ask(self, lines):
        """Whether there is anything that asks for it, or a vendor who may."""
        return bool(lines.filtered(self._is_received)) or any(
            self._ask_product(product) or self._ask_category(product.categ_id)
            for product in lines.product_id
        )

    def get(self, line):
        """The product, its category, or the vendor; or False."""
        is_received = self._is_received(line)
        if not is_received and not self._comes_in(
            line.location_id, line.location_dest_id
        ):
            return False
        if not line.lot_id or line.quantity <= 0 or line.move_id.lot_conversion_id:
            # a conversion takes in nothing that was not free before
            return False
        product = line.product_id
        flagged = self._ask_product(product) or self._ask_category(product.categ_id)
        if not flagged and is_received:
            vendors = get_vendors(line.move_id)
            flagged = next(filter(None, map(self._ask_vendor, vendors)), False)
        return flagged

    def _is_received(self, line):
        """Whether the goods come from a vendor, a subcontractor or another company."""
        dest = line.location_dest_id.usage
        return dest in IN_STOCK and (
            self._is_outside(line.location_id) or line.move_id._is_subcontracted()
        )

    @remember
    def _is_outside(self, source):
        return source.usage == "supplier" or (
            source.usage == "transit" and not source.company_id
        )

    @remember
    def _comes_in(self, source, dest):
        return dest.usage in IN_STOCK and source.usage not in IN_STOCK

    @remember
    def _ask_product(self, product):
        return _get_asking(product)

    @remember
    def _ask_category(self, category):
        return _get_asking(category)

    @remember
    def _ask_vendor(self, partner):
        return _get_asking(partner.sudo())


def _get_asking(record):
    return bool(record) and record._is_held_on_receipt() and record
