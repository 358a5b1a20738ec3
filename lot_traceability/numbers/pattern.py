"""Patterns of lot and serial numbers: ``LOT/{product code}/{year}-{5 digits}``.

A pattern is text with placeholders in braces. The same language says how numbers are
made (``render``) and which typed ones are accepted (``accepts``).

==========================  ====================================================
``{5 digits}``, ``{5}``     the counter, filled up with zeros
``{product code}``          a value: see ``VALUES``
``{year}``, ``{iso week}``  a part of the date: see ``DATES``
``{check digit}``           a check character over what stands before it
``{3 letters}``, ``{any}``  only in what is accepted: characters of a kind, as many as
                            said or any count
==========================  ====================================================

The spellings of guides mean the same: ``{{product.default_code}}`` and
``%(product.default_code)s``. Without a counter, one of five digits follows where the
pattern ends with a separator; else the pattern is a plain code, and what would come
twice gets ``-2``, ``-3`` and so on.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from .check_digit import check_character

# canonical name -> other spellings, blanks for any of " _.-"
VALUES = {
    "product code": {"product default code", "default code", "internal reference"},
    "product name": {"name"},
    "category code": {"category", "product category", "product categ id code"},
    "company": {"company name"},
    "warehouse": {"warehouse code"},
    "operation": {"operation code", "operation type"},
    "document": {"order", "transfer"},
    "vendor reference": {"vendor ref", "supplier reference"},
    "made or bought": {"made/bought", "make or buy"},
}
# canonical name -> (strftime directive, width, other spellings)
DATES = {
    "year": ("%Y", 4, {"yyyy"}),
    "short year": ("%y", 2, {"y", "yy"}),
    "month": ("%m", 2, {"mm"}),
    "day": ("%d", 2, {"dd"}),
    "hour": ("%H", 2, {"h24", "hh"}),
    "minute": ("%M", 2, {"min"}),
    "week": ("%W", 2, {"woy"}),
    "iso week": ("%V", 2, {"isoweek"}),
    "iso year": ("%G", 4, {"isoyear"}),
    "day of year": ("%j", 3, {"doy"}),
}
CLASSES = {
    "digits": re.compile(r"[0-9]"),
    "letters": re.compile(r"[A-Za-z]"),
    "any": re.compile(r"\S"),
}
ANYTHING, CHECK = re.compile(r"."), re.compile(r"[0-9A-Z]")
# what must be in the pattern for numbers not to come again after a restart
RESTARTS = {
    "never": (),
    "year": ({"year", "short year", "iso year"},),
    "month": (
        {"year", "short year"},
        {"month", "day of year"},
    ),
    "day": (
        {"year", "short year"},
        {"month", "day of year"},
        {"day", "day of year"},
    ),
}
DEFAULT_WIDTH = 5
SEPARATORS = tuple("-/_.")
MAX_LENGTH = 128
# what is open everywhere describes nothing
MAX_OPEN_PARTS = 3
PLACEHOLDER = re.compile(
    r"\{\{(?P<double>[^{}]+)\}\}|\{(?P<single>[^{}]+)\}|%\((?P<percent>[^()]+)\)s"
)
# what comes twice without a counter
COPY = re.compile(r"-[0-9]{1,6}")
COUNTED = re.compile(r"(?P<count>[0-9]{1,2})(?: (?P<name>digits?|letters?|any))?")
STRAY = re.compile(r"[{}]|%[(\w]")


class NumberPatternError(ValueError):
    """What is wrong with a pattern: ``code``, the ``token``, and perhaps a
    ``suggestion``."""

    def __init__(self, code, token="", suggestion=""):
        self.code, self.token, self.suggestion = code, token, suggestion
        super().__init__(f"{code}: {token}" if token else code)


@dataclass(frozen=True)
class Part:
    """``kind`` is text, value, date, counter, check, or class."""

    kind: str
    text: str = ""
    width: int = 0


class NumberPattern:
    """A pattern that was read; ``parts`` in the order written."""

    def __init__(self, text):
        self.text = text
        self.parts = tuple(_read(text))
        self._check()

    def _check(self):
        kinds = [part.kind for part in self.parts]
        if not kinds:
            raise NumberPatternError("empty")
        if kinds.count("counter") > 1:
            raise NumberPatternError("two_counters", self.text)
        if kinds.count("check") > 1 or kinds[0] == "check":
            raise NumberPatternError("bad_check_digit", self.text)
        if kinds.count("class") > MAX_OPEN_PARTS:
            raise NumberPatternError("too_open", self.text)

    @property
    def has_counter(self):
        return any(part.kind == "counter" for part in self.parts)

    @property
    def value_names(self):
        """The values that have to be given."""
        return {part.text for part in self.parts if part.kind == "value"}

    def check_restart(self, restart):
        """A counter that restarts needs the period in the number.

        :raise NumberPatternError: with the first part that is missing as ``token``
        """
        names = {part.text for part in self.parts if part.kind == "date"}
        for wanted in RESTARTS[restart]:
            if not wanted & names:
                raise NumberPatternError("restart_needs", min(wanted, key=len))

    def check_generates(self):
        """:raise NumberPatternError: if it has parts that only describe numbers"""
        for part in self.parts:
            if part.kind == "class":
                raise NumberPatternError("not_for_generation", f"{{{part.text}}}")

    def render(self, values, moment, counters, check_digit="luhn"):
        """Write numbers.

        :param values: dict by canonical name, for all of ``value_names``
        :param moment: the local date and time
        :param counters: the counter values, from 1 on
        :param check_digit: the way to compute ``{check digit}``
        :return: list of numbers
        :raise NumberPatternError: ``missing_value`` with the name of the value
        """
        fixed = [self._write_fixed(part, values, moment) for part in self.parts]
        return [self._write(fixed, counter, check_digit) for counter in counters]

    def _write_fixed(self, part, values, moment):
        if part.kind == "value":
            value = " ".join(str(values.get(part.text) or "").split())
            if not value:
                raise NumberPatternError("missing_value", part.text)
            return value
        if part.kind == "date":
            return moment.strftime(DATES[part.text][0])
        return part.text

    def _write(self, fixed, counter, check_digit):
        number = ""
        for part, text in zip(self.parts, fixed, strict=True):
            if part.kind == "counter":
                text = f"{counter:0{part.width}}"
            elif part.kind == "check":
                text = check_character(check_digit, number)
            number += text
        return number if self.has_counter or counter == 1 else f"{number}-{counter}"

    def accepts(self, number, values):
        """Say whether a number has this form. It cannot take long: part by part all
        places are known where it may end; nothing is tried twice.

        :param values: dict by canonical name; what is not in it may be anything
        """
        if len(number) > MAX_LENGTH:
            return False
        ends = {0}
        for part in self.parts:
            ends = {end for at in ends for end in _get_ends(part, values, number, at)}
        if len(number) in ends:
            return True
        return not self.has_counter and any(COPY.fullmatch(number, end) for end in ends)


def _read(text):
    position = 0
    parts = []
    for found in PLACEHOLDER.finditer(text or ""):
        parts += _read_text(text[position : found.start()])
        parts.append(_read_placeholder(found))
        position = found.end()
    parts += _read_text((text or "")[position:])
    is_counted = any(part.kind in ("counter", "class") for part in parts)
    if parts and not is_counted and parts[-1].text[-1:] in SEPARATORS:
        parts.append(Part("counter", width=DEFAULT_WIDTH))
    return parts


def _read_text(text):
    stray = STRAY.search(text)
    if stray:
        raise NumberPatternError("stray_brace", text[stray.start() :][:20])
    return [Part("text", text)] if text else []


def _read_placeholder(found):
    token = found["double"] or found["single"] or found["percent"]
    token = token.strip()
    name = " ".join(re.split(r"[\s_.\-]+", token.lower())).strip()
    name = name.removeprefix("object ").removeprefix("current ")
    if set(token) == {"#"}:
        return Part("counter", width=len(token))
    counted = COUNTED.fullmatch(name)
    if counted:
        return _read_counted(int(counted["count"]), counted["name"])
    part = _NAMES.get(name)
    if not part:
        close = get_close_matches(name[:MAX_LENGTH], _NAMES, n=1)
        suggestion = f"{{{_NAMES[close[0]].text}}}" if close else ""
        raise NumberPatternError("unknown", found.group(), suggestion)
    return part


def _read_counted(count, name):
    if not 1 <= count <= 20:
        raise NumberPatternError("bad_width", str(count))
    if (name or "digits").startswith("digit"):
        return Part("counter", width=count)
    return Part("class", "any" if name == "any" else "letters", count)


def _get_names():
    names = {
        "check digit": Part("check", "check digit"),
        "check": Part("check", "check digit"),
        "number": Part("counter", "5 digits", DEFAULT_WIDTH),
        "counter": Part("counter", "5 digits", DEFAULT_WIDTH),
        "sequence": Part("counter", "5 digits", DEFAULT_WIDTH),
        "seq": Part("counter", "5 digits", DEFAULT_WIDTH),
    }
    names.update({name: Part("class", name) for name in CLASSES})
    for name, others in VALUES.items():
        names.update(dict.fromkeys({name, *others}, Part("value", name)))
    for name, (_directive, width, others) in DATES.items():
        names.update(dict.fromkeys({name, *others}, Part("date", name, width)))
    return names


_NAMES = _get_names()


def _get_ends(part, values, number, start):
    """Where the part may end that begins there."""
    text = part.text if part.kind == "text" else ""
    if part.kind == "value":
        text = " ".join(str(values.get(part.text) or "").split())
    if text:
        return [start + len(text)] if number.startswith(text, start) else []
    letters, low, high = _get_letters(part)
    end, last = start, min(len(number), start + (high or len(number)))
    while end < last and letters.match(number, end):
        end += 1
    return range(start + low, end + 1)


def _get_letters(part):
    """What it is made of, and how many of them at least and at most (None: any)."""
    if part.kind == "value":
        return ANYTHING, 1, None
    if part.kind == "check":
        return CHECK, 1, 1
    if part.kind in ("date", "counter"):
        high = part.width if part.kind == "date" else None
        return CLASSES["digits"], part.width, high
    return CLASSES[part.text], part.width or 1, part.width or None
