"""Whether a text that stands for a number is a whole label, read by a scanner into a
field that is for the number alone."""

import re

from . import code, gs1

# most numbers are seen at once to be none
_LIKELY = re.compile(
    r"\s*(?:[\](\[{<\x1d]|0[0-2]\s*\d|https?:|urn:epc:|[\w-]+\.[\w.:-]+/)|.*\x1d",
    re.IGNORECASE | re.DOTALL,
)

# with what a scanner puts in front of all that it reads
_SENT = re.compile(r"\s*\][A-Za-z][0-9]\s*\w")


def is_whole_label(text: str) -> bool:
    """Say whether a text is a GS1 code of a product with its number, in any form, or
    what a scanner has sent.

    >>> is_whole_label("(01)09506000134352(10)AB1"), is_whole_label("0109506000134352")
    (True, False)
    >>> is_whole_label("010950600013435210AB1"), is_whole_label("(10)AB1")
    (True, False)
    >>> is_whole_label("]C110L1"), is_whole_label("]C")
    (True, False)
    """
    if not _LIKELY.match(text or ""):
        return False
    if _SENT.match(text):
        return True
    text = code.tidy(text)
    if not gs1.is_marked(text):
        text = "".join(text.split())
        if not gs1.starts_with_key(text):
            return False
    try:
        found = dict(gs1.parse(text))
    except gs1.GS1Error:
        return False
    return bool(found.keys() & {*gs1.GTINS, "00"} and found.keys() & {"10", "21"})
