"""Where the lots of a trace left to customers, or came in from vendors.

The locations of a done line decide, not the type of its operation.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import NamedTuple

from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import SQL

from . import genealogy
from .handovers import sql_passed
from .lateness import get_covered
from .links import prepare
from .nodes import sql_lines_of, sql_node
from .rows import get_display_names, to_text
from .settling import Return, Shipment, settle
from .sql import (
    join,
    join_picking,
    locations,
    may_read,
    move_of_line,
    to_array,
)
from .statements import get_statement


class BoundaryRow(NamedTuple):
    """A done line from or to a customer or a vendor, as it is read; also one from or to
    a place between companies, if that is asked for."""

    node: int
    line: int
    date: datetime
    quantity: float
    move: int
    product: int
    picking: int | None
    document: str | None
    origin_move: int | None
    customer: int | None
    vendor: int | None
    # 1: received from where a subcontractor made it; -1: sent back there; 0: neither
    subcontracted: int
    # 1: shipped to it, or received from it; -1: came back; 0: neither
    customer_sign: int
    vendor_sign: int
    readable: bool
    # into a place between companies or out of it
    passed: bool


@dataclass(slots=True)
class Side:
    """What went over the edge on one side, and what came back of it.

    ``hidden``: the same of what the user may not read; ``elsewhere``: what came back
    there of what the user may read, when it is settled
    """

    shipped: list = field(default_factory=list)
    returned: list = field(default_factory=list)
    hidden: "Side | None" = None
    elsewhere: list = field(default_factory=list)

    def add_hidden(self, row, sign, partner):
        self.hidden = self.hidden or Side()
        self.hidden.add(row, sign, partner)

    def add(self, row, sign, partner):
        partner = partner or False
        if sign > 0:
            self.shipped.append(
                Shipment(
                    row.node,
                    partner,
                    row.date,
                    row.quantity,
                    row.move,
                    row.picking or False,
                    row.document or False,
                    row.product,
                    0.0,
                    row.line,
                )
            )
        elif sign < 0:
            self.returned.append(
                Return(
                    *(row.node, partner, row.date, row.quantity, row.origin_move),
                    line=row.line,
                )
            )

    def settle(self, env: Environment) -> list[tuple[Return, float]]:
        """Book what came back on what was shipped, see :func:`.settling.settle`.

        :return: (return, quantity) of what fits no shipment
        """
        hidden = self.hidden or Side()
        companies = self._get_companies(env, hidden)
        unmatched = settle(self.shipped, self.returned, companies)
        # each company has its own first; then what went out here and came back there
        rest = settle(hidden.shipped, hidden.returned, companies)
        self.elsewhere = [
            replace(back, quantity=quantity, booked=[]) for back, quantity in rest
        ]
        settle(self.shipped, self.elsewhere, companies)
        if hidden.shipped:
            backs = [
                replace(back, quantity=quantity, booked=[])
                for back, quantity in unmatched
            ]
            settle(hidden.shipped, backs, companies)
        return unmatched

    def _get_companies(self, env, hidden):
        """``{partner: its commercial partner}`` of the lots that came back."""
        returned = *self.returned, *hidden.returned
        lots = {back.lot for back in returned}
        ids = {
            part.partner
            for part in (*self.shipped, *hidden.shipped, *returned)
            if part.partner and part.lot in lots
        }
        if not ids:
            return {}
        # whoever asks: to compare them only, nothing of them is told
        env["res.partner"].flush_model(["commercial_partner_id"])
        return dict(
            env.execute_query(
                SQL(
                    """SELECT id, COALESCE(commercial_partner_id, id)
                    FROM res_partner WHERE id = ANY(%s)""",
                    list(ids),
                )
            )
        )


class Shipments:
    """The deliveries and receipts of a story."""

    def __init__(self, story):
        self.story = story
        self.env = story.env

    def get_delivery_rows(self) -> list[dict]:
        """Deliveries of the lots while suspect material was in them.

        Upward only those of the roots: an ingredient that was sold as such says nothing
        about who has the root.
        """
        is_far = self.story.direction == genealogy.DOWNSTREAM
        return self._get_rows("customer", is_far)

    def get_receipt_rows(self) -> list[dict]:
        """Receipts that the lots can be made of; downward only those of the roots."""
        is_far = self.story.direction == genealogy.UPSTREAM
        return self._get_rows("vendor", is_far)

    def _get_rows(self, side, is_far):
        """Sum up the shipments per lot, picking and partner."""
        crossed = self.story.boundary.pop(side)
        told = self._get_told(crossed.shipped, is_far)
        del crossed
        # nearly so they are read, and then one pass is enough
        told.sort(key=attrgetter("lot", "picking", "partner", "move"), reverse=True)
        names = get_display_names(
            self.env, "res.partner", {part.partner for part in told}
        )
        products = self.story.get_product_values(part.product for part in told)
        rows, last = [], None
        # of a hundred thousand there is no room for both
        while told:
            part = told.pop()
            key = part.lot, part.picking or part.move, part.partner
            if key == last:
                self._add_to_row(rows[-1], part)
            else:
                rows.append(self._prepare_shipment_row(part, names, products))
            last = key
        rows.sort(key=itemgetter("date"))
        return rows

    def _add_to_row(self, row, shipment):
        row["date"] = min(row["date"], to_text(shipment.date))
        for name in ("quantity", "returned"):
            # 0.1 and 0.2 are 0.3
            row[name] = round(row[name] + getattr(shipment, name), 6)

    def _get_told(self, shipped, is_far):
        """Those that belong to the story: on the far side what happened while the lot
        carried the material, on the near side what happened to the roots."""
        reach = self.story.reach
        if is_far:
            return get_covered(self.env, reach, shipped)
        return [part for part in shipped if reach.levels[part.lot] == 0]

    def get_boundary(self, rows: Iterable[BoundaryRow]) -> dict:
        """What went over the edge.

        :param rows: of the lots, and goods without a number, that are looked at
        :return: ``customer`` and ``vendor``: :class:`Side`, what came back is booked;
            ``returns``: ``{line: Return}`` of customers; ``elsewhere``: those of them
            to who may not be seen; ``unmatched``: (return, quantity) of those that fit
            no delivery; ``hidden``: how much there is that the user may not read
        """
        customer, vendor = Side(), Side()
        hidden, is_down = set(), self.story.direction == genealogy.DOWNSTREAM
        for row in rows:
            if row.readable:
                if row.customer_sign:
                    customer.add(row, row.customer_sign, row.customer)
                if sign := row.vendor_sign or row.subcontracted:
                    vendor.add(row, sign, row.vendor)
                continue
            if row.customer_sign:
                customer.add_hidden(row, row.customer_sign, row.customer)
            if (
                row.customer_sign if is_down else row.vendor_sign or row.subcontracted
            ) and self.story.reach.covers(row.node, row.date):
                hidden.add((row.move, row.node))
        # goods that went to, or came from, where nothing else of them is known
        told = {node for _move, node in hidden}
        handovers = self.story.handovers
        others = handovers.hidden_to if is_down else handovers.hidden_from
        vendor.settle(self.env)
        unmatched = customer.settle(self.env)
        return {
            "customer": customer,
            "vendor": vendor,
            "unmatched": unmatched,
            "returns": {back.line: back for back in customer.returned},
            "elsewhere": {
                back.line: back for back in customer.elsewhere if back.booked
            },
            "hidden": len(hidden) + len(others - told),
        }

    def _prepare_shipment_row(self, shipment, partner_names, products):
        product = products[shipment.product]
        return {
            "lot_id": shipment.lot > 0 and shipment.lot,
            "unnumbered_id": shipment.lot < 0 and shipment.lot,
            "product_id": shipment.product,
            "product": product["product"],
            "uom": product["uom"],
            "picking_id": shipment.picking,
            "document": shipment.document,
            "partner_id": shipment.partner,
            "partner": partner_names.get(shipment.partner, False),
            "date": to_text(shipment.date),
            "quantity": shipment.quantity,
            "returned": round(shipment.returned, 6),
        }


def read_boundary(
    env: Environment,
    lot_ids: Iterable[int],
    unnumbered: Iterable[int] = (),
    with_passages: bool = False,
) -> list[BoundaryRow]:
    """Done lines of the lots, and of goods without a number, from or to a customer or a
    vendor, also those that the user may not read.

    :param with_passages: also those from or to a place between companies
    """
    unnumbered = list(unnumbered)
    makers = _get_makers(env)
    passed = sql_passed("line") if with_passages else SQL("FALSE")
    statement = get_statement(
        env.cr,
        ("int[]", "bigint[]"),
        SQL(
            """WITH line AS MATERIALIZED (%(lines)s)
            SELECT line.node, line.id, line.date, line.quantity_product_uom::float8,
                line.move_id, line.product_id, said.*, %(customer)s, %(vendor)s,
                line.readable, %(passed)s
            FROM line
            JOIN stock_location source ON source.id = line.location_id
            JOIN stock_location dest ON dest.id = line.location_dest_id
            CROSS JOIN LATERAL (%(said)s) said
            WHERE source.usage <> dest.usage OR said.subcontracted <> 0
                OR %(passed)s""",
            lines=_sql_boundary_lines(env, bool(unnumbered), makers, passed),
            passed=passed,
            said=_sql_said(env, makers),
            customer=_sql_sign("dest", "source", "customer"),
            vendor=_sql_sign("source", "dest", "supplier"),
        ),
    )
    arrays = to_array(lot_ids), to_array(unnumbered)
    env.cr.execute(SQL("EXECUTE %s(%s, %s)", SQL.identifier(statement), *arrays))
    return list(map(BoundaryRow._make, env.cr.fetchall()))


# ----------------------------------------------------------------------
# Lots of partners
# ----------------------------------------------------------------------
def get_shipped_nodes(env: Environment, partners: BaseModel, side: str) -> dict:
    """Lots, and goods without a number, that partners got or sent.

    :param side: ``customer``: what they got, with the last time; ``vendor``: what came
        from them, with the first time
    :return: ``{node: moment}``, of the lines that the user may read
    """
    prepare(env)
    is_customer = side == "customer"
    rows = env.execute_query(
        SQL(
            """SELECT %(node)s, %(moment)s(line.date)
            FROM stock_move_line line
            JOIN stock_location source ON source.id = line.location_id
            JOIN stock_location dest ON dest.id = line.location_dest_id
            JOIN stock_move move ON move.id = line.move_id
            %(picking)s %(joins)s
            WHERE line.state = 'done' AND line.quantity_product_uom <> 0
                AND (%(far)s.usage = %(side)s AND %(near)s.usage <> %(side)s
                    OR %(subcontracted)s)
                AND %(partner)s = ANY(%(partners)s) AND %(readable)s
            GROUP BY 1""",
            node=sql_node(env, "line"),
            moment=SQL("max" if is_customer else "min"),
            picking=join_picking(env),
            joins=sql_purchase_joins(env),
            far=SQL("dest" if is_customer else "source"),
            near=SQL("source" if is_customer else "dest"),
            subcontracted=SQL("FALSE")
            if is_customer
            else SQL("%s > 0", _sql_subcontracted(env, _get_makers(env))),
            side="customer" if is_customer else "supplier",
            partner=sql_customer() if is_customer else sql_vendor(env),
            partners=partners.ids,
            readable=may_read(env, "stock.move.line", "line"),
        )
    )
    return dict(rows)


# ----------------------------------------------------------------------
# SQL
# ----------------------------------------------------------------------
def sql_customer() -> SQL:
    """The picking's partner, else the move's; the picking of a dropship, and of its
    return, names the vendor, so there the move comes first. Of ``source``, ``dest``,
    ``move`` and ``picking``."""
    return SQL(
        """CASE WHEN source.usage = 'supplier'
            OR source.usage = 'customer' AND dest.usage = 'supplier'
        THEN COALESCE(move.partner_id, picking.partner_id)
        ELSE COALESCE(picking.partner_id, move.partner_id) END"""
    )


def sql_vendor(env: Environment) -> SQL:
    """A purchase knows its vendor; else the picking's partner, else the move's. Where
    goods went from a vendor to a customer or the other way round, and the documents
    name one partner only, that is the customer. Of ``source``, ``dest``, ``move``,
    ``picking`` and :func:`sql_purchase_joins`."""
    partner = SQL(
        """CASE WHEN dest.usage = 'customer' AND move.partner_id IS NULL
            OR source.usage = 'customer' AND (move.partner_id IS NULL
                OR move.partner_id = picking.partner_id) THEN NULL
        ELSE COALESCE(picking.partner_id, move.partner_id) END"""
    )
    if _has_purchase(env):
        return SQL("COALESCE(purchase.partner_id, %s)", partner)
    return partner


def sql_purchase_joins(env: Environment) -> SQL:
    if not _has_purchase(env):
        return SQL()
    order_line, order = SQL("move.purchase_line_id"), SQL("po_line.order_id")
    return SQL(
        "%s %s",
        join(env, "po_line", "purchase.order.line", order_line),
        join(env, "purchase", "purchase.order", order),
    )


def _has_purchase(env):
    return "purchase_line_id" in env["stock.move"]._fields


def _sql_sign(far, near, usage):
    """1 for goods on their way to the far side, -1 for those that came back."""
    return SQL(
        "(%s = %s)::int - (%s = %s)::int",
        *(SQL.identifier(far, "usage"), usage),
        *(SQL.identifier(near, "usage"), usage),
    )


def _sql_said(env, makers):
    """What the documents of ``line`` say; looked up line by line."""
    return SQL(
        """SELECT picking.id, move.reference, move.origin_returned_move_id,
            %(customer)s, %(vendor)s, %(subcontracted)s AS subcontracted
        FROM %(move)s %(picking)s %(joins)s""",
        customer=sql_customer(),
        vendor=sql_vendor(env),
        subcontracted=_sql_subcontracted(env, makers),
        move=move_of_line(),
        picking=join_picking(env),
        joins=sql_purchase_joins(env),
    )


def _sql_boundary_lines(env, is_unnumbered, makers, passed):
    """Lines at the edge, of lots (``$1``) and other nodes (``$2``), before anything
    else is looked up."""
    return SQL(
        """SELECT * FROM (%(lines)s) line
        WHERE line.location_id = ANY(%(outer)s)
            OR line.location_dest_id = ANY(%(outer)s) OR %(passed)s""",
        passed=passed,
        lines=sql_lines_of(
            env,
            SQL("$1"),
            SQL("$2") if is_unnumbered else None,
            {"picking_id": SQL("line.picking_id")},
        ),
        outer=SQL(
            "ARRAY(%s UNION ALL SELECT unnest(%s::int[]))",
            locations("customer", "supplier"),
            to_array(makers),
        ),
    )


def _get_makers(env):
    """Where subcontractors make things: inside of the company by its books."""
    if not _has_subcontracting(env):
        return []
    env["res.company"].flush_model(["subcontracting_location_id"])
    rows = env.execute_query(
        SQL(
            """SELECT inside.id FROM res_company
            JOIN stock_location top
                ON top.id = res_company.subcontracting_location_id
            JOIN stock_location inside
                ON inside.parent_path LIKE top.parent_path || '%%'"""
        )
    )
    return [place_id for (place_id,) in rows]


def _sql_subcontracted(env, makers):
    """What a subcontractor made comes from him, although he had no stock of it."""
    if not makers:
        return SQL("0")
    return SQL(
        """CASE WHEN (source.id = ANY(%(makers)s::int[]))
            = (dest.id = ANY(%(makers)s::int[])) THEN 0
        WHEN source.id = ANY(%(makers)s::int[])
            THEN COALESCE(move.is_subcontract, FALSE)::int
        ELSE -COALESCE((SELECT origin.is_subcontract FROM stock_move origin
            WHERE origin.id = move.origin_returned_move_id), FALSE)::int END""",
        makers=to_array(makers),
    )


def _has_subcontracting(env):
    return "is_subcontract" in env["stock.move"]._fields
