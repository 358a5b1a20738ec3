"""What a supplier's events say was shipped. No Odoo in here."""

import json
from dataclasses import dataclass, field
from datetime import date

from ..scanning import gs1
from .identity import Verdict, judge
from .reading import DAYS, NUMBERS, EpcisError, get_word, read_day

# goods that are told, the same ones again and again among them
MOST_TOLD = 500_000
SHIPPING = {"shipping", "departing", "consigning"}


@dataclass
class Goods:
    """A lot, or a serial, that is announced.

    :param pointer: where it is told first
    """

    uri: str
    pointer: str
    gtin: str = ""
    number: str = ""
    is_serial: bool = False
    quantity: float | None = None
    uom: str = ""
    package: str = ""
    name: str = ""
    data: dict = field(default_factory=dict)

    def get_day(self, *names) -> date | None:
        text = next((self.data[name] for name in names if name in self.data), None)
        return read_day(text) if text else None

    def get_number(self) -> str:
        """The number that stands on the goods."""
        return self.number or ("" if self.is_serial else self.data.get("lotNumber", ""))


@dataclass
class Announcement:
    """What was shipped by all events of a document.

    :param parties: what is named as the giver and the taker, ``{role: {uri: …}}``
    :param documents: typed numbers, ``{(type, number): …}``
    :param left_out: how many events were declared to be wrong
    :param identity: whether events say what their identifiers say
    """

    goods: list = field(default_factory=list)
    parties: dict = field(default_factory=dict)
    documents: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    left_out: int = 0
    identity: Verdict | None = None


def get_announcement(document: dict) -> Announcement:
    """
    :param document: as of ``reading.read``
    """
    events = document["epcisBody"]["eventList"]
    found = Announcement(names=_get_names(document), identity=judge(document))
    # the same event told twice happened once
    seen, good = set(), []
    for place, event in enumerate(events):
        if "errorDeclaration" in event:
            found.left_out += 1
        elif (identity := _get_identity(event)) not in seen:
            seen.add(identity)
            good.append((f"/epcisBody/eventList/{place}", event))
    good.sort(key=lambda row: row[1]["eventTime"])
    data = _collect_data(document, [event for _place, event in good])
    packages = _get_packages([event for _place, event in good])
    shipped, told = {}, 0
    for pointer, event in good:
        if get_word_of_step(event.get("bizStep", "")) not in SHIPPING:
            continue
        if event["type"] == "AggregationEvent" or event.get("action") == "DELETE":
            continue
        _add_parties(found, event)
        for uri, quantity, uom, package in _get_shipped(event, packages):
            told += 1
            if told > MOST_TOLD:
                raise EpcisError("too_much", None, limit=MOST_TOLD)
            key = (uri, uom)
            if key not in shipped:
                shipped[key] = _read_goods(uri, uom, pointer, found.names, data)
                shipped[key].package = package
            one = shipped[key]
            if one.is_serial:
                # more than one is wrong, and is said
                one.quantity = max(one.quantity or 1, quantity or 1)
            elif quantity is not None:
                one.quantity = (one.quantity or 0) + quantity
    found.goods = list(shipped.values())
    return found


def _get_identity(event):
    """What an event is known by; without an identifier, all that it says."""
    return event.get("eventID") or json.dumps(event, sort_keys=True, default=str)


def get_word_of_step(text: str) -> str:
    """``shipping``, however the vocabulary writes it."""
    return text.rpartition(":")[2].rpartition("BizStep-")[2]


def _get_shipped(event, packages):
    """(uri, quantity, unit, package); packages are told by what is in them."""
    for uri in event.get("epcList", ()):
        yield from _unpack(uri, packages)
    for element in event.get("quantityList", ()):
        yield element["epcClass"], element.get("quantity"), element.get("uom", ""), ""


def _unpack(uri, packages):
    left, seen = [uri], set()
    while left:
        found = left.pop()
        # a package that is in itself is looked into once
        if found in seen:
            continue
        seen.add(found)
        content = packages.get(found)
        if content is None:
            yield found, None, "", ""
            continue
        left += content["epcs"]
        for (child, uom), quantity in content["lots"].items():
            yield child, quantity, uom, found


