"""Do events say what their identifiers say? No Odoo in here.

An identifier can be a hash of what the event says. If it is another one, the event was
changed after it got it, or its sender counts in another way.
"""

from typing import NamedTuple

from ..documents import event_hash


class Verdict(NamedTuple):
    """
    :param right: how many identifiers are the hash of their event
    :param wrong: where events are whose identifier is another hash: JSON pointers
    :param unknown: how many could not be looked at, as they have parts that are not
        known here
    """

    right: int
    wrong: list[str]
    unknown: int


def judge(document: dict) -> Verdict:
    """
    :param document: as of ``reading.read``
    """
    namespaces = _get_namespaces(document)
    right, wrong, unknown = 0, [], 0
    for place, event in enumerate(document["epcisBody"]["eventList"]):
        identifier = event.get("eventID", "")
        if not event_hash.is_hash(identifier):
            continue
        try:
            is_right = event_hash.get_event_id(event, namespaces) == identifier
        except (ValueError, TypeError, AttributeError):
            unknown += 1
            continue
        if is_right:
            right += 1
        else:
            wrong.append(f"/epcisBody/eventList/{place}")
    return Verdict(right, wrong, unknown)


def _get_namespaces(document):
    """What the prefixes of a document stand for."""
    context = document["@context"]
    found = {}
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, dict):
            found |= {key: uri for key, uri in part.items() if isinstance(uri, str)}
    return found
