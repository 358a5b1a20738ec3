"""What the check of a file keeps in mind, and how it says what is wrong."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from odoo.api import Environment

from ..tools.zone import get_zone_of_warehouse
from .units import Units

# languages whose letters are read right in a text that does not say its encoding
WESTERN = "en de fr es it nl pt sv da nb nn fi ca eu gl"


@dataclass
class ImportRun:
    """What the check of one file remembers from one batch to the next."""

    document: Any
    # position by column
    columns: dict
    header: list
    # candidates by the text in the file
    products: dict = field(default_factory=dict)
    locations: dict = field(default_factory=dict)
    # number with its scope: :class:`First`
    seen: dict = field(default_factory=dict)
    # numbers of the file by product id
    given: dict = field(default_factory=lambda: defaultdict(set))
    count: int = 0
    # time zone by place
    zones: dict = field(default_factory=dict)
    # by column: rows whose date could be read with day and month changed over, each
    # with its text, and the columns where another one can only be read so
    doubtful_dates: dict = field(default_factory=lambda: defaultdict(list))
    changed_over: set = field(default_factory=set)

    # looked up once, not for each row
    @cached_property
    def env(self) -> Environment:
        """Of the user who imports, in the company of the import."""
        return self.document.env

    @cached_property
    def limit(self) -> int:
        """How many numbers there may be."""
        return self.document._get_row_limit()

    @cached_property
    def default_location(self) -> Any:
        return self.document.location_id

    @cached_property
    def is_text_file(self) -> bool:
        """Whether it keeps all as text; a spreadsheet keeps numbers and dates."""
        return self.document.file_kind == "csv"

    @cached_property
    def is_western(self) -> bool:
        """Whether the user writes one of the languages of Western Europe."""
        return (self.env.lang or "en_US").partition("_")[0] in WESTERN.split()

    @cached_property
    def units(self) -> Any:
        """What the file says of the unit of its quantities."""
        return Units(self.env, self.header, self.columns)

    @cached_property
    def separators(self) -> tuple[str, str]:
        """The decimal point of the user, and what can part thousands in a text."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        marks = lang.thousands_sep or ""
        if self.is_text_file:
            # where a comma parts the cells, the point is that of decimals, and the
            # comma where a semicolon does: the other way round nothing is sure
            marks += {";": ".", ",": ","}.get(self.document.delimiter, "")
        return lang.decimal_point, marks

    @cached_property
    def expressions(self) -> str:
        """What of the numbers is a list."""
        return self.document.expressions or "never"

    def get_zone(self, place) -> Any:
        """Whose calendar days count at a ``stock.location``."""
        if place.id not in self.zones:
            company = self.document.company_id
            self.zones[place.id] = get_zone_of_warehouse(place.warehouse_id, company)
        return self.zones[place.id]

    def label(self, column: str) -> str:
        """What the file calls the column."""
        return self.header[self.columns[column]]


@dataclass
class ImportLine:
    """A row of the file, and what has been understood of it."""

    number: int
    cells: list
    texts: dict
    product: Any = None
    location: Any = None
    quantity: float = None
    numbers: list = field(default_factory=list)
    # how many numbers its number would be as a list, where that is not taken as one
    could_be: int = 0
    # numbers that an earlier row has
    doubles: set = field(default_factory=set)
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)


class First(NamedTuple):
    """The row that has a number first: what is kept of it until the end of the file."""

    row: int
    product: Any
    numbers: list
    values: dict
    locations: list


def add_problem(run: ImportRun, line: ImportLine, column: str, advice: str) -> None:
    """Note what is wrong with a cell, and what to do."""
    line.problems.append(get_problem(run, column, line.texts[column], advice))


def get_problem(run: ImportRun, column: str, text: str, advice: str) -> str:
    """What is wrong with a cell, and what to do."""
    values = {"column": run.label(column), "value": text[:100], "advice": advice}
    if text:
        return run.env._("%(column)s “%(value)s”: %(advice)s", **values)
    return run.env._("%(column)s is empty: %(advice)s", **values)
