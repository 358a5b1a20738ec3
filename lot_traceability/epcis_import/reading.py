"""A document of EPCIS 2.0 (JSON-LD) from somebody else: is it one? No Odoo in here.

What comes in may be broken, huge or hostile. It is looked at as a whole before anything
is made of it, and what is wrong is named by its place in the document: a JSON pointer
(RFC 6901).
"""

import json
import math
import re
from datetime import date, datetime

MOST_DEPTH = 40
MOST_DIGITS = 18
MOST_TEXT = 4_000
MOST_QUANTITY = 1e12
TYPES = {
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
}
ACTIONS = {"ADD", "OBSERVE", "DELETE"}
WITH_ACTION = TYPES - {"TransformationEvent"}
TEXTS = {"bizStep", "disposition", "eventID", "parentID", "transformationID"}
PLACES = {"readPoint", "bizLocation"}
URI_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
QUANTITY_LISTS = (
    *("quantityList", "childQuantityList", "inputQuantityList"),
    "outputQuantityList",
)
TYPED_LISTS = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
OFFSET = re.compile(r"[+-](0[0-9]|1[0-4]):[0-5][0-9]")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|\\^`]+")
UOM = re.compile(r"[A-Z0-9]{2,3}")
# control characters, and halves of characters, which no database takes
UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class EpcisError(ValueError):
    """What is wrong, by a code, and where.

    :param path: keys and positions from the root, or None if there is no such place
    """

    def __init__(self, code, path=(), **values):
        super().__init__(code)
        self.code = code
        self.pointer = None if path is None else to_pointer(path)
        self.values = values


class _Doubled(dict):
    """An object with a key twice: which one counts is anybody's guess."""

    key = ""


class _BadNumber:
    """A number that no computer keeps as it is written."""


def to_pointer(path) -> str:
    return "".join(
        f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path
    )


def read(data: bytes, size_limit: int, event_limit: int) -> dict:
    """A whole document.

    :raise EpcisError: if anything is wrong with it
    """
    if len(data) > size_limit:
        raise EpcisError("too_large", None, size=len(data), limit=size_limit)
    document = _parse(data)
    _check_values(document)
    _check_document(document, event_limit)
    return document


# -- from bytes to values -------------------------------------------------
def _parse(data):
    _check_depth(data)
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_read_object,
            parse_int=_read_int,
            parse_float=_read_float,
            parse_constant=lambda _text: _BadNumber(),
        )
    except UnicodeDecodeError as error:
        raise EpcisError("no_utf8", None) from error
    except json.JSONDecodeError as error:
        raise EpcisError(
            "no_json", None, line=error.lineno, column=error.colno
        ) from error
    except RecursionError as error:
        raise EpcisError("too_deep", None, limit=MOST_DEPTH) from error


def _check_depth(data):
    # brackets in texts are no depth: what is between quotes is left out
    outside = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    depth = 0
    for character in b"".join(outside).translate(None, NO_BRACKETS):
        depth += 1 if character in b"[{" else -1
        if depth > MOST_DEPTH:
            raise EpcisError("too_deep", None, limit=MOST_DEPTH)


def _read_object(pairs):
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen, doubled = set(), _Doubled(found)
    for key, _value in pairs:
        if key in seen:
            doubled.key = key
        seen.add(key)
    return doubled


def _read_int(text):
    return int(text) if len(text) <= MOST_DIGITS else _BadNumber()


def _read_float(text):
    value = float(text)
    is_fit = len(text) <= 2 * MOST_DIGITS and math.isfinite(value)
    return value if is_fit else _BadNumber()


def _check_values(document):
    """Nothing in it is anything that cannot be kept."""
    left = [((), document)]
    while left:
        path, value = left.pop()
        if isinstance(value, _Doubled):
            raise EpcisError("double_key", (*path, value.key), key=value.key)
        if isinstance(value, _BadNumber):
            raise EpcisError("bad_number", path)
        if isinstance(value, str):
            _check_text(path, value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                _check_text((*path, key), key)
                left.append(((*path, key), inner))
        elif isinstance(value, list):
            left += (((*path, place), inner) for place, inner in enumerate(value))


def _check_text(path, text):
    if len(text) > MOST_TEXT:
        raise EpcisError("long_text", path, limit=MOST_TEXT)
    if UNUSABLE.search(text):
        raise EpcisError("bad_character", path)


# -- is it what it says it is ----------------------------------------------
def _check_document(document, event_limit):
    _need(document, dict, ())
    if document.get("type") != "EPCISDocument":
        raise EpcisError("no_document", ("type",))
    if "@context" not in document:
        raise EpcisError("missing", ("@context",))
    version = _get(document, "schemaVersion", str, ())
    if not re.fullmatch(r"2(\.\d+)*", version, re.ASCII):
        raise EpcisError("version", ("schemaVersion",), version=version)
    _check_moment(document, "creationDate", ())
    body = _get(document, "epcisBody", dict, ())
    events = _get(body, "eventList", list, ("epcisBody",))
    if len(events) > event_limit:
        raise EpcisError(
            *("too_many", ("epcisBody", "eventList")),
            count=len(events),
            limit=event_limit,
        )
    for place, event in enumerate(events):
        _check_event(event, ("epcisBody", "eventList", place))
    _check_vocabulary(document)


def _check_event(event, path):
    _need(event, dict, path)
    kind = _get(event, "type", str, path)
    if kind not in TYPES:
        raise EpcisError("event_type", (*path, "type"), value=kind)
    _check_moment(event, "eventTime", path)
    offset = _get(event, "eventTimeZoneOffset", str, path)
    if not OFFSET.fullmatch(offset):
        raise EpcisError("offset", (*path, "eventTimeZoneOffset"), value=offset)
    if kind in WITH_ACTION and _get(event, "action", str, path) not in ACTIONS:
        raise EpcisError("action", (*path, "action"), value=event["action"])
    for name in TEXTS & event.keys():
        _get(event, name, str, path)
    for name in PLACES & event.keys():
        _check_uri(_get(event, name, dict, path), "id", (*path, name))
    _check_lists(event, path)
    _check_data(event, path)
    if "errorDeclaration" in event:
        declared = _get(event, "errorDeclaration", dict, path)
        _check_moment(declared, "declarationTime", (*path, "errorDeclaration"))


def _check_lists(event, path):
    for name in URI_LISTS:
        for place, uri in enumerate(_get_list(event, name, path)):
            _need(uri, str, (*path, name, place))
            if not URI.fullmatch(uri):
                raise EpcisError("no_uri", (*path, name, place), value=uri)
    for name in QUANTITY_LISTS:
        for place, element in enumerate(_get_list(event, name, path)):
            _check_quantity(element, (*path, name, place))
    for name, key in TYPED_LISTS.items():
        for place, row in enumerate(_get_list(event, name, path)):
            _need(row, dict, (*path, name, place))
            _check_uri(row, key, (*path, name, place))
            if "type" in row:
                _get(row, "type", str, (*path, name, place))


def _check_quantity(element, path):
    _need(element, dict, path)
    _check_uri(element, "epcClass", path)
    quantity = element.get("quantity")
    if quantity is not None:
        is_number = isinstance(quantity, int | float) and not isinstance(quantity, bool)
        if not is_number:
            raise EpcisError("no_number", (*path, "quantity"), value=str(quantity))
        if not 0 <= quantity <= MOST_QUANTITY:
            raise EpcisError("bad_number", (*path, "quantity"))
    if "uom" in element and not UOM.fullmatch(_get(element, "uom", str, path)):
        raise EpcisError("uom", (*path, "uom"), value=element["uom"])


def _check_data(event, path):
    """What goods were born with."""
    ilmd = _get(event, "ilmd", dict, path) if "ilmd" in event else {}
    for name, value in ilmd.items():
        _check_datum(name, value, (*path, "ilmd", name))
    for name, value in event.items():
        if ":" in name:
            _check_datum(name, value, (*path, name))


def _check_datum(name, value, path):
    word = get_word(name)
    if word in DAYS:
        _need(value, str, path)
        if read_day(value) is None:
            raise EpcisError("day", path, value=value)
    elif word in NUMBERS:
        _need(value, str, path)


def _check_vocabulary(document):
    """Names of things; what is not in the form of one says no name."""
    path = ("epcisHeader", "epcisMasterData", "vocabularyList")
    found = document
    for place, name in enumerate(path):
        if name not in found:
            return
        found = _get(found, name, list if place == 2 else dict, path[:place])
    for place, row in enumerate(found):
        _need(row, dict, (*path, place))
        key = "vocabularyElementList"
        for number, item in enumerate(_get_list(row, key, (*path, place))):
            _need(item, dict, (*path, place, key, number))
            here = (*path, place, key, number)
            for count, attribute in enumerate(_get_list(item, "attributes", here)):
                _need(attribute, dict, (*here, "attributes", count))


# -- days and numbers of goods ------------------------------------------------
DAYS = {"itemExpirationDate", "bestBeforeDate", "productionDate"}
NUMBERS = {"lotNumber", "supplierLotNumber", "serialNumber", "gtin"}


def get_word(name: str) -> str:
    """``cbvmda:lotNumber`` and ``urn:epcglobal:cbv:mda#lotNumber`` are one name."""
    return re.split(r"[:#/]", name)[-1]


def read_day(text: str) -> date | None:
    """A day, also where its hour is told."""
    try:
        day = date.fromisoformat(text[:10])
        if len(text) > 10:
            datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return day if day.year >= 1000 else None


# -- pieces ---------------------------------------------------------------------
NAMES = {dict: "object", list: "list", str: "text"}


def _need(value, kind, path):
    if not isinstance(value, kind):
        raise EpcisError("kind", path, wanted=NAMES[kind])


def _get(holder, name, kind, path):
    if name not in holder:
        raise EpcisError("missing", (*path, name))
    _need(holder[name], kind, (*path, name))
    return holder[name]


def _get_list(holder, name, path):
    return _get(holder, name, list, path) if name in holder else []


def _check_uri(holder, name, path):
    if not URI.fullmatch(_get(holder, name, str, path)):
        raise EpcisError("no_uri", (*path, name), value=holder[name])


def _check_moment(holder, name, path):
    text = _get(holder, name, str, path)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise EpcisError("moment", (*path, name), value=text) from error
    if moment.tzinfo is None or not 1900 <= moment.year <= 9000:
        raise EpcisError("moment", (*path, name), value=text)
