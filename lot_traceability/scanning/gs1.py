"""GS1 codes in all the forms in which they come out of a scanner or off a label.

==================================================  ===================================
``0109506000134352`` ``10AB1`` FNC1 ``21S7``        element string (FNC1 is 0x1D), with
                                                    or without ``]C1``, ``]d2``, ``]Q3``
``(01)09506000134352(10)AB1(21)S7``                 as printed below a bar code
``https://id.gs1.org/01/09506000134352/10/AB1?17=``  Digital Link, on any host and path
==================================================  ===================================

All of them mean a list of pairs: application identifier (AI) and value. Values stay as
they are written, so a date without a day (``271200``) can be written again that way.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit

FNC1 = "\x1d"
PREFIXES = ("]C1", "]e0", "]d2", "]Q3", "]J1")
# AIs that may begin a Digital Link's path
KEYS = ("00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006")
GTINS = ("01", "02", "03")
# harvest: a day, or the first and the last one
HARVEST = "7007"

# AIs, then N digits or X characters with the length (..20: up to 20), then what else
# has to be right: the check digit (key), a date whose day can be 00, one with a day
TABLE = """
00 N18 key|01-03 N14 key|10 X..20|11-13,15-17 N6 date|20 N2|21-22 X..20|235 X..28
240-241,250-251 X..30|242 N..6|243,254 X..20|253 X13..30|255 N13..25|30,37 N..8
3100-3169,3200-3379,3400-3579,3600-3699 N6
3900-3909,3920-3929 N..15|3910-3919,3930-3939 N4..18|3940-3943 N4|3950-3955 N6
400-401,403 X..30|402 N17 key|410-417 N13 key|420 X..20|421 X4..12|422,424,426 N3
423,425 N3..15|427 X..3|4300-4333 X..90|7001 N13|7002 X..30|7003 N10 day|7004 N..4
7005 X..12|7006 N6 day|7007 N6..12 day|7008 X..3|7009 X..10|7010 X..2|7011 N6..10
7020-7022 X..20|7023 X..30|7030-7039 X4..30|7040 X4|7041 X..4|710-717 X..20
7230-7239 X3..30|7240 X..20|7241 N2|7242 X..25|7250-7259 X..90|8001 N14|8002 X..20
8003 X14..30|8004 X..30|8005 N6|8006,8026 N18|8007 X..34|8008 N8..12 day|8009 X..50
8010,8013 X..30|8014 X..25|8040-8041 N15|8042 N32|8043 N18..20
8011 N..12|8012 X..20|8017-8018 N18 key|8019 N..10|8020 X..25
8030 X..90|8110,8112,8200 X..70|8111 N4|90 X..30|91-99 X..90
"""
# numbers whose length every scanner knows: no FNC1 behind them
PREDEFINED = re.compile(r"0[0-4]|1[1-9]|20|3[1-6]|41")
CHARACTERS = {"N": r"[0-9]", "X": r"""[!"%-/0-9:-?A-Z_a-z]"""}


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


def _read_table():
    for entry in re.split(r"[|\n]", TABLE.strip()):
        identifiers, form, *check = entry.split()
        kind, low, _to, high = re.fullmatch(r"([NX])(\d*)(\.\.)?(\d*)", form).groups()
        spec = (kind, int(low or 1), int(high or low), check[0] if check else "")
        for part in identifiers.split(","):
            first, _dash, last = part.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield str(number).zfill(len(first)), spec


SPECS = dict(_read_table())


# -- reading ------------------------------------------------------------
def is_marked(text):
    """True if the form of a text says that it is a GS1 code."""
    return (
        text.startswith(PREFIXES)
        or FNC1 in text
        or bool(re.match(r"https?://", text, re.IGNORECASE))
        or bool(re.match(r"\(\d{2,4}\)", text))
    )


def starts_with_key(text):
    """True if a text without a mark begins like a label: a GTIN or SSCC that is right.

    A scanner that is not set up for it leaves the mark away.
    """
    length = {"00": 20, "01": 16, "02": 16}.get(text[:2], 0)
    key = text[2:length]
    return bool(length) and len(key) == length - 2 and has_check_digit(key)


def parse(text):
    """Read a GS1 code in any form.

    >>> parse("(01)09506000134352(17)271200(10)AB1")
    [('01', '09506000134352'), ('17', '271200'), ('10', 'AB1')]

    :return: list of (AI, value) in the order of the code
    :raise GS1Error: if anything in it is wrong
    """
    for prefix in PREFIXES:
        text = text.removeprefix(prefix)
    if re.match(r"https?://", text, re.IGNORECASE):
        pairs = _split_link(text)
    elif re.match(r"\(\d{2,4}\)", text):
        pairs = _split_brackets(text)
    else:
        pairs = list(_split_elements(text))
    return _check(pairs)


def _split_elements(text):
    rest = text.lstrip(FNC1)
    while rest:
        identifier = _get_identifier(rest)
        rest = rest[len(identifier) :]
        end = SPECS[identifier][2] if PREDEFINED.match(identifier) else len(rest)
        value = rest[:end].partition(FNC1)[0]
        yield identifier, value
        rest = rest[len(value) :].removeprefix(FNC1)


