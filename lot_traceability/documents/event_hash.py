"""The identifier of an EPCIS event: a hash of what it says.

After the algorithm of GS1's Core Business Vocabulary 2.0 (section 8.9), for the events
and the notation that ``epcis`` writes: the parts of an event in a fixed order, each as
``name=value`` in one notation, joined to a text of which the hash is taken. Whoever has
the event can work the identifier out, and sees when something in it was changed.
"""

import hashlib
from datetime import datetime, timezone

WORDS = "https://ref.gs1.org/cbv/"
# name of the part, and how what is in it is told
ORDER = (
    ("eventTime", "time"),
    ("eventTimeZoneOffset", "value"),
    ("parentID", "value"),
    ("epcList", "epc"),
    ("inputEPCList", "epc"),
    ("childEPCs", "epc"),
    ("quantityList", "quantity"),
    ("childQuantityList", "quantity"),
    ("inputQuantityList", "quantity"),
    ("outputEPCList", "epc"),
    ("outputQuantityList", "quantity"),
    ("action", "value"),
    ("transformationID", "value"),
    ("bizStep", "BizStep-"),
    ("disposition", "Disp-"),
    ("persistentDisposition", "persistent"),
    ("readPoint", "id"),
    ("bizLocation", "id"),
)
# what follows in the order of its text, with what is of another vocabulary
OTHERS = (
    ("bizTransactionList", ("bizTransaction", "BTT-")),
    ("destinationList", ("destination", "SDT-")),
    ("sourceList", ("source", "SDT-")),
    ("ilmd", "ilmd"),
)
# prefixes of a document, and what they stand for
NAMESPACES = {"lots": "https://lot-traceability.invalid/epcis/"}
IGNORED = {"type", "eventID", "recordTime", "errorDeclaration"}


def get_event_id(event: dict) -> str:
    """The identifier of an event, as a ``ni`` URI.

    :raise ValueError: if the event has a part that this module does not know
    """
    told = get_text(event).encode()
    return f"ni:///sha-256;{hashlib.sha256(told).hexdigest()}?ver=CBV2.0"


def get_text(event: dict) -> str:
    """The text of which the hash is taken."""
    more = {name: value for name, value in event.items() if ":" in name}
    known = {name for name, _way in (*ORDER, *OTHERS)}
    unknown = event.keys() - known - IGNORED - more.keys()
    if unknown:
        raise ValueError(f"no order is known for {', '.join(sorted(unknown))}")
    parts = [f"eventType={event['type']}"]
    for name, way in ORDER:
        if event.get(name):
            parts.append(_tell(name, way, event[name]))
    others = [_tell(name, way, event[name]) for name, way in OTHERS if event.get(name)]
    others += [_tell_more({name: value}) for name, value in more.items()]
    return "".join(parts + sorted(others))


def _tell(name, way, value):
    if way == "time":
        return f"{name}={_get_time(value)}"
    if way == "value":
        return f"{name}={_get_value(value)}"
    if way == "id":
        return f"{name}id={_get_value(value['id'])}"
    if way == "epc":
        return name + "".join(sorted(f"epc={_get_value(uri)}" for uri in value))
    if way == "quantity":
        return name + "".join(sorted(_tell_quantity(element) for element in value))
    if way == "ilmd":
        return name + _tell_more(value)
    if way == "persistent":
        return name + "".join(
            "".join(sorted(f"{key}={WORDS}Disp-{word}" for word in value[key]))
            for key in ("set", "unset")
            if value.get(key)
        )
    if isinstance(way, tuple):
        return name + "".join(sorted(_tell_typed(row, *way) for row in value))
    return f"{name}={WORDS}{way}{value}"


def _tell_more(values):
    return "".join(
        sorted(f"{_expand(name)}={_get_value(text)}" for name, text in values.items())
    )


def _expand(name):
    """GS1's own names stay as they are, others get their namespace."""
    prefix, _colon, word = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{word}" if prefix in NAMESPACES else name


def _tell_quantity(element):
    return "quantityElement" + "".join(
        f"{key}={_get_value(element[key])}"
        for key in ("epcClass", "quantity", "uom")
        if element.get(key) is not None
    )


def _tell_typed(row, name, prefix):
    return f"type={WORDS}{prefix}{row['type']}{name}={_get_value(row[name])}"


def _get_time(text):
    """In UTC, with milliseconds."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    moment = moment.astimezone(timezone.utc)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _get_value(value):
    """A number without what does not count in it; also where a text is a number."""
    text = str(value).strip()
    try:
        number = float(text)
        return str(int(number)) if number == int(number) else str(number)
    except (ValueError, OverflowError):
        return text
