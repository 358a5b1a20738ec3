"""One GS1 number in two notations: a Digital Link, and an EPC URN. No Odoo in here.

A URN says where the company prefix ends, so only who knows its prefix can write one; a
link can always be written, and what is compared or hashed is the link.
"""

import re
from urllib.parse import unquote

from ..numbers.check_digit import check_character

LINK = "https://id.gs1.org"
# the lengths of prefixes that a URN can have
PREFIX_LENGTHS = range(6, 13)
# what an EPC URN escapes, and no more
_ESCAPED = re.compile(r"[\"%&/<>?]")
# what the algorithm of event hashes escapes in a link that was a URN
_LINK_ESCAPED = re.compile(r"[!()*+,:]")
_SERIAL = r"((?:%[2-7][0-9A-Fa-f]|[!')(*+,.0-9:;=A-Za-z_-]){1,20})"
_GOODS = re.compile(
    r"urn:epc:(id:sgtin|class:lgtin|idpat:sgtin):(\d{6,12})\.(\d{1,7})\."
    rf"(?:{_SERIAL}|\*)"
)
_PLACE = re.compile(rf"urn:epc:id:sgln:(\d{{6,12}})\.(\d{{0,6}})\.{_SERIAL}")
_PARTY = re.compile(r"urn:epc:id:pgln:(\d{6,12})\.(\d{0,6})")
_PACKAGE = re.compile(r"urn:epc:id:sscc:(\d{6,12})\.(\d{5,11})")
_VALUE = "[\"'.0-9;-?A-Za-z_-]{0,20}"
_OTHER_LINK = re.compile(
    r"https?://[^/?#]*(?:/[^?#]*)?"
    r"/(01|gtin|00|sscc|414|gln|417|party)/(\d{8,18})"
    rf"((?:/(?:10|lot|21|ser|22|cpv|254)/{_VALUE})*)/?"
)
_KEY = re.compile(r"/(?:01|gtin|00|sscc|414|gln|417|party)/\d{8}")
_NAMES = {"gtin": "01", "sscc": "00", "gln": "414", "party": "417"}
_NAMES |= {"lot": "10", "ser": "21", "cpv": "22"}


# ----------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------
def get_goods(prefix: str, gtin: str, number: str, is_serial: bool) -> str:
    """The URN of a GTIN with 14 digits and a number; empty if the prefix is not its."""
    if not _fits(prefix, gtin[1:]):
        return ""
    item = f"{prefix}.{gtin[0]}{gtin[1 + len(prefix) : -1]}"
    if not number:
        return f"urn:epc:idpat:sgtin:{item}.*"
    kind = "id:sgtin" if is_serial else "class:lgtin"
    return f"urn:epc:{kind}:{item}.{_escape(number)}"


def get_place(prefix: str, gln: str, extension: str = "0") -> str:
    if not _fits(prefix, gln):
        return ""
    return f"urn:epc:id:sgln:{prefix}.{gln[len(prefix) : -1]}.{_escape(extension)}"


def get_party(prefix: str, gln: str) -> str:
    if not _fits(prefix, gln):
        return ""
    return f"urn:epc:id:pgln:{prefix}.{gln[len(prefix) : -1]}"


def get_package(prefix: str, sscc: str) -> str:
    if not _fits(prefix, sscc[1:]):
        return ""
    return f"urn:epc:id:sscc:{prefix}.{sscc[0]}{sscc[1 + len(prefix) : -1]}"


def _fits(prefix, digits):
    return bool(prefix) and len(prefix) in PREFIX_LENGTHS and digits.startswith(prefix)


def _escape(text):
    return _ESCAPED.sub(lambda found: f"%{ord(found.group()):02X}", text)


# ----------------------------------------------------------------------
# Reading
# ----------------------------------------------------------------------
def to_link(uri: str) -> str:
    """The link that says the same as a URN, or as a link in another form; what is
    neither stays as it is.

    As the algorithm of event hashes does it, so that an event has one identifier in
    both notations.

    :raise ValueError: if it is an EPC URN of a kind that this module does not know
    """
    if uri.startswith("urn:epc:"):
        return _read_urn(uri)
    # most are no links at all, and that is seen at a glance
    is_link = uri.startswith("http") and _KEY.search(uri)
    match = _OTHER_LINK.fullmatch(uri.partition("?")[0]) if is_link else None
    if not match:
        return uri
    key, number, rest = match.groups()
    key = _NAMES.get(key, key)
    if len(number) != {"01": 14, "00": 18}.get(key, 13):
        if key != "01" or len(number) not in (8, 12, 13):
            return uri
        number = number.zfill(14)
    parts = rest.split("/")[1:]
    pairs = [
        (_NAMES.get(name, name), value)
        for name, value in zip(parts[::2], parts[1::2], strict=True)
    ]
    pairs = [pair for pair in pairs if pair[0] != "22"]
    if [name for name, _value in pairs] == ["10", "21"]:
        pairs = pairs[1:]
    told = "".join(f"/{name}/{value}" for name, value in pairs)
    return f"{LINK}/{key}/{number}{told}"


def _read_urn(uri):
    if match := _GOODS.fullmatch(uri):
        kind, prefix, item, serial = match.groups()
        body = item[:1] + prefix + item[1:]
        if len(body) == 13:
            link = f"{LINK}/01/{_add_check_digit(body)}"
            if kind == "idpat:sgtin":
                return link
            if serial:
                key = "21" if kind == "id:sgtin" else "10"
                return f"{link}/{key}/{_escape_for_link(serial)}"
    elif match := _PLACE.fullmatch(uri):
        prefix, place, extension = match.groups()
        if len(prefix + place) == 12:
            link = f"{LINK}/414/{_add_check_digit(prefix + place)}"
            more = "" if extension == "0" else f"/254/{_escape_for_link(extension)}"
            return link + more
    elif match := _PARTY.fullmatch(uri):
        if len("".join(match.groups())) == 12:
            return f"{LINK}/417/{_add_check_digit(''.join(match.groups()))}"
    elif match := _PACKAGE.fullmatch(uri):
        prefix, serial = match.groups()
        if len(prefix + serial) == 17:
            return f"{LINK}/00/{_add_check_digit(serial[:1] + prefix + serial[1:])}"
    raise ValueError(f"no link is known for {uri}")


def get_gln(uri: str) -> str:
    """The GLN that a place or a party is named by, or an empty text."""
    try:
        link = to_link(uri)
    except ValueError:
        return ""
    match = re.search(r"/(?:414|417)/(\d{13})(?:[/?]|$)", unquote(link))
    return match.group(1) if match else ""


def _add_check_digit(body):
    return body + check_character("gs1", body)


def _escape_for_link(text):
    return _LINK_ESCAPED.sub(lambda found: f"%{ord(found.group()):02X}", text)
