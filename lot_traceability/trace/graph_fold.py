"""Makes a large graph small enough to be looked at: many lots of a product on one level
become one node, which can be opened again bit by bit."""

from collections import defaultdict
from dataclasses import dataclass, field

# lots of one product on one level that are shown one by one
FEW = 12
# how many more are shown each time a folded node is opened
STEP = 40
# nodes that a picture can have; above that whole levels are folded
MOST = 400


@dataclass
class Node:
    """One lot, or several that are folded."""

    key: str
    column: int
    rows: list = field(default_factory=list)

    @property
    def is_group(self):
        return self.key.startswith("fold:")


def fold(rows, opened=None, few=FEW, most=MOST):
    """Put the rows into nodes.

    :param rows: list of dicts with ``id``, ``column``, ``product_id``, in the order in
        which they are shown
    :param opened: ``{key of a folded node: how many of its lots are shown}``
    :return: list of :class:`Node`, and ``{id of a row: its node}``
    """
    opened = opened or {}
    groups = defaultdict(list)
    for row in rows:
        groups[f"fold:{row['column']}:{row['product_id']}"].append(row)
    nodes = _split(groups, opened, few)
    if len(nodes) > most:
        nodes = _fold_columns(rows, opened, few)
    return nodes, {row["id"]: node for node in nodes for row in node.rows}


def _split(groups, opened, few):
    nodes = []
    for key, rows in groups.items():
        column = rows[0]["column"]
        count = len(rows) if len(rows) <= few else opened.get(key, 0)
        # a rest of one is the lot itself
        count = len(rows) if count >= len(rows) - 1 else count
        nodes += [Node(str(row["id"]), column, [row]) for row in rows[:count]]
        if count < len(rows):
            nodes.append(Node(key, column, rows[count:]))
    return nodes


def _fold_columns(rows, opened, few):
    """Too many products: fold by level alone."""
    groups = defaultdict(list)
    for row in rows:
        groups[f"fold:{row['column']}"].append(row)
    return _split(groups, opened, few)
