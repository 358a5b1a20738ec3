"""The ways in which a label can be read if its separators were lost on the way.

``0109506000134352`` ``10W3029`` ``17271231`` without the separator behind the lot is
the lot ``W302917271231``, or ``W3029`` that expires: nobody can tell. All that makes
sense is given, for somebody who holds the label to choose from.
"""

from datetime import date
from typing import NamedTuple

from .gs1 import FNC1, get_identifier
from .gs1_table import NO_DATE, SPECS, GS1Error, check_value, read_date

# more than that nobody reads
MOST = 6
NUMBERS = ("10", "21")
DATES = ("11", "12", "13", "15", "16", "17")
# dates on goods are not further away than that, in years
BACK, AHEAD = 15, 15
# net measures: six digits, none of them a separator needs
_MEASURES = ("31", "32", "35", "36")


class Reading(NamedTuple):
    """Pairs of AI and value; ``flaw``: what GS1 would not allow in a number, although
    somebody may have printed it (blanks, more than 20 characters)."""

    pairs: tuple
    flaw: GS1Error | None = None

    @property
    def key(self) -> str:
        """The reading as a text, to choose it by."""
        return "".join(f"({identifier}){value}" for identifier, value in self.pairs)

    @property
    def numbers(self) -> list[str]:
        values = dict(self.pairs)
        return [values[ai] for ai in NUMBERS if ai in values]

    @property
    def is_dated(self) -> bool:
        """A number and a date or a weight: more than a number that happens to begin
        like one."""
        is_more = any(
            ai in DATES or (ai[:2] in _MEASURES and len(ai) == 4)
            for ai, _value in self.pairs
        )
        return bool(not self.flaw and self.numbers and is_more)

    @property
    def is_certain(self) -> bool:
        """No separator was needed: what varies in length has its full one."""
        return all(
            SPECS[ai].is_predefined or len(value) == SPECS[ai].high
            for ai, value in self.pairs[:-1]
        )


def find(text: str, wanted: str | None = None) -> list[Reading]:
    """All readings of an element string without separators, the plain one first.

    :param text: without symbology identifier
    :param wanted: the AI of the number that the product has, 10 or 21: look for one
        behind the other
    """
    text = text.strip(FNC1)
    if not text or FNC1 in text:
        return []
    found = list(_read(text, (), False))
    if not found:
        found = list(_read(text, (), True))
    if wanted and not any(wanted in dict(row.pairs) for row in found):
        found += [
            row for row in _read(text, (), True) if row not in found and _is_whole(row)
        ]
    return found[:MOST]


def _is_whole(reading):
    return {"10", "21"} <= dict(reading.pairs).keys()


def _read(rest, pairs, is_deep):
    """Readings of what is left of a text.

    :param is_deep: a number can be followed by another one; else only by what is not
        likely to be a part of it
    """
    if not rest:
        yield Reading(pairs)
        return
    try:
        identifier = get_identifier(rest)
    except GS1Error:
        return
    if identifier in dict(pairs):
        return
    rest = rest[len(identifier) :]
    spec = SPECS[identifier]
    ends = [spec.high] if spec.is_predefined else _get_ends(rest, spec, identifier)
    for end in ends:
        value, tail = rest[:end], rest[end:]
        if tail and not spec.is_predefined and end < spec.high:
            known = {*dict(pairs), identifier}
            if not _is_likely(tail, known, is_deep or spec.kind == "N"):
                continue
        yield from _go_on(identifier, value, tail, pairs, is_deep)


def _get_ends(rest, spec, identifier):
    # the whole rest first: as if nothing was lost
    longest = len(rest) if identifier in NUMBERS else min(len(rest), spec.high)
    yield longest
    yield from range(min(longest - 1, spec.high), spec.low - 1, -1)


def _go_on(identifier, value, tail, pairs, is_deep):
    flaw = None
    try:
        check_value(identifier, value)
    except GS1Error as error:
        if identifier not in NUMBERS or not value or tail:
            return
        flaw = error
    for reading in _read(tail, (*pairs, (identifier, value)), is_deep):
        yield reading._replace(flaw=reading.flaw or flaw)


def _is_likely(text, known, is_deep):
    """Whether a text begins with an element that would hardly be a part of a number."""
    try:
        identifier = get_identifier(text)
    except GS1Error:
        return False
    value = text[len(identifier) :][: SPECS[identifier].high]
    if identifier in known:
        return False
    if identifier in DATES:
        return _is_near(value)
    if identifier == "7003":
        return len(value) == 10 and _is_near(value[:6]) and _is_valid(identifier, value)
    if identifier in ("01", "02") or identifier[:2] in _MEASURES:
        return SPECS[identifier].is_predefined and _is_valid(identifier, value)
    if identifier == "37":
        return ("02" in known or is_deep) and value.isdigit()
    return is_deep and identifier in (*NUMBERS, "30")


def _is_valid(identifier, value):
    try:
        check_value(identifier, value)
    except GS1Error:
        return False
    return True


def _is_near(value):
    if len(value) != 6 or not value.isdigit() or value == NO_DATE:
        return False
    try:
        year = read_date(value).year
    except ValueError:
        return False
    return -BACK <= year - date.today().year <= AHEAD
