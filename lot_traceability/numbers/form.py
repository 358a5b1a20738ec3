"""When two numbers are the same for a person who reads them."""

import re
import unicodedata

# the longest number that the database can keep unique, in characters and in bytes
MAX_LENGTH = 500
MAX_BYTES = 2000
# hyphens and the signs that stand for one on a label or in a text program
HYPHENS = "\u1428\u02d7\u2043\u2212\ufe63\uff0d\u2796\u23af\u2500\u30fc"
# what text programs and other keyboards write for other signs
SIGNS = str.maketrans(
    {
        **dict.fromkeys(HYPHENS, "-"),
        **dict.fromkeys("\u2044\u2215\u29f8", "/"),
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201f\u2033", '"'),
        **dict.fromkeys("\u2236\ua789", ":"),
        **dict.fromkeys("\u2217\u204e", "*"),
        **dict.fromkeys("\u223c\u02dc", "~"),
    }
)
# small and capital letters of Turkish that others write as one
DOTS = str.maketrans({"\u0130": "i", "\u0131": "i"})
DOT = "\u0307"
# control characters that part words and lines; all others part nothing
BLANKS = "\t\n\v\f\r\x85"
# what has no shape of its own although Unicode calls it a letter or a mark
SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufdd0-\ufdef"
    "\ufe00-\ufe0f\uffa0\ufffc\ufffe\uffff\U000e0100-\U000e01ef]"
)
# not in UTF-8, or not in a text of PostgreSQL
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def normalize(number: str | None) -> str:
    """Bring a number into the form in which it is compared.

    No difference make: letter case, also that of Turkish; blanks around it, and the
    kind and number of those inside; look-alike forms of a character (full-width,
    non-breaking; any dash or minus sign for a hyphen; curly quotes, other slashes, the
    digits of other scripts); and what nobody sees: zero-width and control characters,
    soft hyphens, marks of the writing direction. Applied twice it gives the same again.

    >>> normalize("  lot\\u00a01 "), normalize("ＬＯＴ   1"), normalize("LOT\\u20131")
    ('lot 1', 'lot 1', 'lot-1')
    """
    form, last = number or "", None
    if form.isascii() and form.isprintable():
        return " ".join(form.casefold().split())
    # casefolding can give what NFKC composes anew
    while form != last:
        last = form
        form = clean(unicodedata.normalize("NFKC", form.translate(SIGNS)))
        form = "".join(map(_get_plain, form.translate(SIGNS)))
        form = form.translate(DOTS).casefold().replace(f"i{DOT}", "i")
    return form


def _get_plain(sign):
    """Any dash as a hyphen, any script's digit as ours."""
    if sign.isascii():
        return sign
    if unicodedata.category(sign) == "Pd":
        return "-"
    return str(unicodedata.decimal(sign, sign))


def fold(text: str) -> str:
    """A text with the signs that lists are written with in one form: any dash is a
    hyphen, full-width signs and the digits of other scripts are plain ones.

    >>> fold("10\u201315"), fold("１０－１５"), fold("SN\u22121"), fold("\u0661+\u0663")
    ('10-15', '10-15', 'SN-1', '1+3')
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text).translate(SIGNS)
    return "".join(map(_get_plain, text))


def clean(number: str | None) -> str:
    """A number as it is to be stored: without what nobody sees, one kind of blank.

    >>> clean(" LOT\\u200b 1\\a ")
    'LOT 1'
    """
    return " ".join(strip_unseen(number).split())


def strip_unseen(text: str | None) -> str:
    """A text, perhaps of several lines, without what nobody sees in it."""
    if text and text.isascii() and text.isprintable():
        return text
    kept = (sign for sign in text or "" if sign in BLANKS or _is_seen(sign))
    return SHAPELESS.sub("", "".join(kept))


def _is_seen(sign):
    # control, format, surrogate, unassigned for good
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs")


def is_writable(text: str | None) -> bool:
    """False for what PostgreSQL cannot store: NUL, and halves of a character."""
    return not UNWRITABLE.search(text or "")


def strip_unwritable(text: str | None) -> str:
    """A text without what PostgreSQL cannot store; a separator of a label stays."""
    return UNWRITABLE.sub("", text or "")


def is_too_long(number: str, key: str) -> bool:
    """True if the database cannot hold a number unique as its index has no room.

    :param key: the form in which it is compared
    """
    return len(number) > MAX_LENGTH or len(key.encode(errors="replace")) > MAX_BYTES


def trim_name(vals: dict) -> dict:
    """Values of a lot, with its number as it is written but for the blanks around it,
    the ends of lines in it, and what nobody sees: a mark of the writing direction shows
    another number than is kept.

    >>> trim_name({"name": " L 1 "}), trim_name({"ref": "A"})
    ({'name': 'L 1'}, {'ref': 'A'})
    >>> trim_name({"name": "\u202eL\t9"}), trim_name({"name": "L  9"})
    ({'name': 'L 9'}, {'name': 'L  9'})
    """
    name = vals.get("name")
    if not isinstance(name, str):
        return dict(vals)
    if is_writable(name):
        name = re.sub(f"[{BLANKS}]+", " ", strip_unseen(name)).strip() or name
    return vals | {"name": name.strip() or name}
