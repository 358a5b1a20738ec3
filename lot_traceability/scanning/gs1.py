"""GS1 codes in all the forms in which they come out of a scanner or off a label.

==================================================  ===================================
``0109506000134352`` ``10AB1`` FNC1 ``21S7``        element string (FNC1 is 0x1D), with
                                                    or without ``]C1``, ``]d2``, ``]Q3``
``(01)09506000134352 (10)AB1 (21)S7``               as printed below a bar code
``https://id.gs1.org/01/09506000134352/10/AB1?17=``  Digital Link, on any host and path
``urn:epc:id:sgtin:950600.0013435.S7``              URI of a radio tag
==================================================  ===================================

All of them mean a list of pairs: application identifier (AI) and value. Values stay as
they are written, so a date without a day (``271200``) can be written again that way.
"""

import re
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from biip import EncodeError, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.symbology import GS1Symbology, SymbologyIdentifier
from biip.upc import Upc

from .gs1_table import (
    CHARACTERS,
    FNC1,
    SPECS,
    GS1Error,
    check_value,
    has_check_digit,
    has_day,
    read_date,
    read_time,
)

__all__ = [
    "CHARACTERS",
    "FNC1",
    "GTINS",
    "PIECES",
    "SPECS",
    "GS1Error",
    "check_value",
    "get_gtin_forms",
    "has_check_digit",
    "has_day",
    "is_link",
    "is_marked",
    "needs_fnc1",
    "parse",
    "read_date",
    "read_time",
    "split_symbology",
    "starts_with_key",
    "to_element_string",
]

GTINS = ("01", "02", "03")
# those of the pieces of an item, with which piece it is behind them
PIECES = ("8006", "8026")
# words that stand for an AI in the links of the standard's first versions
NAMES = {
    "sscc": "00", "gtin": "01", "lot": "10", "exp": "17", "ser": "21", "cpv": "22",
    "gdti": "253", "glnx": "254", "gcn": "255", "ginc": "401", "gsin": "402",
    "shipto": "410", "billto": "411", "purchasedfrom": "412", "shipfor": "413",
    "gln": "414", "payto": "415", "glnprod": "416", "party": "417", "grai": "8003",
    "giai": "8004", "itip": "8006", "cpid": "8010", "cpsn": "8011", "gmn": "8013",
    "gsrnp": "8017", "gsrn": "8018", "srin": "8019", "refno": "8020",
}  # fmt: skip
# places are not keys of a link in the last version of the standard, but were
_KEYS = {ai for ai, spec in SPECS.items() if spec.is_key or ai.startswith("41")}
_BRACKET = re.compile(r"\(\s*(\d{2,4})\s*\)")
_LINK = re.compile(r"https?:/*", re.IGNORECASE)
# a parameter of a path, which links of GS1 do not have
_PARAMETER = re.compile(r"[;&][0-9A-Za-z]+=")
# a link whose scheme was not printed; GS1's numbers have 8 to 18 digits
_BARE_LINK = re.compile(
    r"[\w-]+(\.[\w-]+)+(:\d+)?/(.*/)?(00|01|414|gtin)/\d{8,18}", re.IGNORECASE
)
_COMPOSITE = re.compile(r"\]E\d(\d{8,14})\|(\]e\d.*)", re.DOTALL)


# -- the forms ----------------------------------------------------------
def split_symbology(text: str) -> tuple[str, str]:
    """Take the symbology identifier (AIM) off a text: ``("]C1", "10AB1")``.

    Scanners send one if they are told to; it says which kind of bar code it was.
    """
    if not re.match(r"\][A-Za-z][0-9A-Fa-f]", text):
        return "", text
    try:
        prefix = SymbologyIdentifier.extract(text).value
    except (ParseError, ValueError):
        # a kind of bar code that the library does not know, such as DotCode
        prefix = text[:3]
    return prefix, text[len(prefix) :]


def is_gs1_symbology(prefix: str) -> bool:
    """True if such a bar code holds a GS1 element string."""
    return prefix[1:] in {
        symbology.value for symbology in GS1Symbology.with_gs1_messages()
    }


def is_gtin_symbology(prefix: str) -> bool:
    """True if such a bar code holds the number of a product, and nothing else."""
    return prefix[1:] in {symbology.value for symbology in GS1Symbology.with_gtin()}


