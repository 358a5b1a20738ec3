"""What only the source of a sheet tells: formulas without a result, joined cells, and
hidden rows and columns."""

import re
from collections import defaultdict

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

# each part is bounded, so that no file can make it hang
_WITHOUT_RESULT = re.compile(
    rb'<c\s[^<>]{0,99}?\br="([A-Z]{1,3}[0-9]{1,7})"[^<>]{0,99}>\s{0,99}'
    rb"<f\b(?:[^<>]{0,999}/>|[^<>]{0,999}>[^<]{0,9999}</f>)"
    rb"\s{0,99}(?:<v\s{0,99}/>|<v>\s{0,99}</v>)?\s{0,99}</c>"
)
_JOINED = re.compile(
    rb'<mergeCell\s[^<>]{0,99}?\bref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"'
)
_ROW = re.compile(rb"<row\b([^<>]{0,999})>")
# hidden, or without any height or width
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"|\b(?:ht|width)="0(?:\.0+)?"')
_COLUMNS = re.compile(rb"<col\b([^<>]{0,999})>")
_SPAN = re.compile(rb'\b(?:min|max)="([0-9]{1,5})"')
_ROW_NUMBER = re.compile(rb'\br="([0-9]{1,7})"')
# a table has no more columns than that, a joined cell can be as wide as the sheet
WIDTH = 200


def find_formulas(content: bytes) -> dict[int, list[int]]:
    """``{row: positions}`` of formulas without a result: the program that wrote them
    has left that to a spreadsheet, and the cell looks empty."""
    found: dict = defaultdict(list)
    if b"<f" not in content:
        return found
    for match in _WITHOUT_RESULT.finditer(content):
        column, row = coordinate_from_string(match.group(1).decode())
        found[row].append(column_index_from_string(column) - 1)
    return found


def find_hidden(content: bytes) -> set[int]:
    """The numbers of the rows that are hidden, by hand or by a filter."""
    # bytes are looked for much faster than a pattern
    if not any(mark in content for mark in (b"hidden=", b'ht="0')):
        return set()
    hidden, number = set(), 0
    for match in _ROW.finditer(content):
        given = _ROW_NUMBER.search(match.group(1))
        number = int(given.group(1)) if given else number + 1
        if _HIDDEN.search(match.group(1)):
            hidden.add(number)
    return hidden


def find_hidden_columns(content: bytes) -> set[int]:
    """The positions of the columns that are hidden."""
    hidden: set = set()
    for match in _COLUMNS.finditer(content, 0, max(content.find(b"<sheetData"), 0)):
        span = [int(number) for number in _SPAN.findall(match.group(1))]
        if span and _HIDDEN.search(match.group(1)):
            hidden.update(range(min(span) - 1, min(max(span), WIDTH)))
    return hidden


class Joined:
    """The cells that are joined with others, but for the first of each: they are empty,
    whatever is seen there. To be asked row by row, from the first one on."""

    def __init__(self, content: bytes):
        self.areas = []
        if b"<mergeCell " in content:
            self.areas = [_read_area(found) for found in _JOINED.finditer(content)]
        # the next one last
        self.areas.sort(reverse=True)
        self.open: list = []

    def get_positions(self, number: int) -> list[int]:
        """Which cells of a row, those of the ones before it that go on included."""
        while self.areas and self.areas[-1][0] <= number:
            self.open.append(self.areas.pop())
        if not self.open:
            return []
        self.open = [area for area in self.open if area[1] >= number]
        return [
            position
            for top, _bottom, left, right in self.open
            for position in range(left + (top == number), min(right + 1, WIDTH))
        ]


def _read_area(found):
    left, top, right, bottom = (part.decode() for part in found.groups())
    columns = (column_index_from_string(column) - 1 for column in (left, right))
    return int(top), int(bottom), *columns


def is_filled(content: bytes) -> bool:
    """Whether a sheet has a value in any cell."""
    return b"<v" in content or b"<is" in content
