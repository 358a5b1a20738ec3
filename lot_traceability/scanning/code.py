"""A text as a scanner, a keyboard or a camera sends it, made plain.

What separates the parts of a GS1 label has no key on a keyboard: scanners, drivers and
programs send it in many ways. All of them become the one character 0x1D.
"""

import re

from .gs1 import FNC1

# ways to write 0x1D; the ASCII code as typed with Alt; pictures of the character
SEPARATORS = re.compile(
    # the arrow is what Alt and 29, without a zero, type
    r"\u241d|\u2194|[<{\[(](?:gs|fnc1|f8|0x1d)[>}\])]|\\x1d|\\u001d|\\035|~d029"
    r"|&#(?:x1d|29);|\^\]|alt\+?0{0,2}29|ctrl\+\]",
    re.IGNORECASE,
)
# identifiers in other brackets than the standard's: [01]..., {01}...
OTHER_BRACKETS = re.compile(r"[\[{<]\s*(\d{2,4})\s*[\]}>]")
# what a scanner sends behind a code, or people copy with it
AROUND = " \t\r\n\v\f\ufeff\u200b\u200e\u200f\x02\x03\x04\x1c\x1e\x1f"
# the only format of ISO 15434 whose content is that of a GS1 code
_MACRO = re.compile(r"\[\)>\x1e?05\x1d(?=.)")
# what a keyboard for Chinese or Japanese makes of the signs of a scanner
_FULL_WIDTH = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: 0x20}


def tidy(text: str) -> str:
    """A text with one kind of separator, without the suffix of the scanner.

    >>> tidy("]C10109506000134352<GS>10A\\r")
    ']C10109506000134352\\x1d10A'
    """
    text = SEPARATORS.sub(FNC1, text.translate(_FULL_WIDTH)).strip(AROUND)
    text = _MACRO.sub("]d2", text, count=1)
    if OTHER_BRACKETS.match(text):
        text = OTHER_BRACKETS.sub(r"(\1)", text)
    return text


def with_separators(text: str, characters: str) -> str:
    """The same where a scanner is set up to send a character of its own instead.

    :param characters: each of them can be a separator
    """
    if not characters:
        return text
    return re.sub(f"[{re.escape(characters)}]", FNC1, text)