def is_link(text: str) -> bool:
    return bool(_LINK.match(text) or _BARE_LINK.match(text))


def is_marked(text: str) -> bool:
    """True if the form of a text says that it is a GS1 code."""
    prefix, rest = split_symbology(text)
    return (
        is_gs1_symbology(prefix)
        or FNC1 in rest
        or is_link(rest)
        or bool(_BRACKET.match(rest))
        or rest.lower().startswith("urn:epc:")
        or bool(_COMPOSITE.fullmatch(text))
    )


def starts_with_key(text: str) -> bool:
    """True if a text without a mark begins like a label: a GTIN or SSCC that is right.

    A scanner that is not set up for it leaves the mark away.
    """
    length = {"00": 20, "01": 16, "02": 16}.get(text[:2], 0)
    key = text[2:length]
    return bool(length) and len(key) == length - 2 and has_check_digit(key)


def parse(text: str) -> list[tuple[str, str]]:
    """Read a GS1 code in any form.

    >>> parse("(01)09506000134352 (17)271200 (10)AB1")
    [('01', '09506000134352'), ('17', '271200'), ('10', 'AB1')]

    :return: list of (AI, value) in the order of the code
    :raise GS1Error: if anything in it is wrong
    """
    composite = _COMPOSITE.fullmatch(text)
    if composite:
        gtin, rest = composite.groups()
        return check([("01", gtin.zfill(14)), *parse(rest)])
    return check(split(text))


def split(text: str) -> list[tuple[str, str]]:
    """Take a code apart without a look at its values.

    :raise GS1Error: if there is no way to take it apart
    """
    text = split_symbology(text)[1].strip(" \t\r\n")
    if is_link(text):
        return _split_link(text)
    if text.lower().startswith("urn:epc:"):
        return _split_tag(text)
    if _BRACKET.match(text.strip(FNC1)):
        return _split_brackets(text.strip(FNC1))
    return list(_split_elements(text))


def _split_elements(text):
    rest = text.lstrip(FNC1)
    while rest:
        identifier = get_identifier(rest)
        rest = rest[len(identifier) :]
        spec = SPECS[identifier]
        end = spec.high if spec.is_predefined else len(rest)
        value = rest[:end].partition(FNC1)[0]
        yield identifier, value
        rest = rest[len(value) :].lstrip(FNC1)


def get_identifier(text: str) -> str:
    """The AI with which a text begins.

    :raise GS1Error: if there is none
    """
    for length in (2, 3, 4):
        if text[:length] in SPECS:
            return text[:length]
    raise GS1Error("unknown_ai", text[:4].partition(FNC1)[0])


def _split_brackets(text):
    parts = _BRACKET.split(text)[1:]
    return [
        (identifier, _tidy(identifier, value))
        for identifier, value in zip(parts[::2], parts[1::2], strict=True)
    ]


def _tidy(identifier, value):
    """Without the blanks that are printed to make it legible."""
    value = value.strip().strip(FNC1)
    spec = SPECS.get(identifier)
    return re.sub(r"\s", "", value) if spec and spec.kind == "N" else value


def _split_link(text):
    broken = re.search(r"%(?![0-9A-Fa-f]{2}).{0,2}", text)
    if broken:
        raise GS1Error("bad_encoding", broken.group())
    if _LINK.search(text.partition("?")[0], 1):
        # two links, read as one
        raise GS1Error("bad_link", text)
    try:
        url = urlsplit(text if _LINK.match(text) else f"https://{text}")
    except ValueError as error:
        # such as a bracket without its end, where the host stands
        raise GS1Error("bad_link", text) from error
    segments = [part.strip(";") for part in url.path.split("/") if part]
    if any(_PARAMETER.search(part) for part in segments):
        # what belongs behind a question mark is hardly a part of a number
        raise GS1Error("bad_link", text)
    pairs = _get_path_pairs(segments, text)
    for parameter in re.split("[&;]", url.query):
        identifier, _equals, value = parameter.partition("=")
        identifier = NAMES.get(identifier.lower(), identifier)
        # everything else is the host's business
        if identifier in SPECS and value:
            pairs.append((identifier, value))
    return [(identifier, _decode(value)) for identifier, value in pairs]


