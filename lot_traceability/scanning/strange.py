"""Texts that are rather something else than a number: a printed word, a list, a link,
the code of another system, signs that no scanner sends.

They can be numbers all the same. So somebody is asked once: where a product has a
number of that form, the next one of it is not asked about (see :func:`get_form`). Pure
text: what the goods of the transfer are called comes from outside.
"""

import re
import unicodedata
from collections.abc import Iterable

from ..numbers.spreadsheet import is_heading, is_no_number
from . import gs1
from .damage import PART, has_accent, has_whole

# references shorter than that are in many numbers by chance
REFERENCE = 4
# as long as that are a number that is known, and what is glued to it
KNOWN, GLUED = 3, 2
# Lot: L1, SN=1, mailto:a@b.c, urn:..., WIFI:...
_WORD_BEFORE = re.compile(
    r"[^\W\d_]{2,}(?:[ /.][^\W\d_]+)?\.?\s*[:=]|[^\W\d_]\s*[:=]\s"
)
# S/N L1, Lot No. 7, N° 7, PZN-12345678
_LABEL_WORD = re.compile(
    r"[spb]/n\b|(?:lots?|lote|lotto|batch|charge|ser(?:ial)?|item|part)\.?\s*"
    r"(?:n|no|nr|num|number)\b|(?:no|nr)\.\s*\S|n[°º]|№|s\.\s?n\.|ch\.?-?b\."
    r"|(?:lot|lote|lotto|batch|charge|serial|sn)\s?#"
    r"|(?:pzn|ppn|isbn|issn|imei|gtin|ean|upc|sscc|nve|udi|qty|mfg)\W*\d",
    re.IGNORECASE,
)
# a day to which goods are good, with or without the number before it
_DATE = r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:\d\d){1,2})\b"
_GOOD_UNTIL = re.compile(
    r".*\b(?:exp|expiry|expires|mhd|bbd|bbe|tht|dlc|ddm|cad|use by|best before)"
    rf"[\s.:]+\d|.*\w\s+{_DATE}",
    re.IGNORECASE,
)
# how much it is, or what it costs
_AMOUNT = re.compile(
    r"\d+(?:[.,]\d+)?(?:\s[gltm]|\s?(?:kgs?|lbs?|oz|ml|cl|mm|cm|pcs?|pce|ea|stk|st[uü]ck"
    r"|units?|uds|pz|szt|eur|usd|gbp|chf))\.?|(?:eur|usd|gbp|chf)\s?\d+[.,]\d\d",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"www\.|.*\w\.(?:com|org|net|info|eu)\b|.*\w@\w", re.IGNORECASE)
# of the code of a product
LENGTHS = (12, 13, 14)
# of magazines and books, with two or five digits beside it; of a book
_BESIDE = re.compile(r"(97[789][0-9]{10})(?:[0-9]{2}|[0-9]{5})")
_ISBN = re.compile(r"[0-9]{1,5}[ -][0-9]{1,7}[ -][0-9]{1,7}[ -][0-9X]")
# the beginning of such keys, and how long that of a package is with what is before it
_KEYS = re.compile(r"(?:00|253|255|402|41[0-7]|8003|801[78]|811[02])[0-9]{13}")
SSCC = 20
# labels of the industry (ANSI MH10.8.2), of pharmacies, and of radio tags
_IDENTIFIER = re.compile(
    r"(?:1T|1P|30P)[\s:]*[A-Z0-9]|9N[0-9]{10}|(?:9|14|16)D(?:20)?[0-9]{6}\Z"
)
_TAG = re.compile(r"(?=.*[A-F])(?:2[C-F]|3[0-9A-F])[0-9A-F]{22}")
# an identifier of one letter before a number that is known
_LETTER = re.compile(r"([0-9]{0,2}[A-Z])(.+)")
# from one to another, or both of them: L1 - L5, SN001-SN010, 100 to 105
_BETWEEN = r"[-\u2013\u2014/+&]|to|bis|and|und|et|y|e|en|til|do"
_TWO = re.compile(
    r"([^\W\d_]*[-/_.]?)\d+"
    rf"(?:(?P<apart>\s+(?:(?:{_BETWEEN})\s+)?)|(?P<tight>{_BETWEEN})\s*)\1\d+",
    re.IGNORECASE,
)
# lists, ranges, markup, and what drivers write for keys
_SIGNS = re.compile(
    r"[,;|<>{}\\^`?\"~\u2026]|\.\.|&#?\w+;|%0[0-9A-F]\b|(?:\A|(?<=\d))(?:Enter|Tab)\Z"
    # how many of them, or how much
    r"|\A\d+\.\d+\Z|\A\d{1,4}\s?[x*]\s?\w|\s[xX]\s?\d+\Z"
)
# what stands for a hyphen on keyboards of the North, Poland, Bohemia, France
_INSTEAD_OF_HYPHEN = re.compile(r"[A-Za-z0-9][+=][0-9]")
# what keys for digits write with Shift
_SHIFTED = re.compile(r"[!@#$%^&*]")
# SN001SN002, SN001SN00: one number behind the other, the second perhaps cut off
_ALIKE = re.compile(r"(?=([^\W\d_]{2,}[-/_. ]?)\d)(?:\1\d+\s*)+\1\d*")
# letters of other scripts that look like ours
_LOOKS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХѕіјасеорухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABESIJKMHOPCTYXsijaceopyxABEZHIKMNOPTYXo",
)
_DIGITS = str.maketrans("OoIl", "0011")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def is_strange(text: str, barcodes: Iterable[str], references: Iterable[str]) -> bool:
    """Say whether a text that would be a new number is rather something else.

    :param barcodes: of the products that are meant
    :param references: how these products are called inside the company

    >>> [is_strange(text, [], ["AB-1"]) for text in ("Lot: L1", "L1,L2", "AB-1L1")]
    [True, True, True]
    >>> [is_strange(text, [], ["AB-1"]) for text in ("L1", "L-1/2", "SN(1)", "AB-1-L1")]
    [False, False, False, False]
    """
    return bool(find_reasons(text, barcodes, references))


