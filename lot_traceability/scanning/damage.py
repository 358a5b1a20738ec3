"""Codes that came in damaged: cut off, run together, or typed by a keyboard of another
country than the scanner writes for.

Nobody can say what was on such a label. At a receipt, where an unknown number is a new
one, it would become a lot of that name; so somebody is asked. Pure text: what the goods
of the transfer are called comes from outside.
"""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

from . import gs1

# as much of a bar code is hardly a part of a number by chance
PART = 7
# a number twice in one: as long as that is each of them
HALF = 4
# what keyboards write for the signs and digits of that of the United States, for which
# scanners are made: in Germany, France, Spain, Turkey ...
_FOREIGN = set("ßẞıéèçà§°´¨²³¹µ£¤ªº¡¿½¼¾")
# those of them that look like another sign when numbers are compared
_FOLDED = set("ßẞ²³¹ªº½¼¾´¨µ")
# what the keys for digits write in France without Shift, beside letters with accents
_INSTEAD_OF_DIGITS = re.compile(r"[&\"'()]|[-_]\Z")
# what stands for a hyphen in Italy and Spain, in Turkey and in Hungary
_INSTEAD_OF_HYPHEN = re.compile(r"[A-Za-z0-9]['*ü][0-9]")
_LINK = re.compile(r"h?t?tps?[^A-Za-z0-9]{3}|.*://|.*id\.gs1\.org", re.IGNORECASE)
_KEY = re.compile(
    r"(?:\A|[^A-Za-z0-9])(?:0[0-3]|gtin|414)[^A-Za-z0-9]+([0-9]{12,18})(?![0-9])",
    re.IGNORECASE,
)
# a label behind what is left of a symbology identifier
_BEHIND = re.compile(r".{1,4}?0[0-2]([0-9]{14})")
# a label without its first digits
_HEADLESS = re.compile(r"1?([0-9]{13,14})(.+)", re.DOTALL)
_IDENTIFIER = re.compile(r".+\][A-Za-z][0-9]", re.DOTALL)
_COMMAND = re.compile(r"O-(?:BTN|CMD)[.-]\w", re.IGNORECASE)
# the signs around a number in Code 39, which are printed but are not part of it
_STARS = re.compile(r"\*.+\*")


def is_damaged(text: str, barcodes: Iterable[str]) -> bool:
    """Say whether a text that would be a new number is hardly one. What has a whole bar
    code in it is only strange: see :func:`.strange.is_strange`.

    :param barcodes: of the products that are meant

    >>> is_damaged("950600013435", ["9506000134352"]), is_damaged("SN-0042", [])
    (True, False)
    >>> is_damaged("SNß42", []), is_damaged("1095060001343521727123110L1", [])
    (True, True)
    """
    return is_typed_otherwise(text) or _is_broken(text, barcodes)


def is_only_typed_otherwise(text: str, barcodes: Iterable[str]) -> bool:
    """Say whether nothing else is wrong: then it may be how such numbers are written.

    >>> is_only_typed_otherwise("SN*1", []), is_only_typed_otherwise("*A]d2B*", [])
    (True, False)
    """
    return is_typed_otherwise(text) and not _is_broken(text, barcodes)


def is_typed_otherwise(text: str) -> bool:
    """Say whether a keyboard of another country, or a kind of bar code, may have put
    signs into a text that are not in the number."""
    return is_foreign(text) or bool(_STARS.fullmatch(text))


def _is_broken(text, barcodes):
    return (
        bool(_LINK.match(text) or _IDENTIFIER.match(text))
        or bool(_COMMAND.search(text))
        or _has_key(text)
        or _is_headless(text)
        or _has_wrong_key(text)
        or is_twice(text)
        or any(
            has_part(text, barcode) and not has_whole(text, barcode)
            for barcode in barcodes
        )
    )


# -- keyboards ----------------------------------------------------------
def is_foreign(text: str) -> bool:
    """Say whether another keyboard than the scanner's may have written a text.

    >>> is_foreign("SN)&éà"), is_foreign("L-1"), is_foreign("ﾛｯﾄ1")
    (True, False, False)
    """
    if any(sign in _FOREIGN for sign in text) or _INSTEAD_OF_HYPHEN.search(text):
        return True
    has_digit = any(sign.isdigit() for sign in text)
    if has_digit or not any(sign.isalnum() for sign in text):
        return False
    # in Bohemia it is letters that the keys for digits write
    return bool(_INSTEAD_OF_DIGITS.search(text)) or any(map(has_accent, text))


