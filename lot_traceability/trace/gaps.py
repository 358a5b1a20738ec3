from collections import defaultdict
from functools import cache, cached_property, partial

from odoo.tools import SQL, format_date

from ..tools.calendar_days import local_date
from ..tools.quantity import format_quantity
from ..tools.zone import get_zone_of_warehouse
from . import genealogy, nodes
from .genealogy import EPSILON
from .no_input import sql_lines_without_input
from .rows import get_display_names
from .sql import may_read, sql_is_scrap

# of a balance, what nobody can explain
BALANCE_KINDS = ("found", "lost", "unaccounted")
# by what a lot comes into being, and by what it goes
ORIGINS = ("received", "produced", "found")
EXITS = ("consumed", "shipped", "returned_to_vendor", "scrapped", "lost")


class Gaps:
    """Where a trace is not sure, or cut: said in words, with the place."""

    def __init__(self, story):
        self.story = story
        self.env = story.env
        # the same few quantities again and again
        self._format = cache(partial(format_quantity, story.env))

    def get_rows(self) -> list[dict]:
        """What the trace cannot know.

        :return: list of dicts: ``kind`` (``untracked``: an untracked product in
            between; ``no_number``: tracked goods without a number; ``found``,
            ``lost``, ``unaccounted``: of a lot; ``below_zero``: in a location, by so
            much; ``no_origin``: went out, but was never received, made or counted in;
            ``unknown_partner``: delivered to a customer or received from a vendor whom
            no document names; ``unmatched_return``: came back from a customer, but had
            not gone to any; ``no_result``: used, but nothing was made of it;
            ``no_input``: made, but of nothing, or without a component whose numbers
            count; ``two_lives``: a serial number that two units had at the same time),
            ``lot_id`` (or False), ``product``, ``quantity``, ``uom``, ``certainty`` of
            what is behind it, ``message``
        """
        lots = {lot["id"]: lot for lot in self.story.lots}
        return [
            *self._get_unnumbered_gaps(self.story.unnumbered),
            *(
                gap
                for balance in self.story.balances
                if any(balance[kind] for kind in BALANCE_KINDS)
                for gap in self._get_balance_gaps(lots[balance["lot_id"]], balance)
            ),
            *self._get_below_zero_gaps(lots),
            *self._get_origin_gaps(lots),
            *self._get_partner_gaps(),
            *self._get_unmatched_gaps(lots),
            *self._get_no_result_gaps(lots),
            *self._get_no_input_gaps(lots),
            *self._get_two_lives_gaps(lots),
        ]

    def _prepare(self, kind, lot, quantity, message):
        return {
            "kind": kind,
            "lot_id": lot["id"],
            "product": lot["product"],
            "quantity": quantity,
            "uom": lot["uom"],
            "certainty": genealogy.BROKEN,
            "message": message,
        }

    # -- stock ------------------------------------------------------------
    def _get_below_zero_gaps(self, lots):
        return [
            self._prepare(
                "below_zero",
                lots[lot.id],
                quantity,
                self.env._(
                    "%(quantity)s of %(lot)s are in %(location)s by the books: more "
                    "went out there than came in.",
                    quantity=self._format(quantity, lots[lot.id]["uom"]),
                    lot=lots[lot.id]["name"],
                    location=location.display_name,
                ),
            )
            for lot, location, quantity, _reserved in self.story.quants
            if quantity < -EPSILON
        ]

    def _get_origin_gaps(self, lots):
        for balance in self.story.balances:
            lot = lots[balance["lot_id"]]
            came = sum(balance[name] for name in ORIGINS)
            went = sum(balance[name] for name in EXITS) - balance["returned"]
            if came <= EPSILON < went:
                yield self._prepare(
                    "no_origin",
                    lot,
                    went,
                    self.env._(
                        "%(quantity)s of %(lot)s went out, but no receipt, order or "
                        "count is on record by which the lot came in.",
                        quantity=self._format(went, lot["uom"]),
                        lot=lot["name"],
                    ),
                )

    # -- goods over the edge ----------------------------------------------
    def _get_partner_gaps(self):
        """What went to, or came from, nobody knows whom, and did not come back."""
        sides = (
            (
                self.story.deliveries,
                lambda **values: self.env._(
                    "%(quantity)s of %(lot)s went to a customer that no document "
                    "names (%(document)s).",
                    **values,
                ),
            ),
            (
                self.story.receipts,
                lambda **values: self.env._(
                    "%(quantity)s of %(lot)s came from a vendor that no document "
                    "names (%(document)s).",
                    **values,
                ),
            ),
        )
        lots = {lot["id"]: lot["name"] for lot in self.story.lots}
        for rows, get_text in sides:
            for row in rows:
                quantity = row["quantity"] - row["returned"]
                if row["partner_id"] or quantity <= EPSILON:
                    continue
                text = get_text(
                    quantity=self._format(quantity, row["uom"]),
                    lot=lots.get(row["lot_id"], row["product"]),
                    document=row["document"] or row["date"],
                )
                lot = {"id": row["lot_id"], **row}
                yield self._prepare("unknown_partner", lot, quantity, text)

    def _get_unmatched_gaps(self, lots):
        unmatched = [
            (lots[back.lot], back, quantity)
            for back, quantity in self.story.boundary["unmatched"]
            if back.lot in lots
        ]
        names = get_display_names(
            self.env, "res.partner", {back.partner for _lot, back, _qty in unmatched}
        )
        zone = get_zone_of_warehouse(self.env["stock.warehouse"])
        return [
            self._prepare(
                "unmatched_return",
                lot,
                quantity,
                self.env._(
                    "%(quantity)s of %(lot)s came back from %(partner)s on "
                    "%(date)s, but no delivery is on record of which they can be.",
                    quantity=self._format(quantity, lot["uom"]),
                    lot=lot["name"],
                    partner=names.get(back.partner) or self.env._("somebody unknown"),
                    date=format_date(self.env, local_date(back.date, zone)),
                ),
            )
            for lot, back, quantity in unmatched
        ]

    # -- used for nothing known --------------------------------------------
    def _get_no_result_gaps(self, lots):
        """What went into production, but not into anything that came out of there."""
        if self.story.direction != genealogy.DOWNSTREAM:
            return
        told = defaultdict(float)
        links = {link.line_out: link for link in self.story.reach.links}
        for link in links.values():
            told[link.source] += link.quantity_out
        doubtful = [
            balance["lot_id"]
            for balance in self.story.balances
            if balance["consumed"] - told[balance["lot_id"]] > EPSILON
        ]
        used = defaultdict(float)
        rows = _sql_without_result(self.env, doubtful)
        for lot_id, date, quantity in self.env.execute_query(rows) if doubtful else ():
            if self.story.reach.covers(lot_id, date):
                used[lot_id] += quantity
        for lot_id, quantity in sorted(used.items()):
            yield self._prepare(
                "no_result",
                lots[lot_id],
                quantity,
                self.env._(
                    "%(quantity)s of %(lot)s were used, but nothing on record was made "
                    "of them: what they went into is not known.",
                    quantity=self._format(quantity, lots[lot_id]["uom"]),
                    lot=lots[lot_id]["name"],
                ),
            )

    # -- made of nothing known ---------------------------------------------
    def _get_no_input_gaps(self, lots):
        """What was made without anything, or without a component, that is on record."""
        if self.story.direction != genealogy.UPSTREAM:
            return
        made = [row["lot_id"] for row in self.story.balances if row["produced"]]
        missing = sql_lines_without_input(self.env, SQL("line.lot_id = ANY(%s)", made))
        if not made or missing is None:
            return
        rows = self.env.execute_query(
            SQL(
                """SELECT line.lot_id, missing.product_id, line.date,
                    line.quantity_product_uom::float8
                FROM (%(missing)s) missing JOIN stock_move_line line USING (id)
                WHERE %(readable)s ORDER BY line.lot_id, missing.product_id""",
                missing=missing,
                readable=may_read(self.env, "stock.move.line", "line"),
            )
        )
        totals = defaultdict(float)
        for lot_id, product_id, date, quantity in rows:
            if self.story.reach.covers(lot_id, date):
                totals[lot_id, product_id] += quantity
        products = self.story.get_product_values(
            product_id for _lot, product_id in totals if product_id
        )
        for (lot_id, product_id), quantity in totals.items():
            values = {
                "quantity": self._format(quantity, lots[lot_id]["uom"]),
                "lot": lots[lot_id]["name"],
            }
            if product_id:
                text = self.env._(
                    "%(quantity)s of %(lot)s were made, but no %(product)s is on "
                    "record as used for it: which of it is inside is not known.",
                    product=products[product_id]["product"],
                    **values,
                )
            else:
                text = self.env._(
                    "%(quantity)s of %(lot)s were made of nothing on record: what is "
                    "inside is not known.",
                    **values,
                )
            yield self._prepare("no_input", lots[lot_id], quantity, text)

    # -- two units under one serial number ---------------------------------
    def _get_two_lives_gaps(self, lots):
        """Serials of which there was more than one at a time: which of them went where
        cannot be told."""
        doubtful = [
            balance["lot_id"]
            for balance in self.story.balances
            if lots[balance["lot_id"]]["tracking"] == "serial"
            and sum(balance[name] for name in ORIGINS) > 1 + EPSILON
        ]
        rows = self.env.execute_query(_sql_most_at_once(doubtful)) if doubtful else ()
        return [
            self._prepare(
                "two_lives",
                lots[lot_id],
                quantity,
                self.env._(
                    "%(quantity)s had the serial number %(lot)s at the same time. The "
                    "trace cannot keep them apart: each of them may have gone each of "
                    "the ways shown.",
                    quantity=self._format(quantity, lots[lot_id]["uom"]),
                    lot=lots[lot_id]["name"],
                ),
            )
            for lot_id, quantity in rows
        ]

    # -- goods without a number -------------------------------------------
    def _get_unnumbered_gaps(self, unnumbered):
        receipts = {}
        if unnumbered and self.story.direction == genealogy.UPSTREAM:
            receipts = self._count_receipts([row["id"] for row in unnumbered])
        quantities = self._get_quantities()
        return [
            {
                "kind": "untracked" if row["tracking"] == "none" else "no_number",
                "lot_id": False,
                "product": row["product"],
                "quantity": quantities.get(row["id"], 0.0),
                "uom": row["uom"],
                "certainty": row["certainty"],
                "message": self._get_text(
                    row,
                    quantities.get(row["id"], 0.0),
                    receipts.get(row["id"], 0),
                ),
            }
            for row in unnumbered
        ]

    def _get_quantities(self):
        """How much of the goods without a number is part of the story, by node."""
        is_down = self.story.direction == genealogy.DOWNSTREAM
        seen = {}
        for link in self.story.reach.links:
            node = link.target if is_down else link.source
            line = link.line_in if is_down else link.line_out
            if node < 0:
                seen[node, line] = link.quantity_in if is_down else link.quantity_out
        totals = {}
        for (node, _line), quantity in seen.items():
            totals[node] = totals.get(node, 0.0) + quantity
        return totals

    def _get_text(self, row, quantity, receipts):
        values = {
            "quantity": self._format(quantity, row["uom"]),
            "product": row["product"],
            "receipts": receipts,
        }
        if self.story.direction == genealogy.DOWNSTREAM:
            return self.env._(
                "%(quantity)s of %(product)s without a number: whatever was taken of "
                "it afterwards can have it inside.",
                **values,
            )
        if receipts:
            return self.env._(
                "%(quantity)s of %(product)s without a number. Receipts that they can "
                "be from: %(receipts)s.",
                **values,
            )
        return self.env._(
            "%(quantity)s of %(product)s without a number: they can be of anything "
            "that was made of it before.",
            **values,
        )

    def _count_receipts(self, node_ids):
        """From how many vendors' receipts the goods can be, by node."""
        rows = self.env.execute_query(
            SQL(
                """SELECT %(node)s AS node, count(DISTINCT line.move_id)
                FROM stock_move_line line
                JOIN stock_location source ON source.id = line.location_id
                    AND source.usage = 'supplier'
                WHERE line.lot_id IS NULL AND line.state = 'done'
                    AND line.product_id = ANY(%(products)s)
                    AND line.quantity_product_uom <> 0 AND %(readable)s
                GROUP BY 1""",
                node=nodes.sql_node(self.env, "line"),
                products=[nodes.split(self.env, node)[0] for node in node_ids],
                readable=may_read(self.env, "stock.move.line", "line"),
            )
        )
        return dict(rows)

    # -- balances ---------------------------------------------------------
    def _get_balance_gaps(self, lot, balance):
        missing = min(self.story.on_hand.get(lot["id"], 0.0), 0.0)
        again = self._found_again.get(lot["id"], 0.0)
        # what is below zero is a gap by itself
        known = {"unaccounted": missing, "lost": again, "found": again}
        for kind in BALANCE_KINDS:
            rest = balance[kind] - known[kind]
            if abs(rest) > EPSILON:
                text = self._get_balance_text(kind, lot, rest)
                yield self._prepare(kind, lot, rest, text)

    @cached_property
    def _found_again(self):
        """How much of each lot was missing at a count, and found by a later one."""
        lots = [
            balance["lot_id"]
            for balance in self.story.balances
            if balance["found"] and balance["lost"]
        ]
        rows = self.env.execute_query(_sql_counts(self.env, lots)) if lots else ()
        missing, again = dict.fromkeys(lots, 0.0), dict.fromkeys(lots, 0.0)
        for lot_id, quantity in rows:
            found = min(max(-quantity, 0.0), missing[lot_id])
            missing[lot_id] += max(quantity, 0.0) - found
            again[lot_id] += found
        return again

    def _get_balance_text(self, kind, lot, quantity):
        values = {
            "lot": lot["name"],
            "quantity": self._format(quantity, lot["uom"]),
        }
        if kind == "found":
            return self.env._(
                "%(quantity)s of %(lot)s were found by a count: where they came from "
                "is not known.",
                **values,
            )
        if kind == "lost":
            return self.env._(
                "%(quantity)s of %(lot)s were missing at a count: where they went is "
                "not known.",
                **values,
            )
        return self.env._("%(quantity)s of %(lot)s are unaccounted for.", **values)