def _get_path_pairs(segments, text):
    names = [NAMES.get(segment.lower(), segment) for segment in segments]
    for start, key in enumerate(names):
        pairs = list(zip(names[start::2], segments[start + 1 :: 2], strict=False))
        is_whole = len(names[start:]) % 2 == 0
        if key in _KEYS and is_whole and all(ai.isdigit() for ai, _value in pairs):
            if key in GTINS and pairs[0][1].isdigit():
                pairs[0] = (key, pairs[0][1].zfill(14))
            return pairs
    raise GS1Error("no_key", text)


def _decode(value):
    try:
        text = unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise GS1Error("bad_encoding", value) from error
    if "\0" in text:
        # no database can look for it
        raise GS1Error("bad_encoding", value)
    return text


def _split_tag(text):
    """``urn:epc:id:sgtin:company.indicator and item.serial number``, and the like."""
    scheme, _colon, rest = text[len("urn:epc:") :].partition(":")
    kind, _colon, number = rest.partition(":")
    scheme, kind = scheme.lower(), kind.lower()
    parts = number.split(".")
    if scheme == "tag":
        # the filter says how the tag is to be read, not what it is on
        kind, parts = kind.partition("-")[0], parts[1:]
    if kind in ("sgtin", "lgtin") and len(parts) >= 3:
        company, item, serial = parts[0], parts[1], ".".join(parts[2:])
        gtin = _with_check_digit(item[:1] + company + item[1:])
        if scheme == "idpat" and serial == "*":
            # any number of it
            return [("01", gtin)]
        return [("01", gtin), ("21" if kind == "sgtin" else "10", _decode(serial))]
    if kind == "sscc" and len(parts) == 2:
        company, item = parts
        return [("00", _with_check_digit(item[:1] + company + item[1:]))]
    raise GS1Error("no_key", text)


def _with_check_digit(body):
    if not body.isascii() or not body.isdigit():
        raise GS1Error("bad_character", body)
    return f"{body}{gs1_standard_check_digit(body)}"


# -- checking -----------------------------------------------------------
def check(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Look at all values.

    :return: the pairs, each one once
    :raise GS1Error: if anything is wrong
    """
    if not pairs:
        raise GS1Error("empty")
    for identifier, value in pairs:
        if identifier not in SPECS:
            raise GS1Error("unknown_ai", identifier)
        check_value(identifier, value)
    found = dict(pairs)
    for identifier, value in pairs:
        if found[identifier] != value:
            raise GS1Error("conflict", f"({identifier})")
    return list(found.items())


# -- values -------------------------------------------------------------
def get_gtin_forms(number: str) -> list[str]:
    """All ways to write a GTIN, with 14, 13, 12 and 8 digits; the number itself first.

    The short form of a UPC, which has 8 digits as well, means the long one. A text that
    is no GTIN has only the one form.
    """
    forms = [number]
    if len(number) in (8, 12, 13, 14) and has_check_digit(number):
        forms += _get_lengths(number)
    if re.fullmatch(r"[01][0-9]{7}", number):
        # not every text of that form is one
        with suppress(ParseError):
            forms += _get_lengths(Upc.parse(number).as_upc_a())
    return list(dict.fromkeys(forms))


def _get_lengths(number):
    padded = number.zfill(14)
    forms = [
        padded[14 - length :]
        for length in (14, 13, 12, 8)
        if not padded[: 14 - length].strip("0")
    ]
    if not padded[:2].strip("0"):
        # most have no short form
        with suppress(EncodeError, ParseError):
            forms.append(Upc.parse(padded[2:]).as_upc_e())
    return forms


# -- writing ------------------------------------------------------------
def needs_fnc1(identifier: str) -> bool:
    """True if an FNC1 has to stand behind the value, unless it is the last one."""
    return not SPECS[identifier].is_predefined


def to_element_string(pairs: list[tuple[str, str]]) -> str:
    """Write pairs as a scanner would send them, without a symbology prefix.

    >>> to_element_string([("10", "AB1"), ("21", "S7"), ("11", "260100")])
    '10AB1\\x1d21S7\\x1d11260100'
    """
    parts = [
        f"{identifier}{value}{FNC1 if needs_fnc1(identifier) else ''}"
        for identifier, value in pairs
    ]
    return "".join(parts).removesuffix(FNC1)
