"""What can be called or written to, as links."""

import re

from markupsafe import Markup, escape

MAIL = r"[^\s@,;<>()]+@[^\s@,;<>()]+[^\s@,;<>().:]"
PHONE = r"\+?\(?\d(?:[\s()/.-]*\d){4,}"
REACHABLE = re.compile(f"(?P<mail>{MAIL})|(?P<phone>{PHONE})")


def link(text: str) -> Markup:
    """The text with its e-mail addresses and phone numbers as links."""
    parts, end = [], 0
    for match in REACHABLE.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(_get_link(match))
        end = match.end()
    return Markup().join((*parts, escape(text[end:])))


def _get_link(match):
    said = match.group()
    if match["mail"]:
        return Markup('<a href="mailto:%s">%s</a>') % (said, said)
    number = re.sub(r"[^\d+]", "", said.replace("(0)", ""))
    return Markup('<a href="tel:%s">%s</a>') % (number, said)