def _sql_counts(env, lot_ids):
    """(lot, quantity) of what counts took away, and below zero of what they added."""
    return SQL(
        """SELECT line.lot_id, (CASE dest.usage WHEN 'inventory' THEN 1 ELSE -1 END
                * line.quantity_product_uom)::float8
        FROM stock_move_line line
        JOIN stock_move move ON move.id = line.move_id
        JOIN stock_location source ON source.id = line.location_id
        JOIN stock_location dest ON dest.id = line.location_dest_id
        WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done' AND %(readable)s
            AND (source.usage = 'inventory') <> (dest.usage = 'inventory')
            AND NOT %(scrap)s
        ORDER BY line.date, line.id""",
        lots=lot_ids,
        readable=may_read(env, "stock.move.line", "line"),
        scrap=sql_is_scrap(env),
    )


def _sql_without_result(env, lot_ids):
    """(lot, date, quantity) of what was used by operations that made nothing."""
    unbuild = SQL("FALSE")
    if "unbuild_id" in env["stock.move"]._fields:
        unbuild = SQL("move.unbuild_id IS NOT NULL")
    # the relation names its columns the wrong way round
    return SQL(
        """SELECT line.lot_id, line.date, line.quantity_product_uom::float8
        FROM stock_move_line line
        JOIN stock_move move ON move.id = line.move_id
        JOIN stock_location source ON source.id = line.location_id
        JOIN stock_location dest ON dest.id = line.location_dest_id
        WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done' AND %(readable)s
            AND dest.usage = 'production' AND source.usage <> 'production'
            AND line.quantity_product_uom <> 0 AND NOT %(unbuild)s
            AND NOT EXISTS (
                SELECT FROM stock_move_line_consume_rel rel
                JOIN stock_move_line made ON made.id = rel.consume_line_id
                WHERE rel.produce_line_id = line.id AND made.state = 'done'
                    AND made.quantity_product_uom <> 0)""",
        lots=lot_ids,
        readable=may_read(env, "stock.move.line", "line"),
        unbuild=unbuild,
    )


def _sql_most_at_once(lot_ids):
    """How much of each lot was there, or at customers, at the same time; more than one
    only. What left at an instant left before what came."""
    return SQL(
        """SELECT lot_id, max(held)::float8 FROM (
            SELECT lot_id, sum(change) OVER (
                PARTITION BY lot_id ORDER BY date, change, id) AS held
            FROM (
                SELECT line.id, line.lot_id, line.date, line.quantity_product_uom
                    * ((dest.usage IN %(held)s)::int - (source.usage IN %(held)s)::int)
                    AS change
                FROM stock_move_line line
                JOIN stock_location source ON source.id = line.location_id
                JOIN stock_location dest ON dest.id = line.location_dest_id
                WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done'
            ) changes
        ) balance
        GROUP BY lot_id HAVING max(held) > 1.000001 ORDER BY lot_id""",
        held=("internal", "transit", "customer"),
        lots=lot_ids,
    )
