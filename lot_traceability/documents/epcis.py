"""Events in the words of EPCIS 2.0 (GS1): JSON-LD without any storage behind it.

What has a GS1 number is named by a GS1 Digital Link, which needs no company prefix, or
by an EPC URN where the company wants that and the number is its own; everything else by
a URI below an address of the company, as the standard's core vocabulary lays down
(``obj``, ``class``, ``loc``, ``pty``, ``bt``). The vocabulary of the document says what
these are called.
"""

import json
import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from ..scanning.gs1 import CHARACTERS, has_check_digit
from . import gs1_uri
from .event_hash import NAMESPACES, get_event_id

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
LINK = gs1_uri.LINK
VOCABULARY = "urn:epcglobal:epcis:vtype:"
ATTRIBUTE = "urn:epcglobal:cbv:mda#"
# what a number may hold to be in a GS1 code
NUMBER = re.compile(CHARACTERS["X"] + "{1,20}")
SSCC = re.compile(r"[0-9]{18}")
# Odoo's units by their UN/ECE Recommendation 20 code; pieces have none
UNITS = {
    "product_uom_unit": "",
    "product_uom_dozen": "DZN",
    "product_uom_gram": "GRM",
    "product_uom_kgm": "KGM",
    "product_uom_ton": "TNE",
    "product_uom_lb": "LBR",
    "product_uom_oz": "ONZ",
    "product_uom_milliliter": "MLT",
    "product_uom_litre": "LTR",
    "product_uom_cubic_meter": "MTQ",
    "product_uom_floz": "OZA",
    "product_uom_qt": "QTL",
    "product_uom_gal": "GLL",
    "product_uom_cubic_inch": "INQ",
    "product_uom_cubic_foot": "FTQ",
    "product_uom_millimeter": "MMT",
    "product_uom_cm": "CMT",
    "product_uom_meter": "MTR",
    "product_uom_km": "KMT",
    "product_uom_inch": "INH",
    "product_uom_foot": "FOT",
    "product_uom_yard": "YRD",
    "product_uom_mile": "SMI",
    "product_uom_square_meter": "MTK",
    "product_uom_square_foot": "FTK",
    "product_uom_hour": "HUR",
    "product_uom_day": "DAY",
    "product_uom_minute": "MIN",
    "product_uom_kwh": "KWH",
}


class Step(NamedTuple):
    """What a line means: ``document`` is the type of the document it was done by."""

    action: str
    biz_step: str
    disposition: str
    document: str = ""


RECEIVE = Step("OBSERVE", "receiving", "in_progress", "recadv")
TAKE_BACK = Step("OBSERVE", "receiving", "returned", "recadv")
SHIP = Step("OBSERVE", "shipping", "in_transit", "desadv")
SEND_BACK = Step("OBSERVE", "shipping", "returned", "desadv")
MAKE = Step("ADD", "commissioning", "active", "prodorder")
DESTROY = Step("DELETE", "destroying", "destroyed")
SELL = Step("OBSERVE", "retail_selling", "retail_sold", "desadv")
MADE_NEW = Step("", "commissioning", "active")
MADE_MORE = Step("", "creating_class_instance", "active")
REMADE = Step("", "repackaging", "active")
TAKEN_APART = Step("", "disassembling", "active")
REMOVE = Step("OBSERVE", "removing", "in_progress")
FIND = Step("OBSERVE", "cycle_counting", "in_progress")
KEEP = Step("OBSERVE", "inspecting", "in_progress")
MISS = Step("OBSERVE", "cycle_counting", "unknown")
PACK = Step("ADD", "packing", "in_progress")
UNPACK = Step("DELETE", "unpacking", "in_progress")
HOLD = Step("OBSERVE", "holding", "non_sellable_other")
RECALL = Step("OBSERVE", "holding", "recalled")
REJECT = Step("OBSERVE", "inspecting", "non_conformant")
EXPIRE = Step("OBSERVE", "holding", "expired")
# a review ends a hold
RELEASE = Step("OBSERVE", "inspecting", "in_progress")


