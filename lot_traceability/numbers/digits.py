"""Figures in the digits of any script: Arabic, Persian, Devanagari, full-width."""

import unicodedata

# the decimal and the thousands separator of Arabic
DECIMAL, THOUSANDS = "\u066b", "\u066c"
# full-width marks, as keyboards of East Asia type them
MARKS = str.maketrans({"\uff0c": ",", "\uff0e": ".", "\uff0d": "-", "\u2212": "-"})


def plain_digits(text: str) -> str:
    """A text with ours for the decimal digits of other scripts. What only looks like
    one (a raised or circled figure) is none.

    >>> plain_digits("\u0661\u0662"), plain_digits("\uff11"), plain_digits("1\u00b2")
    ('12', '1', '1\u00b2')
    """
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def plain_figures(text: str) -> str:
    """The same for a figure, with its full-width marks; the separators of Arabic, which
    say what they are, stay."""
    return plain_digits(text).translate(MARKS)