def find_reasons(
    text: str, barcodes: Iterable[str], references: Iterable[str]
) -> set[tuple]:
    """Why a text is rather something else: pairs of what it looks like, and by which
    part of it. Numbers that look like that for the same reasons are of one kind,
    however they go on: ``Lot: L1`` and ``Lot: M22``.

    >>> find_reasons("Lot: L1", [], []) == find_reasons("LOT: M22", [], [])
    True
    """
    if not any(sign.isalnum() for sign in text):
        return set()
    form = get_form(text, barcodes)
    found = {
        "word": _WORD_BEFORE.match(text),
        "label": _LABEL_WORD.match(text),
        "date": _GOOD_UNTIL.match(text),
        "amount": _AMOUNT.fullmatch(text),
        "address": _ADDRESS.match(text),
        "identifier": _IDENTIFIER.match(text),
        "signs": _SIGNS.search(text),
        "hyphen": _INSTEAD_OF_HYPHEN.search(text),
    }
    reasons = {
        (kind, _get_part(kind, match.group())) for kind, match in found.items() if match
    }
    if any(map(_is_odd, text)) or any(_get_odd_ends(text)):
        # with the signs that stand between its words
        reasons.add(("odd", re.sub(r"[^\W_]+", "\0", text)))
    if _TAG.fullmatch(text):
        reasons.add(("tag", ""))
    whole = {
        "value": is_no_number(text) or is_heading(text),
        "alike": _ALIKE.fullmatch(text) or _is_two(text),
        "shifted": _is_shifted(text),
        "repeated": _is_repeated(text),
        "scripts": _has_scripts(text),
        "barcode": any(has_whole(text, barcode) for barcode in barcodes),
        "printed": _is_printed(text),
        "key": _is_key(text),
        "reference": any(_has_reference(text, one) for one in references),
    }
    return reasons | {(kind, form) for kind, is_so in whole.items() if is_so}


def _get_part(kind, part):
    if kind in ("date", "amount", "address"):
        # what stands there is another one each time
        return ""
    if kind == "identifier":
        return re.match(r"[0-9]+[A-Z]", part).group()
    if kind == "hyphen":
        return part[1:-1]
    # what is behind how many of them it is, is another number each time
    return re.sub(r"\d+", "\0", re.sub(r"(?<=[x*])\s?\w\Z", "", part.casefold()))


# -- signs --------------------------------------------------------------
def _is_shifted(text):
    return bool(_SHIFTED.search(text)) and not any(sign.isdigit() for sign in text)


def _is_word_sign(sign):
    return unicodedata.category(sign)[0] in "LNM"


def _get_odd_ends(text):
    first, last = text[0], text[-1]
    is_closed = any(last == end and start in text for start, end in ("()", "[]"))
    if first != "#" and not _is_word_sign(first):
        yield first
    if not is_closed and not _is_word_sign(last):
        yield last


def _is_odd(sign):
    """A picture, a sign that stands for one that could not be read, a private one."""
    if sign.isascii():
        return False
    return sign == "\ufffd" or unicodedata.category(sign) in ("So", "Sk", "Sm", "Co")


def _has_scripts(text):
    """One word in letters of two alphabets, or an Italian letter where a hyphen was."""
    for word in re.findall(r"[^\W_]+", text):
        names = (unicodedata.name(sign, "") for sign in word if sign.isalpha())
        found = {name.partition(" ")[0] for name in names}
        if len(found & {*_SCRIPTS}) > 1:
            return True
    small = [sign for sign in text if sign.islower()]
    has_others = any(sign.isupper() for sign in text)
    return bool(small) and has_others and all(map(has_accent, small))


