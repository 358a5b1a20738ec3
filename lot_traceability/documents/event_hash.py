"""The identifier of an EPCIS event: a hash of what it says.

After the algorithm of GS1's Core Business Vocabulary 2.0 (section 8.9), for the events
that ``epcis`` writes, in all notations of what is in them: the parts of an event in a
fixed order, each as ``name=value`` in one notation, joined to a text of which the hash
is taken. Whoever has the event can work the identifier out, and sees when something in
it was changed.
"""

import hashlib
import re
from contextlib import suppress
from datetime import datetime, timezone
from functools import lru_cache

from .gs1_uri import to_link

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
# of a quantity of goods
QUANTITY = ("epcClass", "quantity", "uom")
KNOWN = {name for name, _way in (*ORDER, *OTHERS)}
# prefixes of a document, and what they stand for
NAMESPACES = {"lots": "https://lot-traceability.invalid/epcis/"}
IGNORED = {"type", "eventID", "recordTime", "errorDeclaration"}
IGNORED |= {"comment", "rdfs:comment"}
EXPECTED = KNOWN | IGNORED
# words of the vocabulary as they were written before
OLD_WORDS = {"bizstep": "BizStep-", "disp": "Disp-", "btt": "BTT-", "sdt": "SDT-"}
IDENTIFIER = re.compile(r"ni:///sha-256;[0-9a-fA-F]{64}\?ver=CBV2\.0")


def get_event_id(event: dict, namespaces: dict | None = None) -> str:
    """The identifier of an event, as a ``ni`` URI.

    :param namespaces: prefixes of the document, and what they stand for; ours if None
    :raise ValueError: or TypeError, if it has a part that this module does not know
    """
    told = get_text(event, namespaces).encode()
    return f"ni:///sha-256;{hashlib.sha256(told).hexdigest()}?ver=CBV2.0"


def get_text(event: dict, namespaces: dict | None = None) -> str:
    """The text of which the hash is taken."""
    return _Text(NAMESPACES if namespaces is None else namespaces).tell(event)


def is_hash(identifier: str) -> bool:
    """Whether an identifier says that it is a hash of this algorithm."""
    return bool(IDENTIFIER.fullmatch(identifier))


class _Text:
    def __init__(self, namespaces):
        self.namespaces = namespaces
        self.prefixes = tuple(namespaces.items())

    def tell(self, event):
        more = {}
        if names := event.keys() - EXPECTED:
            more = {name: event[name] for name in names if ":" in name}
            unknown = names - more.keys()
            unknown |= {name for name in more if name.startswith("@")}
            if unknown:
                raise ValueError(f"no order is known for {', '.join(sorted(unknown))}")
        parts = [f"eventType={event['type']}"]
        for name, way in ORDER:
            if value := event.get(name):
                parts.append(self._tell(name, way, value))
        others = [
            self._tell(name, way, value)
            for name, way in OTHERS
            if (value := event.get(name))
        ]
        others += [self._tell_more({name: value}) for name, value in more.items()]
        return "".join(parts + sorted(others))

    def _tell(self, name, way, value):
        if way == "time":
            return f"{name}={_get_time(value)}"
        if way == "value":
            return f"{name}={self._get_value(value)}"
        if way == "id":
            _check_names(value, {"id"})
            return f"{name}id={self._get_value(value['id'])}"
        if way == "epc":
            return name + "".join(sorted(f"epc={self._get_value(u)}" for u in value))
        if way == "quantity":
            return name + "".join(sorted(self._tell_quantity(row) for row in value))
        if way == "ilmd":
            return name + self._tell_more(value)
        if way == "persistent":
            _check_names(value, {"set", "unset"})
            return name + "".join(
                "".join(sorted(f"{key}={_get_word('Disp-', w)}" for w in value[key]))
                for key in ("set", "unset")
                if value.get(key)
            )
        if isinstance(way, tuple):
            return name + "".join(sorted(self._tell_typed(row, *way) for row in value))
        return f"{name}={_get_word(way, value)}"

    def _tell_more(self, values):
        return "".join(
            sorted(
                f"{self._expand(name)}={self._get_value(value)}"
                for name, value in values.items()
            )
        )

    def _expand(self, name):
        """GS1's own names stay as they are, others get their namespace."""
        prefix, _colon, word = name.partition(":")
        if prefix in self.namespaces:
            return f"{{{self.namespaces[prefix]}}}{word}"
        return name

    def _tell_quantity(self, element):
        _check_names(element, QUANTITY)
        told = "quantityElement"
        for key in QUANTITY:
            if (value := element.get(key)) is not None:
                told += f"{key}={self._get_value(value)}"
        return told

    def _tell_typed(self, row, name, prefix):
        _check_names(row, ("type", name))
        if "type" not in row:
            raise ValueError(f"a {name} without type")
        word = _get_word(prefix, row["type"])
        return f"type={word}{name}={self._get_value(row[name])}"

    def _get_value(self, value):
        """A number without what does not count in it; also where a text is a number."""
        if isinstance(value, (dict, list)):
            raise TypeError("no order is known for what lies deeper")
        return _get_notation(str(value), self.prefixes)


# places, parties and words are the same in thousands of events
@lru_cache(10_000)
def _get_notation(text, prefixes):
    """
    :param prefixes: pairs of a prefix and what it stands for
    """
    text = text.strip()
    for prefix, namespace in prefixes:
        if text.startswith(f"{prefix}:"):
            text = namespace + text[len(prefix) + 1 :]
            break
    # no number begins with a letter, but for those that are none
    if not text[:1].isalpha():
        with suppress(ValueError, OverflowError):
            number = float(text)
            return str(int(number)) if number == int(number) else str(number)
    return to_link(text) if "." in text else text


def _check_names(values, known):
    for name in values:
        if name not in known:
            unknown = sorted(values.keys() - set(known))
            raise ValueError(f"no order is known for {', '.join(unknown)}")


def _get_word(prefix, value):
    """A word of the vocabulary, however it is written."""
    kind, _colon, word = value.removeprefix("urn:epcglobal:cbv:").partition(":")
    if value.startswith("urn:epcglobal:cbv:") and OLD_WORDS.get(kind) == prefix:
        return f"{WORDS}{prefix}{word}"
    return value if ":" in value else f"{WORDS}{prefix}{value}"


def _get_time(text):
    """In UTC, with milliseconds."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    moment = moment.astimezone(timezone.utc)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
