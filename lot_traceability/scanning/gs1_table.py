"""GS1's table of application identifiers (AI), and what a value of each has to be.

The table is data, ``gs1_identifiers.txt``, taken from the dictionary that GS1
publishes. Check digits, kinds of bar codes and the short form of UPC are those of the
library ``biip``, which has such a table as well: the tests compare the two. The library
alone would not do, as the tests show: it cuts a value at the first character that it
does not like and goes on reading there, reads ``(10)AB/1`` as the lot ``AB``, takes the
second day of a harvest (7007) for a time of the day, lets pass wrong check digits of
places and assets, and does not know 717 nor 8040 to 8043.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from biip import ParseError
from biip.checksums import gs1_standard_check_digit

FNC1 = "\x1d"
# GS1's character sets 82, 39 and 64
CHARACTERS = {
    "N": r"[0-9]",
    "X": r"""[!"%-/0-9:-?A-Z_a-z]""",
    "Y": r"[#\-/0-9A-Z]",
    "Z": r"[\-0-9A-Z_a-z=]",
}
# a date that is printed although there is none
NO_DATE = "000000"
# a delivery on that day at any time
NO_TIME = "9999"
_TABLE = Path(__file__).with_name("gs1_identifiers.txt")


class GS1Error(ValueError):
    """What is wrong with a code: ``code`` says it, ``token`` is the part it is about.

    Codes: ``empty``, ``unknown_ai``, ``no_key`` (a link without a GS1 number),
    ``bad_link`` (not a link at all),
    ``bad_encoding``, ``bad_check_digit``, ``bad_date``, ``bad_character``,
    ``bad_length``, ``too_long``, ``conflict`` (one AI with two values).
    """

    def __init__(self, code, token=""):
        self.code = code
        self.token = token
        super().__init__(f"{code}: {token}" if token else code)


class Part(NamedTuple):
    """A piece of a value: kind of characters, lengths, checks, whether it can lack."""

    kind: str
    low: int
    high: int
    checks: tuple
    is_optional: bool


class Identifier(NamedTuple):
    """What is known of an AI."""

    parts: tuple
    is_predefined: bool
    is_key: bool

    @property
    def kind(self):
        return self.parts[-1].kind

    @property
    def low(self):
        return sum(part.low for part in self.parts if not part.is_optional)

    @property
    def high(self):
        return sum(part.high for part in self.parts)


def _read_part(text):
    form, *checks = text.replace("[", "").replace("]", "").split(",")
    kind, low, dots, high = re.fullmatch(r"([NXYZ])(\d*)(\.\.)?(\d*)", form).groups()
    if dots:
        low = low or 1
    return Part(kind, int(low), int(high or low), tuple(checks), "[" in text)


def _read_table():
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        numbers, flag, *forms = line.split()
        is_key = forms[-1] == "key"
        parts = tuple(_read_part(form) for form in forms if form != "key")
        first, _dash, last = numbers.partition("-")
        for number in range(int(first), int(last or first) + 1):
            identifier = str(number).zfill(len(first))
            yield identifier, Identifier(parts, flag == "*", is_key)


SPECS = dict(_read_table())


# -- checking -----------------------------------------------------------
def check_value(identifier: str, value: str) -> None:
    """Refuse a value that its AI does not allow.

    :raise GS1Error: with what is wrong
    """
    spec, rest = SPECS[identifier], value
    token = f"({identifier}){value}"
    for part in spec.parts:
        if part.is_optional and not rest:
            continue
        piece, rest = rest[: part.high], rest[part.high :]
        if not re.fullmatch(f"{CHARACTERS[part.kind]}*", piece):
            raise GS1Error("bad_character", token)
        if len(piece) < part.low:
            raise GS1Error("bad_length", token)
        for check in part.checks:
            _CHECKS[check](piece, token, identifier)
    if rest:
        is_long = spec.low != spec.high
        raise GS1Error("too_long" if is_long else "bad_length", token)


def has_check_digit(number: str) -> bool:
    """True if the last digit of a GTIN, SSCC or GLN is the right one."""
    if not re.fullmatch(r"[0-9]{2,}", number):
        return False
    try:
        return gs1_standard_check_digit(number[:-1]) == int(number[-1])
    except ParseError:
        return False


def _check_digit(piece, token, _identifier):
    if not has_check_digit(piece):
        raise GS1Error("bad_check_digit", token)


def _check_date(piece, token, _identifier):
    if piece == NO_DATE:
        return
    try:
        read_date(piece)
    except ValueError as error:
        raise GS1Error("bad_date", token) from error


def _check_day(piece, token, identifier):
    _check_date(piece, token, identifier)
    if piece != NO_DATE and not has_day(piece):
        raise GS1Error("bad_date", token)


def _check_birth(piece, token, _identifier):
    try:
        date(int(piece[:4]), int(piece[4:6]), int(piece[6:]))
    except ValueError as error:
        raise GS1Error("bad_date", token) from error


def _check_hour(piece, token, _identifier):
    if int(piece) > 24:
        raise GS1Error("bad_date", token)


def _check_sixty(piece, token, _identifier):
    if int(piece) > 59:
        raise GS1Error("bad_date", token)


def _check_time(piece, token, identifier):
    if piece == NO_TIME and identifier.startswith("432"):
        return
    _check_hour(piece[:2], token, identifier)
    _check_sixty(piece[2:], token, identifier)


def _check_zero(piece, token, _identifier):
    if piece.strip("0"):
        raise GS1Error("bad_character", token)


_CHECKS = {
    "csum": _check_digit,
    "yymmd0": _check_date,
    "yymmdd": _check_day,
    "yyyymmdd": _check_birth,
    "hh": _check_hour,
    "hhmi": _check_time,
    "mi": _check_sixty,
    "ss": _check_sixty,
    "zero": _check_zero,
}


# -- values -------------------------------------------------------------
def has_day(value: str) -> bool:
    """False if a date means a month: its day is 00."""
    return value[4:6] != "00"


def read_date(value: str, today: date | None = None) -> date:
    """The date of YYMMDD…; without a day it is the last one of the month.

    The century is the one that brings the year within 50 years of ``today``.
    """
    this_year = (today or date.today()).year
    year = this_year - this_year % 100 + int(value[:2])
    if year - this_year > 50:
        year -= 100
    elif this_year - year >= 50:
        year += 100
    month = int(value[2:4])
    if not 1 <= month <= 12:
        raise ValueError(value)
    return date(year, month, int(value[4:6]) or monthrange(year, month)[1])


def read_time(value: str) -> datetime:
    """The time of YYMMDD, with hhmmss or a part of it; 24 is the next midnight."""
    parts = [int(value[at : at + 2]) for at in range(6, len(value), 2)]
    hours, minutes, seconds = (parts + [0, 0, 0])[:3]
    if hours > 24 or minutes > 59 or seconds > 59:
        raise ValueError(value)
    day = datetime.combine(read_date(value), datetime.min.time())
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
