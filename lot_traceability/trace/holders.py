from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from itertools import starmap
from math import ceil
from operator import attrgetter, itemgetter

from odoo.tools import SQL

from . import genealogy
from .genealogy import EPSILON
from .links import LineLink
from .nodes import sql_lines
from .parts import Measure
from .rows import get_display_names, get_product_values
from .shipments import sql_customer
from .spread import (
    ELSEWHERE,
    INSIDE,
    Content,
    Movement,
    add_missing,
    get_origins,
    settle_late,
    spread,
)
from .sql import join_picking, may_read, move_of_line, sql_is_scrap, to_array


class Holders:
    """Who holds goods of the story, and how much of the suspect goods that can be.

    The suspect goods are those of the roots, in the unit of their product; the roots of
    each product are followed by themselves, see ``spread.py``.
    """

    def __init__(self, story):
        self.story = story
        self.env = story.env

    # ------------------------------------------------------------------
    # Parts of the result
    # ------------------------------------------------------------------
    def get_holder_rows(self) -> list[dict]:
        """One row per customer, product and suspect product that can be in it; only
        downward."""
        if self.story.direction != genealogy.DOWNSTREAM:
            return []
        shipped = self._sum_deliveries(self.story.deliveries)
        contents = {
            (*key, suspect): content
            for suspect, found in self.story.spreads.items()
            for key, content in found.bound(self._sum_held(found)).items()
            if content.upper > EPSILON
        }
        keys = {*contents, *self._get_keys_without(shipped, contents)}
        products = get_product_values(
            self.env, {product for _partner, *pair in keys for product in pair}
        )
        names = get_display_names(
            self.env, "res.partner", {partner for partner, *_products in keys}
        )
        rows = [
            self._prepare_row(key, shipped, contents.get(key), names, products)
            for key in keys
        ]
        rows.sort(
            key=lambda row: (
                *(row["partner"] or "", row["partner_id"]),
                *(row["product"], row["product_id"], row["suspect"], row["suspect_id"]),
            )
        )
        self._say_once(rows)
        return rows

    def _get_keys_without(self, shipped, contents):
        """Of what was shipped with nothing suspect in it any more, whose it was: each
        suspect product whose goods lead to that product, or the first one."""
        told = {key[:2] for key in contents}
        reached = {
            suspect: self._get_products(nodes)
            for suspect, nodes in self._get_reached().items()
        }
        for key in shipped.keys() - told:
            found = [suspect for suspect in reached if key[1] in reached[suspect]]
            for suspect in found or list(reached)[:1]:
                yield *key, suspect

    def _say_once(self, rows):
        """What a customer got of a product stands in one row, however many suspect
        products can be in it: a sum over rows counts it once."""
        told = set()
        for row in rows:
            key = row["partner_id"], row["product_id"]
            if key in told:
                row |= dict.fromkeys(("shipped", "returned", "holds"), False)
            told.add(key)

    def get_suspect_rows(self) -> list[dict]:
        """Where the suspect goods are, one row per product of the roots; the shares add
        up to the quantity that came in."""
        if self.story.direction != genealogy.DOWNSTREAM:
            return []
        products = get_product_values(self.env, set(self.story.spreads))
        rows = [
            {
                "product_id": product_id,
                "product": products[product_id]["product"],
                "uom": products[product_id]["uom"],
                "quantity": _clean(found.suspect),
                **{name: _clean(total) for name, total in found.get_totals().items()},
            }
            for product_id, found in self.story.spreads.items()
        ]
        return sorted(rows, key=itemgetter("product", "product_id"))

    def _prepare_row(self, key, shipped, content, names, products):
        partner, product_id, suspect_id = key
        quantity, returned = shipped.get(key[:2], (0.0, 0.0))
        content = content or Content()
        return {
            "partner_id": partner,
            "partner": names.get(partner, False),
            "product_id": product_id,
            "product": products[product_id]["product"],
            "uom": products[product_id]["uom"],
            "shipped": _clean(quantity),
            "returned": _clean(returned),
            "holds": _clean(quantity - returned),
            "suspect_id": suspect_id,
            "suspect": products[suspect_id]["product"],
            "suspect_uom": products[suspect_id]["uom"],
            "share": _clean(content.share),
            "share_low": _clean(min(content.lower, content.share)),
            "share_high": _clean(max(content.upper, content.share)),
        }

    def _sum_deliveries(self, deliveries):
        """{(partner, product): (shipped, returned)}"""
        totals = defaultdict(lambda: [0.0, 0.0])
        for row in deliveries:
            total = totals[row["partner_id"], row["product_id"]]
            total[0] += row["quantity"]
            total[1] += row["returned"]
        return dict(totals)

    def _sum_held(self, found):
        """What the customers hold, by (partner, product) instead of by lot."""
        products, totals = self._products, defaultdict(Content)
        for (partner, node), content in found.held.items():
            totals[partner, products[node]].add(content)
        return totals

    @cached_property
    def _products(self):
        return {
            row["id"]: row["product_id"]
            for row in (*self.story.lots, *self.story.unnumbered)
        }

    def _get_products(self, nodes):
        return {self._products[node] for node in nodes if node in self._products}

    # ------------------------------------------------------------------
    # What the roots of one product lead to
    # ------------------------------------------------------------------
    @cached_property
    def _roots(self):
        """{product: its roots}"""
        roots = defaultdict(list)
        for row in self.story.lots:
            if not row["level"]:
                roots[row["product_id"]].append(row["id"])
        return roots

    def _get_reached(self):
        """{product of roots: the nodes that they lead to}"""
        targets = defaultdict(set)
        for link in self.story.reach.links:
            targets[link.source].add(link.target)
        return {
            product_id: _reach(lot_ids, targets)
            for product_id, lot_ids in self._roots.items()
        }

    def _get_pieces(self, movements, links):
        """Of movements and links, those that matter to the roots of one product: of the
        lots that they lead to, of what else went into these, and of all that it went
        into beside them. The rest carries nothing of it.

        :return: ``{product: (movements, links)}``
        """
        if len(self._roots) < 2:
            return dict.fromkeys(self._roots, (movements, links))
        by_source, by_target = defaultdict(list), defaultdict(list)
        for link in links:
            by_source[link.source].append(link)
            by_target[link.target].append(link)
        by_node = defaultdict(list)
        for move in movements:
            by_node[move.node].append(move)
        pieces = {}
        for product_id, reached in self._get_reached().items():
            sources = reached | {
                link.source for node in reached for link in by_target[node]
            }
            used = [link for node in sources for link in by_source[node]]
            nodes = sources | {link.target for link in used}
            found = [move for node in nodes for move in by_node[node]]
            found.sort(key=attrgetter("date", "line"))
            pieces[product_id] = found, used
        return pieces

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    def get_spreads(self) -> dict:
        """Follow the roots of each product through all that was done.

        :return: ``{product id: Spread}``
        """
        nodes = self.story.visible | {row["id"] for row in self.story.unnumbered}
        links = self._get_links()
        movements = self._get_movements(nodes)
        links = [*links, *self._get_reworks(movements, links)]
        self._add_origins(movements)
        settle_late(movements, links)
        add_missing(movements, self.story.roots)
        totals = self._get_used_quantities(links)
        covers = self._get_covers(movements)
        measures = self._get_measures(links)
        pieces = self._get_pieces(movements, links)
        return {
            product_id: spread(lot_ids, *pieces[product_id], totals, covers, measures)
            for product_id, lot_ids in self._roots.items()
        }

    def _get_links(self):
        """Those of the walk; of what was handed over, what went where."""
        kinds, handovers = self.story.kinds, self.story.handovers
        links = self.story.reach.links
        handed = {
            (link.source, link.target) for link in links if kinds[link.kind].is_handover
        }
        links = [link for link in links if not kinds[link.kind].is_handover]
        for pair, quantity in handovers.pairs.items():
            out, into = map(handovers.passages.get, pair)
            if (out.lot, into.lot) in handed:
                link = LineLink(out.lot, into.lot, out.date, into.date)
                link.line_out, link.line_in = pair
                link.quantity_in = link.quantity_out = quantity
                link.product_out, link.product_in = out.product, into.product
                link.move = into.move
                links.append(link)
        return links

    def _get_measures(self, links):
        """See :class:`.parts.Parts`."""
        kilogram = self.env.ref("uom.product_uom_kgm", raise_if_not_found=False)
        # sudo: how much there is does not depend on who asks
        products = self.env["product.product"].sudo()
        measures = {}
        for product in products.browse({link.product_in for link in links}):
            uom, weight = product.uom_id, product.weight
            if kilogram and uom._has_common_reference(kilogram):
                weight = uom.factor / kilogram.factor
            common = int(uom.parent_path.split("/")[0])
            measures[product.id] = Measure(weight, common, uom.factor)
        return measures

    def _get_covers(self, movements):
        """Whether suspect goods can be in a node at a moment: as for deliveries. Where
        something was booked in late, what left before is settled by its quantity."""
        late = {movement.node for movement in movements if movement.is_late}
        reach = self.story.reach
        return lambda node, moment: node in late or reach.covers(node, moment)

    def _get_movements(self, nodes):
        """Done lines of the nodes over the edge of what is on hand. What is handed over
        to another company is as if it was used to make what that one has."""
        handovers, elsewhere = self.story.handovers, self.story.boundary["elsewhere"]
        self.env.cr.execute(
            SQL(
                """SELECT line.date, line.id, reached.node,
                    line.quantity_product_uom::float8, source.usage, dest.usage,
                    said.customer, said.is_scrap, said.back
                FROM unnest(%(nodes)s::bigint[]) reached(node)
                CROSS JOIN LATERAL (%(lines)s) line
                JOIN stock_location source ON source.id = line.location_id
                JOIN stock_location dest ON dest.id = line.location_dest_id
                LEFT JOIN LATERAL (
                    SELECT COALESCE(%(customer)s, 0) AS customer,
                        dest.usage = 'inventory' AND %(scrap)s AS is_scrap,
                        CASE WHEN source.usage = 'supplier'
                                AND move.origin_returned_move_id IS NOT NULL
                            THEN 'returned_to_vendor'
                        WHEN source.usage = 'inventory' THEN
                            CASE WHEN %(scrap)s THEN 'scrapped' ELSE 'lost' END
                        END AS back
                    FROM %(move)s %(picking)s
                ) said ON source.usage IN ('customer', 'supplier', 'inventory')
                    OR dest.usage IN ('customer', 'inventory')
                WHERE line.readable AND (source.usage <> dest.usage
                        OR line.id = ANY(%(handed)s::int[]))
                    OR line.id = ANY(%(elsewhere)s::int[])""",
                nodes=to_array(nodes),
                lines=sql_lines(self.env, ["picking_id"]),
                move=move_of_line(),
                picking=join_picking(self.env),
                customer=sql_customer(),
                scrap=sql_is_scrap(self.env),
                handed=to_array([*handovers.sent, *handovers.taken]),
                elsewhere=to_array(elsewhere),
            )
        )
        movements = list(starmap(Movement, self.env.cr.fetchall()))
        more = []
        for movement in movements:
            movement.partner = movement.partner or False
            if movement.line in elsewhere:
                # a customer sent it back to who may not be seen
                booked = elsewhere[movement.line].booked
                movement.quantity = sum(quantity for _shipment, quantity in booked)
                movement.dest, movement.elsewhere = "production", movement.quantity
            elif quantity := handovers.sent.get(movement.line):
                more += _hand_over(movement, quantity)
                movement.elsewhere = handovers.gone.get(movement.line, 0.0)
            elif quantity := handovers.taken.get(movement.line):
                more += _take_over(movement, quantity)
                if movement.line in handovers.unseen:
                    movement.back = ELSEWHERE
        return [*movements, *more]

    def _add_origins(self, movements):
        """Where the goods were that came back: as the deliveries say."""
        boundary = self.story.boundary
        returns = {**boundary["returns"], **boundary["elsewhere"]}
        for movement in movements:
            if movement.source == "customer":
                back = returns.get(ceil(movement.line))
                movement.origins = back and get_origins(back)

    def _get_reworks(self, movements, links):
        """Links of goods that were used to make more of their own lot, which the walk
        does not need: by themselves, or beside what was made of them."""
        used = {move.line: move for move in movements if move.dest == "production"}
        if not used:
            return []
        # the relation names its columns the wrong way round
        self.env.cr.execute(
            SQL(
                """SELECT rel.produce_line_id, line.id, line.lot_id, line.date,
                    line.quantity_product_uom::float8, line.product_id, line.move_id
                FROM stock_move_line_consume_rel rel
                JOIN stock_move_line line ON line.id = rel.consume_line_id
                WHERE rel.produce_line_id = ANY(%(lines)s::int[])
                    AND line.state = 'done' AND %(readable)s""",
                lines=to_array(used),
                readable=may_read(self.env, "stock.move.line", "line"),
            )
        )
        return [
            LineLink(
                *(lot, lot, used[line_out].date, date),
                quantity_in=quantity,
                line_out=line_out,
                line_in=line_in,
                product_out=product,
                product_in=product,
                move=move,
            )
            for line_out, line_in, lot, date, quantity, product, move in (
                self.env.cr.fetchall()
            )
            if lot == used[line_out].node
        ]

    def _get_used_quantities(self, links):
        """What the operations used of each product, of all lots.

        :return: ``{(line by which the product arrived, product used): quantity}``
        """
        # the relation names its columns the wrong way round
        self.env.cr.execute(
            SQL(
                """SELECT rel.consume_line_id, line.product_id,
                    sum(line.quantity_product_uom)::float8
                FROM stock_move_line_consume_rel rel
                JOIN stock_move_line line ON line.id = rel.produce_line_id
                WHERE rel.consume_line_id = ANY(%(lines)s::int[])
                    AND line.state = 'done' AND %(readable)s
                GROUP BY 1, 2""",
                lines=to_array({link.line_in for link in links}),
                readable=may_read(self.env, "stock.move.line", "line"),
            )
        )
        return {tuple(key): total for *key, total in self.env.cr.fetchall()}


