"""A text as a scanner, a keyboard or a camera sends it, made plain.

What separates the parts of a GS1 label has no key on a keyboard: scanners, drivers and
programs send it in many ways. All of them become the one character 0x1D.
"""

import re

from .gs1 import FNC1

# ways to write 0x1D; the ASCII code as typed with Alt; pictures of the character
SEPARATORS = re.compile(
    r"\u241d|<gs>|\{gs\}|\[gs\]|\\x1d|\\u001d|\^\]|alt\+?0{0,2}29|<fnc1>|\{fnc1\}",
    re.IGNORECASE,
)
# what a scanner sends behind a code, or people copy with it
AROUND = " \t\r\n\v\f\ufeff"


def tidy(text: str) -> str:
    """A text with one kind of separator, without the suffix of the scanner.

    >>> tidy("]C10109506000134352<GS>10A\\r")
    ']C10109506000134352\\x1d10A'
    """
    return SEPARATORS.sub(FNC1, text).strip(AROUND)


def with_separators(text: str, characters: str) -> str:
    """The same where a scanner is set up to send a character of its own instead.

    :param characters: each of them can be a separator
    """
    if not characters:
        return text
    return re.sub(f"[{re.escape(characters)}]", FNC1, text)