def has_accent(sign: str) -> bool:
    """A small letter of ours with a mark on it."""
    if sign.isascii() or not sign.islower():
        return False
    letter, *marks = unicodedata.normalize("NFD", sign)
    return letter.isascii() and letter.isalpha() and bool(marks)


def is_folded(text: str) -> bool:
    """Say whether a sign in a text is taken for another one where numbers are compared,
    although the key for a plain sign may have written it: ``ß`` for a hyphen."""
    return any(sign in _FOLDED for sign in text)


def is_wrongly_decoded(text: str) -> bool:
    """Say whether letters were sent as two bytes each, and read as two letters.

    >>> is_wrongly_decoded("\u00c3\u201e1"), is_wrongly_decoded("\u00c41")
    (True, False)
    """
    if text.isascii():
        return False
    try:
        text.encode("cp1252").decode()
    except UnicodeError:
        return False
    return True


# -- labels and links ---------------------------------------------------
def _has_key(text):
    """The number of a product or a package, with the signs before it mistyped."""
    found = [*_KEY.finditer(text), *filter(None, [_BEHIND.match(text)])]
    return any(gs1.has_check_digit(match.group(1)) for match in found)


def _is_headless(text):
    found = _HEADLESS.fullmatch(text)
    if not found or not gs1.has_check_digit(found.group(1)):
        return False
    with suppress(gs1.GS1Error):
        gs1.check(gs1.split(found.group(2)))
        return True
    return False


def _has_wrong_key(text):
    """A whole label, but for the check digit of its product."""
    if len(text) <= 16 or text[:2] not in gs1.GTINS:
        return False
    try:
        gs1.parse(text)
    except gs1.GS1Error as error:
        return error.code == "bad_check_digit"
    return False


# -- pieces -------------------------------------------------------------
def is_twice(text: str) -> bool:
    """Say whether a text is the same code two times.

    >>> is_twice("SN-0001SN-0001"), is_twice("1212")
    (True, False)
    """
    half = len(text) // 2
    return half >= HALF and text == text[:half] * 2


def has_whole(text: str, barcode: str) -> bool:
    """Say whether all of the bar code of a product, and more, is in a text.

    >>> has_whole("9506000134352-1", "9506000134352"), has_whole("950", "9506000134352")
    (True, False)
    """
    core, bare = barcode.lstrip("0"), re.sub(r"[\s-]", "", text)
    is_long = len(core) >= PART and gs1.has_check_digit(barcode)
    return is_long and core in bare and core != bare


def has_part(text: str, barcode: str) -> bool:
    """Say whether a text has the bar code of a product in it, or a good part of that,
    or is one with a slip in it.

    >>> has_part("95060001343524006381333931", "9506000134352")
    True
    >>> has_part("060001343521737123110L1", "9506000134352")
    True
    >>> has_part("9506000134325", "9506000134352"), has_part("9506", "9506000134352")
    (True, False)
    """
    core = barcode.lstrip("0")
    if not gs1.has_check_digit(barcode) or len(core) < PART:
        return False
    bare = re.sub(r"[\s-]", "", text)
    if core in bare:
        return True
    label = f"01{barcode.zfill(14)}"
    if bare.isdigit():
        is_piece = core.startswith(bare) or core.endswith(bare)
        if is_piece and len(bare) >= PART:
            return True
        if label.startswith(bare) and len(bare) >= PART + 2:
            return True
        if _is_slip(bare.zfill(14), label[2:]) or _is_slip(bare, label):
            return True
    least = PART + 1
    return any(
        bare.startswith(core[-length:]) or bare.endswith(core[:length])
        for length in range(least, len(core))
    )


def _is_slip(text, other):
    """One digit is another one, or two beside each other have changed places."""
    if len(text) != len(other):
        return False
    wrong = [at for at, sign in enumerate(text) if sign != other[at]]
    if len(wrong) == 2:
        first, second = wrong
        return (
            second - first == 1
            and text[first] == other[second]
            and text[second] == other[first]
        )
    return len(wrong) == 1


def get_pieces(text: str) -> list[tuple[str, str]]:
    """The ways to take a text apart into two codes."""
    return [(text[:at], text[at:]) for at in range(2, len(text) - 1)]