@dataclass
class Goods:
    """A quantity of a number; ``unit`` is None if there is no code for it."""

    uri: str
    quantity: float | None
    unit: str | None = ""
    is_serial: bool = False

    def to_element(self):
        element = {"epcClass": self.uri}
        # a hold says no quantity
        if self.unit is not None and self.quantity is not None:
            element["quantity"] = self.quantity
        if self.unit and self.quantity is not None:
            element["uom"] = self.unit
        return element


class Namer:
    """Finds the URI of a thing, and remembers what it is called.

    :param base: address of the company, for what has no GS1 number
    :param prefix: GS1 company prefix, if numbers with it are to be told as URNs
    """

    def __init__(self, base, prefix=""):
        self.base = f"{base.rstrip('/')}/epcis"
        self.prefix = prefix
        self._names = {}

    def get_goods(self, barcode, number, is_serial, local_id, label):
        """A number: with a GTIN ``…/01/GTIN/10/LOT`` or ``…/21/SERIAL``."""
        gtin = get_gtin(barcode)
        if gtin and not number:
            uri = gs1_uri.get_goods(self.prefix, gtin, "", False)
            uri = uri or f"{LINK}/01/{gtin}"
        elif gtin and NUMBER.fullmatch(number):
            uri = gs1_uri.get_goods(self.prefix, gtin, number, is_serial)
            key = "21" if is_serial else "10"
            uri = uri or f"{LINK}/01/{gtin}/{key}/{_quote(number)}"
        else:
            uri = f"{self.base}/{'obj' if is_serial else 'class'}/{local_id}"
        return self._remember("EPCClass", uri, "descriptionShort", label)

    def get_package(self, number, local_id):
        """A package: by its SSCC, if its name is one."""
        if SSCC.fullmatch(number or "") and has_check_digit(number):
            uri = gs1_uri.get_package(self.prefix, number) or f"{LINK}/00/{number}"
        else:
            uri = f"{self.base}/obj/package-{local_id}"
        return self._remember("EPCClass", uri, "descriptionShort", number)

    def get_place(self, gln, local_id, label, is_own=False):
        """A location: its own GLN, or that of its address with a number behind it."""
        if is_own and is_gln(gln):
            uri = gs1_uri.get_place(self.prefix, gln) or f"{LINK}/414/{gln}"
        elif is_gln(gln):
            uri = gs1_uri.get_place(self.prefix, gln, str(local_id))
            uri = uri or f"{LINK}/414/{gln}/254/{local_id}"
        else:
            uri = f"{self.base}/loc/{local_id}"
        return self._remember("Location", uri, "name", label)

    def get_party(self, gln, local_id, label):
        if is_gln(gln):
            uri = gs1_uri.get_party(self.prefix, gln) or f"{LINK}/417/{gln}"
        else:
            uri = f"{self.base}/pty/{local_id}"
        return self._remember("SourceDest", uri, "name", label)

    def get_order(self, model_name, local_id):
        """What ties the events of one order together."""
        return f"{self.base}/xform/{model_name}-{local_id}"

    def get_document(self, gln, number):
        if is_gln(gln):
            return f"urn:epcglobal:cbv:bt:{gln}:{_quote(number)}"
        return f"{self.base}/bt/{_quote(number)}"

    def _remember(self, kind, uri, attribute, label):
        # what may not be read has no name
        if label:
            self._names.setdefault(kind, {})[uri] = (attribute, label)
        return uri

    def get_vocabulary(self):
        """What the URIs are called, as master data of a document."""
        return [
            {
                "type": f"{VOCABULARY}{kind}",
                "vocabularyElementList": [
                    {
                        "id": uri,
                        "attributes": [{"id": ATTRIBUTE + name, "attribute": label}],
                    }
                    for uri, (name, label) in sorted(names.items())
                ],
            }
            for kind, names in sorted(self._names.items())
        ]


def get_gtin(barcode):
    """The GTIN of a barcode with 14 digits, or an empty text if it is none."""
    is_gtin = barcode and len(barcode) in (8, 12, 13, 14) and has_check_digit(barcode)
    return barcode.zfill(14) if is_gtin else ""