def _get_identifier(text):
    for length in (2, 3, 4):
        if text[:length] in SPECS:
            return text[:length]
    raise GS1Error("unknown_ai", text[:4].partition(FNC1)[0])


def _split_brackets(text):
    parts = re.split(r"\((\d{2,4})\)", text)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def _split_link(text):
    broken = re.search(r"%(?![0-9A-Fa-f]{2}).{0,2}", text)
    if broken:
        raise GS1Error("bad_encoding", broken.group())
    try:
        url = urlsplit(text)
    except ValueError as error:
        # such as a bracket without its end, where the host stands
        raise GS1Error("bad_link", text) from error
    segments = [part.strip(";") for part in url.path.strip("/").split("/")]
    pairs = _get_path_pairs(segments, text)
    for parameter in re.split("[&;]", url.query):
        identifier, _equals, value = parameter.partition("=")
        # words like linkType are the host's business
        if identifier.isdigit():
            pairs.append((identifier, value))
    return [(identifier, _decode(value)) for identifier, value in pairs]


def _get_path_pairs(segments, text):
    for start, key in enumerate(segments):
        rest = segments[start:]
        if key in KEYS and len(rest) % 2 == 0 and all(ai.isdigit() for ai in rest[::2]):
            if key in GTINS and rest[1].isdigit():
                rest[1] = rest[1].zfill(14)
            return list(zip(rest[::2], rest[1::2], strict=True))
    raise GS1Error("no_key", text)


def _decode(value):
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise GS1Error("bad_encoding", value) from error


# -- checking -----------------------------------------------------------
def _check(pairs):
    if not pairs:
        raise GS1Error("empty")
    for identifier, value in pairs:
        if identifier not in SPECS:
            raise GS1Error("unknown_ai", identifier)
        _check_value(identifier, value)
    found = dict(pairs)
    for identifier, value in pairs:
        if found[identifier] != value:
            raise GS1Error("conflict", f"({identifier})")
    return list(found.items())


def _check_value(identifier, value):
    kind, shortest, longest, check = SPECS[identifier]
    token = f"({identifier}){value}"
    if not re.fullmatch(f"{CHARACTERS[kind]}*", value):
        raise GS1Error("bad_character", token)
    if not shortest <= len(value) <= longest:
        is_long = len(value) > longest and shortest != longest
        raise GS1Error("too_long" if is_long else "bad_length", token)
    if check == "key" and not has_check_digit(value):
        raise GS1Error("bad_check_digit", token)
    if identifier == HARVEST and _is_range(value):
        return
    if check in ("date", "day"):
        _check_date(value, token, needs_day=check == "day")


def _is_range(value):
    """Whether a value is a first and a last day."""
    days = (value[:6], value[6:])
    try:
        return all(has_day(day) and bool(read_date(day)) for day in days)
    except ValueError:
        return False


def _check_date(value, token, needs_day):
    try:
        read_time(value)
    except ValueError as error:
        raise GS1Error("bad_date", token) from error
    if needs_day and not has_day(value):
        raise GS1Error("bad_date", token)


def has_check_digit(number):
    """True if the last digit of a GTIN, SSCC or GLN is the right one."""
    if not re.fullmatch(r"[0-9]{2,}", number):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


# -- values -------------------------------------------------------------
def has_day(value):
    """False if a date means a month: its day is 00."""
    return value[4:6] != "00"


def read_date(value, today=None):
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


def read_time(value):
    """The time of YYMMDD, with hhmmss or a part of it; 24 is the next midnight."""
    parts = [int(value[at : at + 2]) for at in range(6, len(value), 2)]
    hours, minutes, seconds = (parts + [0, 0, 0])[:3]
    if hours > 24 or minutes > 59 or seconds > 59:
        raise ValueError(value)
    day = datetime.combine(read_date(value), datetime.min.time())
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def get_gtin_forms(number):
    """All ways to write a GTIN, with 14, 13, 12 and 8 digits; the number itself first.

    A text that is no GTIN has only the one form.
    """
    if len(number) not in (8, 12, 13, 14) or not has_check_digit(number):
        return [number]
    padded = number.zfill(14)
    forms = [
        padded[14 - length :]
        for length in (14, 13, 12, 8)
        if not padded[: 14 - length].strip("0")
    ]
    return [number, *(form for form in forms if form != number)]


# -- writing ------------------------------------------------------------
def needs_fnc1(identifier):
    """True if an FNC1 has to stand behind the value, unless it is the last one."""
    return not PREDEFINED.match(identifier)


def to_element_string(pairs):
    """Write pairs as a scanner would send them, without a symbology prefix.

    >>> to_element_string([("10", "AB1"), ("21", "S7"), ("11", "260100")])
    '10AB1\\x1d21S7\\x1d11260100'
    """
    parts = [
        f"{identifier}{value}{FNC1 if needs_fnc1(identifier) else ''}"
        for identifier, value in pairs
    ]
    return "".join(parts).removesuffix(FNC1)