# -- codes of other things ---------------------------------------------
def _is_printed(text):
    """The bar code of a product as it is printed below the bars, an ISBN, or the code
    of a magazine with what stands beside it."""
    bare = re.sub(r"[\s-]", "", text)
    if any(len(one) in LENGTHS and gs1.has_check_digit(one) for one in text.split()):
        # and something else beside it
        return bare != text
    if bare == text:
        found = _BESIDE.fullmatch(text)
        return bool(found) and gs1.has_check_digit(found.group(1))
    if len(bare) in LENGTHS and gs1.has_check_digit(bare):
        return True
    return bool(_ISBN.fullmatch(text)) and _is_isbn(bare)


def _is_isbn(bare):
    if len(bare) != 10:
        return False
    digits = [10 if sign == "X" else int(sign) for sign in bare]
    return sum(at * digit for at, digit in enumerate(reversed(digits), 1)) % 11 == 0


def _is_key(text):
    """A GS1 key of something that is no product: a place, a document, a box, a coupon;
    or of a package, but for its check digit."""
    if not _KEYS.match(text):
        return False
    try:
        pairs = gs1.parse(text)
    except gs1.GS1Error as error:
        return error.code == "bad_check_digit" and len(text) == SSCC
    return not dict(pairs).keys() & {"10", "21"}


# -- pieces -------------------------------------------------------------
def _is_repeated(text):
    """One short number several times: L1L1, L1 L1."""
    found = re.fullmatch(r"(.{2,}?)(?:\s*\1)+", text)
    if not found:
        return False
    one = found.group(1).strip()
    has_both = any(s.isdigit() for s in one) and any(s.isalpha() for s in one)
    return has_both or " " in text.strip()


def _is_two(text):
    """Two numbers of one form, or from one to another; A1-A2 and 26-47 can be one."""
    found = _TWO.fullmatch(text)
    if not found:
        return False
    prefix, apart, tight = found.groups()
    if apart:
        return bool(prefix or apart.strip())
    is_long = len(prefix) > 1 and prefix[:2].isalpha()
    return bool(prefix) and (is_long or tight not in "-/")


def _has_reference(text, reference):
    """The product's own reference, and a number glued to it."""
    if len(reference) < REFERENCE:
        return False
    text, reference = text.casefold(), reference.casefold()
    behind, before = text.removeprefix(reference), text.removesuffix(reference)
    beside = (behind[:1] if behind != text else "") + (
        before[-1:] if before != text else ""
    )
    return any(sign.isalnum() or sign.isspace() for sign in beside)


def get_twins(text: str) -> list[str]:
    """What a text looks like: letters of another alphabet, O for 0; a number behind the
    letter that says what it is.

    >>> get_twins("2O26"), get_twins("SL-1"), get_twins("20-1")
    (['2026'], ['L-1'], [])
    """
    letter = _LETTER.fullmatch(text)
    twins = [text.translate(_LOOKS), text.translate(_DIGITS)]
    twins += [letter.group(2)] if letter else []
    return [twin for twin in dict.fromkeys(twins) if twin != text]


def is_glued(first: str, second: str, is_first: bool) -> bool:
    """Say whether a number that is known and what stands beside it were rather read
    together than are one number.

    :param is_first: the first of them is known

    >>> is_glued("FL-1", "L2", True), is_glued("L-", "001", False)
    (True, False)
    """
    known, other = (first, second) if is_first else (second, first)
    if len(known.strip()) < KNOWN or not other.strip():
        return False
    if first[-1:].isspace() or second[:1].isspace():
        return True
    if len(other.strip()) < GLUED:
        return False
    has_digit = any(sign.isdigit() for sign in other)
    return has_digit and first[-1:].isdigit() and second[:1].isalpha()


# -- what was said before -----------------------------------------------
def get_form(text: str, kept: Iterable[str] = ()) -> str:
    """The form of a number: what is counted up in it is left open.

    :param kept: bar codes, which are the same in all numbers of that form

    >>> get_form("#A-0042")
    '#A-\\x00\\x00\\x00\\x00'
    >>> get_form("9506000134352-1", ["9506000134352"])
    '9506000134352-\\x00'
    """
    cores = [core for one in kept if len(core := one.lstrip("0")) >= PART]
    # the longest first
    pattern = "|".join(map(re.escape, sorted(cores, key=len, reverse=True)))
    parts = re.split(f"({pattern})", text) if pattern else [text]
    return "".join(
        part if at % 2 else re.sub(r"\d", "\0", part) for at, part in enumerate(parts)
    )
