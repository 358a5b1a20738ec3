"""The story of lots as a picture: what it is made of left, what it went into right.

Folded and laid out here, so that the screen gets no more than it draws.
"""

from odoo.models import BaseModel

from . import genealogy, graph_partners
from .arguments import check_opened
from .graph_fold import FEW, STEP, fold
from .graph_layout import HEIGHT, WIDTH, layout
from .story import Story

PARTS = ["lots", "unnumbered", "links"]
SHIPMENTS = {
    genealogy.UPSTREAM: ["receipts"],
    genealogy.DOWNSTREAM: ["deliveries"],
}
# documents that one edge names
FEW_DOCUMENTS = 5
# links that a picture can have while lots of the same product stand one by one
MOST_EDGES = 800


def get_graph(
    lots: BaseModel, opened: dict[str, int] | None = None, partners: bool = False
) -> dict:
    """See ``stock.lot.get_trace_graph``.

    :return: dict of ``nodes`` (``key``, ``kind``: ``lot``, ``customer`` or
        ``vendor``, ``id`` of the lot or partner or False for a folded node,
        ``name``, ``product``, ``product_id``, ``count``, ``ids``, ``column``:
        0 for the lots themselves, negative for what they are made of,
        ``certainty``, ``via``: the node by which it is in the story, ``x``, ``y``),
        ``edges`` (``source``, ``target``, ``path`` as in SVG, ``certainty``,
        ``kinds``, ``quantity`` and ``uom`` (False if they differ), ``dates``,
        ``documents``: ``name``, ``model``, ``id``, ``more``), ``width``,
        ``height``, ``card``, ``engine`` (``dot``, or ``columns`` where Graphviz is
        absent), ``step``, ``counts`` and ``outside``: what the user may not
        see, in words
    """
    lots.env["stock.lot"].check_access("read")
    opened = check_opened(lots.env, opened)
    stories = {
        direction: Story(
            *(lots.env, lots.ids, direction),
            parts=PARTS + (SHIPMENTS[direction] if partners else []),
        )
        for direction in (genealogy.UPSTREAM, genealogy.DOWNSTREAM)
    }
    upstream, downstream = (story.get_result() for story in stories.values())
    rows = _get_rows(upstream, downstream)
    links = (*upstream["links"], *downstream["links"])
    nodes, node_of, edges = _fold(rows, links, opened)
    shipped = graph_partners.Partners(
        {
            "customer": downstream.get("deliveries", ()),
            "vendor": upstream.get("receipts", ()),
        },
        node_of,
        opened,
    )
    columns = {node.key: node.column for node in (*nodes, *shipped.nodes)}
    found = layout(columns, [*edges, *shipped.edges])
    facts = _Facts(rows)
    badges = (
        graph_partners.get_badges(lots.env, nodes, stories.values(), facts.uoms)
        if partners
        else {}
    )
    return {
        "nodes": _prepare_nodes(nodes, shipped, found, node_of, facts, badges),
        "edges": _prepare_edges(edges, shipped, found, facts),
        "width": found.width,
        "height": found.height,
        "card": {"width": WIDTH, "height": HEIGHT},
        "engine": found.engine,
        "step": STEP,
        "counts": {
            # lots, as on the buttons of the lot
            "upstream": _count_reached(upstream),
            "downstream": _count_reached(downstream),
        },
        "outside": _get_outside(lots.env, upstream, downstream),
    }


def _fold(rows, links, opened):
    """Nodes and edges that can be looked at: where too many lines would cross, each
    product of a level is one node."""
    for few in (FEW, 1):
        nodes, node_of = fold(rows, opened, few)
        edges = _get_edges(links, node_of)
        if len(edges) <= MOST_EDGES:
            break
    return nodes, node_of, edges


def _get_outside(env, upstream, downstream):
    """What the user does not see, in words, for each direction."""
    up, down = (trace["outside_scope"]["message"] for trace in (upstream, downstream))
    messages = [
        up and env._("Where it came from: %(message)s", message=up),
        down and env._("Where it went: %(message)s", message=down),
    ]
    return [message for message in messages if message]


def _prepare_nodes(nodes, shipped, found, node_of, facts, badges):
    return [
        *(
            {
                **_prepare_node(node, found, node_of),
                "badges": badges.get(node.key, []),
            }
            for node in nodes
            if node.key in found.places
        ),
        *(
            _prepare_partner(node, found, node_of, facts)
            for node in shipped.nodes
            if node.key in found.places
        ),
    ]