def _get_packages(events):
    """What is in packages after all that was packed and unpacked."""
    packages = {}
    for event in events:
        parent = event.get("parentID")
        if event["type"] != "AggregationEvent" or not parent:
            continue
        content = packages.setdefault(parent, {"epcs": {}, "lots": {}})
        sign = {"ADD": 1, "DELETE": -1}.get(event["action"], 0)
        children = event.get("childEPCs", ())
        elements = event.get("childQuantityList", ())
        if sign < 0 and not children and not elements:
            packages[parent] = {"epcs": {}, "lots": {}}
            continue
        for uri in children:
            if sign > 0:
                content["epcs"][uri] = True
            elif sign < 0:
                content["epcs"].pop(uri, None)
        for element in elements:
            key = (element["epcClass"], element.get("uom", ""))
            total = content["lots"].get(key, 0) + sign * (element.get("quantity") or 0)
            content["lots"][key] = max(total, 0)
    return packages


def _read_goods(uri, uom, pointer, names, data):
    goods = Goods(uri, pointer, uom=uom, name=names.get(uri, ""))
    try:
        pairs = gs1.split(uri)
    except gs1.GS1Error:
        pairs = []
    for identifier, value in pairs:
        if identifier == "01":
            goods.gtin = value
        elif identifier == "10" and not goods.is_serial:
            goods.number = value
        elif identifier == "21":
            goods.number, goods.is_serial = value, True
        elif identifier == "00":
            goods.package = value
    goods.data = data.get(uri, {})
    goods.gtin = goods.gtin or goods.data.get("gtin", "")
    if not goods.number and goods.data.get("serialNumber"):
        goods.number, goods.is_serial = goods.data["serialNumber"], True
    return goods


def _collect_data(document, events):
    """Days and numbers of goods, wherever they are told, ``{uri: {name: text}}``."""
    found = {}
    for uri, attributes in _get_attributes(document):
        found.setdefault(uri, {}).update(_pick(attributes.items()))
    for event in events:
        born = _pick((event.get("ilmd") or {}).items())
        born |= _pick((name, text) for name, text in event.items() if ":" in name)
        if not born:
            continue
        for key in ("epcList", "outputEPCList"):
            for uri in event.get(key, ()):
                found.setdefault(uri, {}).update(born)
        for key in ("quantityList", "outputQuantityList"):
            for element in event.get(key, ()):
                found.setdefault(element["epcClass"], {}).update(born)
    return found


def _pick(pairs):
    return {
        get_word(name): text
        for name, text in pairs
        if get_word(name) in DAYS | NUMBERS and isinstance(text, str)
    }


def _get_attributes(document):
    header = document.get("epcisHeader", {}).get("epcisMasterData", {})
    for row in header.get("vocabularyList", ()):
        for item in row.get("vocabularyElementList", ()):
            if isinstance(item.get("id"), str):
                yield (
                    item["id"],
                    {
                        attribute["id"]: attribute.get("attribute")
                        for attribute in item.get("attributes", ())
                        if isinstance(attribute.get("id"), str)
                    },
                )


def _get_names(document):
    """What the URIs are called."""
    names = {}
    for uri, attributes in _get_attributes(document):
        for name, text in attributes.items():
            if get_word(name) in ("name", "descriptionShort") and isinstance(text, str):
                names[uri] = text
    return names


def _add_parties(found, event):
    for role in ("source", "destination"):
        uris = found.parties.setdefault(role, {})
        for row in event.get(f"{role}List", ()):
            if row.get("type", "").endswith("party"):
                uris[row[role]] = True
    for row in event.get("bizTransactionList", ()):
        found.documents[row.get("type", ""), row["bizTransaction"]] = True


def get_word_of_type(text: str) -> str:
    """``desadv``, however the vocabulary writes it."""
    return text.rpartition(":")[2].rpartition("BTT-")[2]