def is_gln(number):
    return bool(number) and len(number) == 13 and has_check_digit(number)


def _quote(text):
    return quote(text, safe="")


# -- events -------------------------------------------------------------
def get_object_event(step, goods, **values):
    """Receipt, delivery, return, scrap, or a number that begins to exist."""
    goods_key, told = "quantityList", [goods.to_element()]
    if goods.is_serial:
        goods_key, told = "epcList", [goods.uri]
    return _get_event(
        "ObjectEvent",
        {"action": step.action, goods_key: told},
        step,
        **values,
    )


def get_transformation_event(inputs, outputs, step=MADE_NEW, **values):
    """Something was made of something else."""
    content = {
        **_split(inputs, "inputEPCList", "inputQuantityList"),
        **_split(outputs, "outputEPCList", "outputQuantityList"),
    }
    return _get_event("TransformationEvent", content, step, **values)


def get_aggregation_event(step, parent, children, **values):
    """Goods were put into a package, or taken out of it."""
    content = {
        "action": step.action,
        "parentID": parent,
        **_split(add_up(children), "childEPCs", "childQuantityList"),
    }
    return _get_event("AggregationEvent", content, step, **values)


def add_up(goods):
    """The same goods once, with all of their quantity."""
    found = {}
    for part in goods:
        key = (part.uri, part.unit, part.is_serial)
        before = found.get(key)
        quantity = round(part.quantity + (before.quantity if before else 0), 6)
        found[key] = Goods(part.uri, quantity, part.unit, part.is_serial)
    return list(found.values())


def _split(goods, serial_key, lot_key):
    serials = sorted({part.uri for part in goods if part.is_serial})
    lots = [part.to_element() for part in goods if not part.is_serial]
    return {key: told for key, told in ((serial_key, serials), (lot_key, lots)) if told}


def _get_event(kind, content, step, moment, **values):
    """
    :param moment: when, in the time zone of the place
    :param values: more of the event (``readPoint``, ``ilmd``, …); empty ones are left
        out
    """
    told = moment.isoformat()
    offset = told[max(told.rfind("+"), told.rfind("-")) :]
    return {
        "type": kind,
        "eventTime": told,
        # of a zone as it was a hundred years ago, without its seconds
        "eventTimeZoneOffset": offset[:6],
        **content,
        "bizStep": step.biz_step,
        "disposition": step.disposition,
        **{key: value for key, value in values.items() if value},
    }


def identify(events):
    """Give each event its identifier.

    Lines that differ in nothing but the quantity are one event: two of the same content
    would have the same identifier, and whoever reads them would drop one.

    :param events: get the identifier of the event that tells them
    :return: the events to tell
    """
    told = {}
    for event in events:
        # one alone has none to be told from: most documents are one event
        key = _get_key(event) if len(events) > 1 else None
        told.setdefault(key, []).append(event)
    merged = []
    for group in told.values():
        first = dict(group[0])
        (goods, *others) = first.get("quantityList") or [None, None]
        if goods and not others and "quantity" in goods:
            total = sum(event["quantityList"][0]["quantity"] for event in group)
            first["quantityList"] = [goods | {"quantity": round(total, 6)}]
        identifier = get_event_id(first)
        for event in group:
            event["eventID"] = identifier
        merged.append({"type": first["type"], "eventID": identifier} | first)
    return merged


def _get_key(event):
    """All of an event but the quantity of its only goods."""
    goods = event.get("quantityList") or ()
    if len(goods) == 1:
        event = event | {"quantityList": [goods[0] | {"quantity": 0}]}
    return json.dumps(event, sort_keys=True)


def get_document(events, moment, namer):
    """The whole document, the oldest event first."""
    return {
        "@context": [CONTEXT, NAMESPACES],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": moment.isoformat(),
        "epcisHeader": {"epcisMasterData": {"vocabularyList": namer.get_vocabulary()}},
        "epcisBody": {"eventList": sorted(events, key=_get_order)},
    }


def _get_order(event):
    return event["eventTime"], event["eventID"]
