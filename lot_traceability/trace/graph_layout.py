"""Where the nodes of a graph stand: by Graphviz, or in plain columns without it.

Sizes and places are in pixels, from the top left corner.
"""

import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass

WIDTH, HEIGHT = 200, 76
GAP_X, GAP_Y = 72, 14
MARGIN = 8
INCH = 72
# longer than that nobody waits for a picture
TIMEOUT = 10
HEAD = (
    "digraph { rankdir=LR; splines=true; nodesep=%(gap_y).3f; ranksep=%(gap_x).3f;"
    " node [shape=box fixedsize=true width=%(width).3f height=%(height).3f]"
    " edge [arrowhead=none]\n"
)


@dataclass
class Layout:
    """``places``: ``{key: (x, y)}`` of the corners; ``paths``: ``{(from, to): SVG
    path}``; ``engine``: ``dot`` or ``columns``."""

    engine: str
    width: float
    height: float
    places: dict
    paths: dict


def layout(columns, edges, timeout=TIMEOUT):
    """Place nodes in their columns, so that few edges cross.

    :param columns: ``{key of a node: number of its column}``
    :param edges: list of ``(key, key)``, from left to right as a rule
    :return: :class:`Layout`
    """
    if not columns:
        return Layout("columns", 0, 0, {}, {})
    return _ask_dot(columns, edges, timeout) or _in_columns(columns, edges)


# ----------------------------------------------------------------------
# Graphviz
# ----------------------------------------------------------------------
def _ask_dot(columns, edges, timeout):
    program = shutil.which("dot")
    if not program:
        return None
    keys = list(columns)
    try:
        answer = subprocess.run(
            [program, "-Tplain"],
            input=_get_source(keys, columns, edges),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _read_plain(answer.stdout, keys)


def _get_source(keys, columns, edges):
    """The graph in Graphviz' language; nodes are numbers, so no name can break it."""
    number = {key: index for index, key in enumerate(keys)}
    sizes = {
        "gap_x": GAP_X / INCH,
        "gap_y": GAP_Y / INCH,
        "width": WIDTH / INCH,
        "height": HEIGHT / INCH,
    }
    ranks = defaultdict(list)
    for key in keys:
        ranks[columns[key]].append(number[key])
    order = sorted(ranks)
    lines = [HEAD % sizes]
    # an unseen chain keeps the columns apart
    chain = [f"c{index}" for index in range(len(order))]
    lines += [f"{name} [style=invis width=0.01 height=0.01]" for name in chain]
    lines.append(" -> ".join(chain) + " [style=invis]")
    for name, column in zip(chain, order, strict=True):
        members = " ".join(map(str, ranks[column]))
        lines.append(f"{{rank=same; {name} {members}}}")
    lines += [f"{number[source]} -> {number[target]}" for source, target in edges]
    return "\n".join(lines) + "}"


def _read_plain(text, keys):
    places, paths, height = {}, {}, 0.0
    for line in text.splitlines():
        kind, *words = line.split()
        if kind == "graph":
            height = float(words[2])
        elif kind == "node" and words[0].isdigit():
            x, y = (float(word) * INCH for word in words[1:3])
            places[keys[int(words[0])]] = (
                x - WIDTH / 2 + MARGIN,
                height * INCH - y - HEIGHT / 2 + MARGIN,
            )
        elif kind == "edge" and words[0].isdigit():
            count = int(words[2])
            points = [float(word) * INCH for word in words[3 : 3 + 2 * count]]
            pair = keys[int(words[0])], keys[int(words[1])]
            paths[pair] = _get_spline(points, height * INCH)
    return _shift(Layout("dot", 0, 0, places, paths))


def _get_spline(points, height):
    pairs = [
        f"{x + MARGIN:.1f},{height - y + MARGIN:.1f}"
        for x, y in zip(points[::2], points[1::2], strict=True)
    ]
    return f"M{pairs[0]} C{' '.join(pairs[1:])}"


def _shift(found):
    found.width = max(x for x, _y in found.places.values()) + WIDTH + MARGIN
    found.height = max(y for _x, y in found.places.values()) + HEIGHT + MARGIN
    return found


# ----------------------------------------------------------------------
# Columns
# ----------------------------------------------------------------------
def _in_columns(columns, edges):
    """One column a level, each node near the middle of its neighbours."""
    ranks = defaultdict(list)
    for key, column in columns.items():
        ranks[column].append(key)
    neighbours = defaultdict(list)
    for source, target in edges:
        neighbours[source].append(target)
        neighbours[target].append(source)
    rows, places = {}, {}
    tallest = max(map(len, ranks.values()))
    for index, column in enumerate(sorted(ranks)):
        keys = _sort_near(ranks[column], neighbours, rows)
        top = (tallest - len(keys)) / 2
        for row, key in enumerate(keys):
            rows[key] = row - len(keys) / 2
            places[key] = (
                index * (WIDTH + GAP_X) + MARGIN,
                (top + row) * (HEIGHT + GAP_Y) + MARGIN,
            )
    paths = {
        (source, target): _get_curve(places[source], places[target])
        for source, target in edges
    }
    return _shift(Layout("columns", 0, 0, places, paths))


def _sort_near(keys, neighbours, rows):
    def wish(item):
        index, key = item
        known = [rows[other] for other in neighbours[key] if other in rows]
        return sum(known) / len(known) if known else index

    return [key for _index, key in sorted(enumerate(keys), key=wish)]


def _get_curve(source, target):
    x, y = source[0] + WIDTH, source[1] + HEIGHT / 2
    to_x, to_y = target[0], target[1] + HEIGHT / 2
    bend = GAP_X / 2
    points = [(x + bend, y), (to_x - bend, to_y), (to_x, to_y)]
    curve = " ".join(f"{left:.1f},{top:.1f}" for left, top in points)
    return f"M{x:.1f},{y:.1f} C{curve}"
