"""The trace result as tables: what a document shows, in its order and words."""

from dataclasses import dataclass
from datetime import datetime

COLUMNS = {
    "Lots": (
        *("direction", "level", "certainty", "product", "name", "uom", "via"),
        "company",
    ),
    "Links": (
        *("from", "to", "kind", "certainty", "document", "date"),
        *("quantity_consumed", "quantity_produced"),
    ),
    "Deliveries": (
        *("partner", "product", "lot", "document", "date", "quantity", "returned"),
        *("holds", "uom"),
    ),
    "Receipts": (
        *("partner", "product", "lot", "document", "date", "quantity", "returned"),
        "uom",
    ),
    "Holders": (
        *("partner", "product", "shipped", "returned", "holds", "uom"),
        *("suspect", "share_low", "share", "share_high", "suspect_uom"),
    ),
    "Suspect": (
        *("product", "quantity", "at_customers", "on_hand", "scrapped"),
        *("returned_to_vendor", "lost", "reworked", "other_companies"),
        *("unaccounted", "uom"),
    ),
    "Stock": ("product", "lot", "location", "usage", "quantity", "reserved", "uom"),
    "Movements": (
        *("date", "reference", "product", "lot", "source", "destination"),
        *("quantity", "uom", "partner", "state"),
    ),
    "Balance": (
        *("product", "lot", "received", "produced", "found", "returned", "consumed"),
        *("shipped", "returned_to_vendor", "scrapped", "lost", "on_hand"),
        *("samples", "unaccounted", "uom"),
    ),
    "Gaps": ("kind", "product", "lot", "quantity", "uom", "certainty", "message"),
}
# of a movement: the column, and what it is called in the result
PLACES = {"source": "location", "destination": "location_dest"}


@dataclass
class Table:
    """``rows`` hold text, numbers, dates and None, in the order of ``columns``."""

    name: str
    columns: tuple
    rows: list


def get_tables(upstream, downstream, movements=()):
    """Put both directions into one table of each kind, nothing twice.

    :param upstream: result of ``trace_upstream``
    :param downstream: result of ``trace_downstream``
    :param movements: rows of ``trace_movements`` of both directions
    :return: list of :class:`Table`, empty ones included
    """
    traces = (upstream, downstream)
    nodes = {
        row["id"]: row
        for trace in traces
        for row in (*trace["lots"], *trace["unnumbered"])
    }
    rows = {
        "Lots": get_lots(upstream, downstream),
        "Links": _unique(link for trace in traces for link in trace["links"]),
        "Deliveries": downstream["deliveries"],
        "Receipts": upstream["receipts"],
        "Holders": downstream["holders"],
        "Suspect": downstream["suspect"],
        "Stock": downstream["stock"],
        "Movements": sorted(
            {row["id"]: row for row in movements}.values(),
            key=lambda row: (row["date"], row["id"]),
        ),
        "Balance": _unique(row for trace in traces for row in trace["balances"]),
        "Gaps": get_gaps(upstream, downstream),
    }
    return [
        Table(name, columns, [_get_cells(row, columns, nodes) for row in rows[name]])
        for name, columns in COLUMNS.items()
    ]


def get_lots(upstream, downstream) -> list[dict]:
    """The lots of both directions; those that were asked for, once."""
    return [
        {**row, "direction": trace["direction"] if row["level"] else "asked for"}
        for trace in (upstream, downstream)
        for row in (*trace["lots"], *trace["unnumbered"])
        if row["level"] or trace is downstream
    ]


def get_gaps(upstream, downstream) -> list[dict]:
    """The gaps of both directions, none twice."""
    return _unique(row for trace in (upstream, downstream) for row in trace["gaps"])


def _get_cells(row, columns, nodes):
    return [_get_cell(row, column, nodes) for column in columns]


def _unique(rows):
    return list({repr(sorted(row.items())): row for row in rows}.values())


def _get_cell(row, column, nodes):
    if column == "holds" and column not in row:
        return row["quantity"] - row["returned"]
    if column in ("from", "to"):
        return _get_label(nodes.get(row[f"{column}_lot_id"]))
    if column == "via":
        via = nodes.get(row["via_lot_id"])
        return via and _get_label(via)
    if column == "name":
        return row.get("name") or "without a number"
    node = nodes.get(row.get("lot_id") or row.get("unnumbered_id") or None, {})
    if column == "lot":
        return node.get("name") or "without a number"
    if column == "usage" and row.get("is_sample"):
        return "sample"
    if column in PLACES:
        return row[PLACES[column]]
    if column == "date":
        return datetime.fromisoformat(row["date"])
    value = row.get(column, node.get(column))
    return None if value is False else value


def _get_label(node):
    return f"{node.get('name') or 'without a number'} ({node['product']})"
