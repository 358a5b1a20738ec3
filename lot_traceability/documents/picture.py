"""A small picture of a trace: columns of boxes, from the origin to the destination."""

from dataclasses import dataclass, field

WIDTH, HEIGHT = 150, 34
GAP_X, GAP_Y = 46, 10
# more boxes than that cannot be read on a page
MOST_NODES, MOST_COLUMNS, MOST_ROWS = 60, 6, 14
TEXT = 24


@dataclass
class Picture:
    """``boxes``: x, y, name, product and certainty; ``lines``: paths with certainty."""

    width: int
    height: int
    boxes: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    box_width: int = WIDTH
    box_height: int = HEIGHT


def get_picture(upstream, downstream):
    """Lay out the lots of both directions.

    :return: :class:`Picture`, or None if there is nothing to see, or too much
    """
    columns = _get_columns(upstream, downstream)
    count = sum(map(len, columns))
    rows = max(map(len, columns))
    if not 2 <= count <= MOST_NODES or len(columns) > MOST_COLUMNS or rows > MOST_ROWS:
        return None
    height = rows * (HEIGHT + GAP_Y)
    picture = Picture(len(columns) * (WIDTH + GAP_X) - GAP_X + 4, height)
    places = {}
    for number, column in enumerate(columns):
        top = (height - len(column) * (HEIGHT + GAP_Y)) / 2
        for row, node in enumerate(column):
            place = (2 + number * (WIDTH + GAP_X), top + row * (HEIGHT + GAP_Y) + 2)
            places[node["id"]] = place
            picture.boxes.append(_get_box(node, place))
    picture.lines = _get_lines(places, [*upstream["links"], *downstream["links"]])
    return picture


def _get_columns(upstream, downstream):
    """Nodes by level, the origin first; each once."""
    levels = {}
    for trace, sign in ((downstream, 1), (upstream, -1)):
        for node in (*trace["lots"], *trace["unnumbered"]):
            levels.setdefault(node["id"], (sign * node["level"], node))
    columns = {}
    for level, node in levels.values():
        columns.setdefault(level, []).append(node)
    return [columns[level] for level in sorted(columns)]


def _get_box(node, place):
    return {
        "x": place[0],
        "y": place[1],
        "name": _shorten(node.get("name") or "without a number"),
        "product": _shorten(node["product"]),
        "certainty": node["certainty"] if node["level"] else "root",
    }


def _shorten(text):
    return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"


def _get_lines(places, links):
    lines = {}
    for link in links:
        source, target = places.get(link["from_lot_id"]), places.get(link["to_lot_id"])
        if source and target:
            x1, y1 = source[0] + WIDTH, source[1] + HEIGHT / 2
            x2, y2 = target[0], target[1] + HEIGHT / 2
            bend = (x1 + x2) / 2
            path = (
                f"M{x1:.1f},{y1:.1f} C{bend:.1f},{y1:.1f} "
                f"{bend:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
            )
            lines[path] = {"path": path, "certainty": link["certainty"]}
    return list(lines.values())