def _reach(roots, targets):
    """All nodes that roots lead to, themselves included."""
    reached, open_ = set(roots), list(roots)
    while open_:
        for node in targets.get(open_.pop(), ()):
            if node not in reached:
                reached.add(node)
                open_.append(node)
    return reached


def _hand_over(movement, quantity):
    """Another company got the goods; what came in on the way there and is there still
    had come in before.

    :return: the movement by which it came in, if there is one
    """
    arrival = []
    if movement.source not in INSIDE and movement.quantity - quantity > EPSILON:
        arrival = [replace(movement, line=movement.line - 0.5, dest=INSIDE[0])]
        movement.source = INSIDE[0]
    if movement.source in INSIDE:
        movement.quantity = quantity
    movement.dest = "production"
    return arrival


def _take_over(movement, quantity):
    """The goods are another company's; those that are not lay there before.

    :return: the movement by which all of them left, if they did
    """
    departure = []
    if movement.dest not in INSIDE and movement.quantity - quantity > EPSILON:
        departure = [replace(movement, line=movement.line + 0.5, source=INSIDE[0])]
        movement.dest = INSIDE[0]
    if movement.dest in INSIDE:
        movement.quantity = quantity
    movement.source = "production"
    return departure


def _clean(quantity):
    """Without rounding noise, and never ``-0.0``."""
    # what a share of a million leaves behind the comma is noise, too
    return round(quantity, 6) if abs(quantity) > EPSILON else 0.0