def _prepare_edges(edges, shipped, found, facts):
    return [
        *(
            _prepare_edge(pair, links, found.paths[pair], facts.uoms)
            for pair, links in edges.items()
            if pair in found.paths
        ),
        *(
            _prepare_shipment(pair, sent, found.paths[pair], facts)
            for pair, sent in shipped.edges.items()
            if pair in found.paths
        ),
    ]


class _Facts:
    """What the rows say of each lot: its unit, and how sure it is in the story."""

    def __init__(self, rows):
        self.uoms = {row["id"]: row["uom"] for row in rows}
        self.certainty = {row["id"]: row["certainty"] for row in rows}

    def get_surest(self, shipments):
        """How sure it is that shipped goods belong to the story."""
        return genealogy.get_surest(
            [self.certainty[graph_partners.get_lot(row)] for row in shipments]
        )


def _prepare_shipment(pair, shipments, path, facts):
    surest = facts.get_surest(shipments)
    return {
        "source": pair[0],
        "target": pair[1],
        "path": path,
        **graph_partners.prepare_edge(shipments, facts.uoms, surest, FEW_DOCUMENTS),
    }


def _prepare_partner(node, found, node_of, facts):
    x, y = found.places[node.key]
    via = node_of[graph_partners.get_lot(node.rows[0])].key
    surest = facts.get_surest(node.rows)
    values = graph_partners.prepare_node(node, facts.uoms, surest, via)
    return {"key": node.key, "column": node.column, "x": x, "y": y, **values}


def _count_reached(trace):
    return sum(row["level"] > 0 for row in trace["lots"])


def _get_rows(upstream, downstream):
    """Lots and goods without a number, each once, with the column it stands in."""
    rows = {}
    for trace, sign in ((downstream, 1), (upstream, -1)):
        for row in (*trace["lots"], *trace["unnumbered"]):
            if row["id"] not in rows:
                column = sign * row["level"]
                rows[row["id"]] = {**row, "column": column}
    return sorted(rows.values(), key=lambda row: row["column"])


def _get_edges(links, node_of):
    """Links by the pair of nodes between which they are drawn, each link once."""
    unique = {
        (
            *(link["from_lot_id"], link["to_lot_id"], link["kind"]),
            *(link["document_model"], link["document_id"], link["date"]),
        ): link
        for link in links
    }
    edges = {}
    for link in unique.values():
        source = node_of.get(link["from_lot_id"])
        target = node_of.get(link["to_lot_id"])
        if source and target and source is not target:
            edges.setdefault((source.key, target.key), []).append(link)
    return edges


def _prepare_node(node, found, node_of):
    first = node.rows[0]
    via = node_of.get(first["via_lot_id"]) if first["via_lot_id"] else None
    x, y = found.places[node.key]
    products = {row["product"]: None for row in node.rows}
    return {
        "key": node.key,
        "kind": "lot",
        "id": not node.is_group and first["id"],
        "name": not node.is_group and (first.get("name") or False),
        "product": ", ".join(list(products)[:3]),
        "product_id": first["product_id"],
        "count": len(node.rows),
        "ids": [row["id"] for row in node.rows if row["id"] > 0],
        "column": node.column,
        "certainty": genealogy.get_surest([row["certainty"] for row in node.rows]),
        "via": via.key if via else False,
        "x": x,
        "y": y,
    }


def _get_consumed(links):
    """What a lot gave for several others of one document, by-products too, once."""
    given = {}
    for link in links:
        key = (
            *(link["from_lot_id"], link["kind"]),
            *(link["document_model"], link["document_id"] or link["document"]),
        )
        given[key] = max(given.get(key, 0.0), link["quantity_consumed"])
    return sum(given.values())


def _prepare_edge(pair, links, path, uoms):
    units = {uoms.get(link["from_lot_id"]) for link in links}
    documents = {
        (link["document"], link["document_model"], link["document_id"]): None
        for link in links
    }
    return {
        "source": pair[0],
        "target": pair[1],
        "path": path,
        "certainty": genealogy.get_surest([link["certainty"] for link in links]),
        "kinds": sorted({link["kind"] for link in links}),
        "quantity": _get_consumed(links) if len(units) == 1 else False,
        "uom": units.pop() if len(units) == 1 else False,
        "dates": [
            min(link["date"] for link in links),
            max(link["date"] for link in links),
        ],
        "documents": [
            {"name": name, "model": model, "id": record_id}
            for name, model, record_id in list(documents)[:FEW_DOCUMENTS]
        ],
        "more": max(len(documents) - FEW_DOCUMENTS, 0),
    }
