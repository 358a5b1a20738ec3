"""Customers and vendors in the picture of a trace, and what is marked on its lots."""

from collections import defaultdict

from odoo.api import Environment

from .graph_fold import Node

# partners of one side that are drawn one by one
FEW = 10
SIDES = {"customer": 1, "vendor": -1}


def get_lot(row):
    """The lot, or the goods without a number, that a shipment is of."""
    return row["lot_id"] or row["unnumbered_id"]


class Partners:
    """The partners of a picture as nodes, and their shipments as edges.

    :param rows: ``{side: rows of deliveries or receipts}``
    :param node_of: ``{id of a lot: its node}``
    :param opened: ``{key of a folded node: how many more are shown}``
    """

    def __init__(self, rows, node_of, opened):
        self.nodes: list[Node] = []
        self.edges: dict[tuple, list] = {}
        for side, step in SIDES.items():
            self._add_side(side, step, rows.get(side, ()), node_of, opened)

    def _add_side(self, side, step, rows, node_of, opened):
        by_partner = defaultdict(list)
        for row in rows:
            source = node_of.get(get_lot(row))
            if source:
                by_partner[row["partner_id"] or 0].append((row, source))
        # who had the most shipments stands at the top
        ids = sorted(by_partner, key=lambda one: (-len(by_partner[one]), one))
        fold_key = f"fold:{side}"
        shown = FEW + opened.get(fold_key, 0)
        groups = [[one] for one in ids[:shown]]
        if rest := ids[shown:]:
            groups.append(rest)
        for group in groups:
            found = [pair for one in group for pair in by_partner[one]]
            key = f"{side}:{group[0]}" if len(group) == 1 else fold_key
            columns = [source.column * step for _row, source in found]
            node = Node(key, step * (max(columns) + 1), [row for row, _node in found])
            self.nodes.append(node)
            for row, source in found:
                pair = (source.key, key) if step > 0 else (key, source.key)
                self.edges.setdefault(pair, []).append(row)


def prepare_node(node, uoms, surest, via) -> dict:
    """What the picture tells of a partner, or of several that are folded."""
    partners = {row["partner_id"]: row["partner"] for row in node.rows}
    one = len(partners) == 1
    partner_id, name = next(iter(partners.items()))
    return {
        "kind": "customer" if node.column > 0 else "vendor",
        "id": one and partner_id,
        "name": one and name,
        "product": "",
        "product_id": False,
        "count": len(partners),
        "ids": [],
        "partner_ids": [id_ for id_ in partners if id_],
        "certainty": surest,
        "via": via,
        "badges": [],
        **get_total(node.rows, uoms),
    }


def prepare_edge(rows, uoms, certainty, few) -> dict:
    """What the picture tells of the shipments between a lot and a partner."""
    documents = {
        (row["document"], "stock.picking", row["picking_id"]): None for row in rows
    }
    return {
        "certainty": certainty,
        "kinds": ["shipment"],
        **get_total(rows, uoms),
        "dates": [min(row["date"] for row in rows), max(row["date"] for row in rows)],
        "documents": [
            {"name": name, "model": model, "id": record_id}
            for name, model, record_id in list(documents)[:few]
        ],
        "more": max(len(documents) - few, 0),
    }


def get_total(rows, uoms) -> dict:
    """What is not back of the rows, where they are of one unit."""
    units = {uoms.get(get_lot(row)) for row in rows}
    if len(units) != 1:
        return {"quantity": False, "uom": False}
    total = sum(row["quantity"] - row["returned"] for row in rows)
    return {"quantity": total, "uom": units.pop()}


# -- marks ---------------------------------------------------------------------
def get_badges(env: Environment, nodes, stories, uoms) -> dict:
    """What is marked on the lots: ``{key of the node: badges}``.

    :param stories: upward and downward, the latter with its deliveries
    """
    ids = {row["id"] for node in nodes for row in node.rows if row["id"] > 0}
    lots = env["stock.lot"].browse(sorted(ids))
    held = {
        lot.id: "rejected" if lot.is_rejected else "held" for lot in lots if lot.on_hold
    }
    expired = set(lots._filter_expired().ids)
    upstream, downstream = stories
    on_hand = {**upstream.on_hand, **downstream.on_hand}
    away = defaultdict(float)
    for row in downstream.deliveries:
        away[get_lot(row)] += row["quantity"] - row["returned"]
    return {
        node.key: _get_node_badges(
            [row["id"] for row in node.rows], held, expired, (on_hand, away), uoms
        )
        for node in nodes
    }


def _get_node_badges(ids, held, expired, amounts, uoms):
    kinds = {held[id_] for id_ in ids if id_ in held}
    if expired.intersection(ids):
        kinds.add("expired")
    order = ("rejected", "held", "expired")
    badges = [{"kind": kind} for kind in order if kind in kinds]
    units = {uoms.get(id_) for id_ in ids}
    if len(units) == 1:
        [uom] = units
        for kind, amount in zip(("stock", "customers"), amounts, strict=True):
            total = sum(amount.get(id_, 0.0) for id_ in ids)
            if total > 0:
                badges.append({"kind": kind, "quantity": total, "uom": uom})
    return badges
