"""What the number format of a cell shows besides the number itself."""

import re

PERCENT, MONEY, HIDDEN, FRACTION, TEXT = (
    "percent",
    "money",
    "hidden",
    "fraction",
    "text",
)
# what makes no quantity of a number
NO_QUANTITY = (PERCENT, MONEY, HIDDEN)
# a symbol, or the code of a currency: [$€-407], "EUR", [$CHF]
_SYMBOL = re.compile(r"\[\$([^\]-]+)")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_MONEY = re.compile(
    "[$\u00a2-\u00a5\u20a0-\u20cf]"
    r"|\b(?:EUR|USD|GBP|CHF|JPY|CNY|PLN|CZK|SEK|NOK|DKK|HUF|CAD|AUD|BRL|MXN|INR|zł|Kč)\b"
)
_FRACTION = re.compile(r"[?#0] ?/ ?[?#0-9]")


def get_look(pattern: str) -> str | None:
    """How a number is seen that is written otherwise; None where the number is seen, be
    it with marks for thousands, fewer decimals or a colour.

    >>> [get_look(look) for look in ("0%", '0.00 "EUR"', '0 "kg"', "# ?/?")]
    ['percent', 'money', 'text', 'fraction']
    >>> [get_look(look) for look in (";;;", "#,##0.00", "[Red]0.0", "[$-409]0")]
    ['hidden', None, None, None]
    """
    first, *others = pattern.split(";")
    if not first.strip():
        return HIDDEN if others else None
    texts = get_texts(pattern)
    plain = _BRACKETS.sub("", _QUOTED.sub("", first))
    if "%" in plain:
        return PERCENT
    if _SYMBOL.search(first) or _MONEY.search(f"{texts} {plain}"):
        return MONEY
    if _FRACTION.search(plain):
        return FRACTION
    return TEXT if re.search(r"[^\W_]", texts) else None


def get_texts(pattern: str) -> str:
    """The texts that a number format puts around a number.

    >>> get_texts('#,##0.00 "kg"'), get_texts("0_)")
    ('kg', '')
    """
    quoted = _QUOTED.findall(pattern.split(";")[0])
    return "".join(text or sign for text, sign in quoted).strip()
