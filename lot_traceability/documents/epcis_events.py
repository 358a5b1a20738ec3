"""The events of one document: what its lines say, in the words of EPCIS. No Odoo in
here.

A line is a dict as of ``evidence.details``, with ``key`` (whatever names it).
"""

from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from . import epcis

ORDERS = ("mrp.production", "mrp.unbuild", "lot.conversion")
USED = ("used", "conversion_out")
MADE = ("made", "conversion_in")
OWN = ("internal", "transit", "production", "inventory")
# what arrives is told where it arrives
ARRIVALS = {
    *("receipt", "return_in", "made", "conversion_in", "counted_in", "scrap_back"),
}
STEPS = {
    "receipt": epcis.RECEIVE,
    "shipment": epcis.SHIP,
    "dropship": epcis.SHIP,
    "return_in": epcis.TAKE_BACK,
    "return_out": epcis.SEND_BACK,
    "made": epcis.MAKE,
    "conversion_in": epcis.MAKE,
    "scrap": epcis.DESTROY,
    "scrap_back": epcis.KEEP,
    "counted_in": epcis.FIND,
    "counted_out": epcis.MISS,
}
MOVED = ("receiving", "shipping", "retail_selling")


class Teller:
    """Tells lines as events.

    :param namer: ``epcis.Namer``
    :param units: ``{id of a unit: (code or None, factor)}``
    :param readable: ids of partners that the user may read: others are not called by
        their name
    :param first: ``{id of a lot: the document that it began with}``
    """

    def __init__(self, namer, units, readable, first):
        self.namer = namer
        self.units = units
        self.readable = readable
        self.first = first

    def tell(self, document, lines):
        """The events of a document: pairs of event and keys of its lines."""
        # what was taken back has none
        lines = [line for line in lines if line.get("quantity")]
        if len(lines) > 1:
            lines.sort(key=lambda line: (line["date"], str(line["key"])))
        used = [line for line in lines if line.get("kind") in USED]
        made = [line for line in lines if line.get("kind") in MADE]
        is_order = bool(document) and document[0] in ORDERS and used and made
        told = []
        if is_order:
            told += self._tell_order(document, used, made)
        for line in lines:
            if is_order and line.get("kind") in (*USED, *MADE):
                continue
            told += [(event, [line["key"]]) for event in self._tell_line(line)]
        return told + self._tell_packages(lines)

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    def _tell_line(self, line):
        kind = line.get("kind")
        if kind == "transfer":
            return [self._tell_moved(line, step) for step in self._get_legs(line)]
        step = STEPS.get(kind)
        if kind == "shipment" and line.get("how") == "retail":
            step = epcis.SELL
        elif kind == "made" and line.get("how") == "repair":
            step = epcis.REMOVE
        return [self._tell_moved(line, step)] if step else []

    def _get_legs(self, line):
        """Goods between own sites are sent, and received; what is on its way says the
        other half with the other transfer."""
        source, dest = line["from"], line["to"]
        if _is_on_its_way(dest):
            return [epcis.SHIP]
        if _is_on_its_way(source):
            return [epcis.RECEIVE]
        return [epcis.SHIP, epcis.RECEIVE]

    def _tell_moved(self, line, step):
        kind = line["kind"]
        is_arrival = kind in ARRIVALS or step is epcis.RECEIVE
        place = line["to"] if is_arrival else line["from"]
        values = self._prepare_place(place, stays=is_arrival)
        if kind == "dropship":
            values = self._prepare_site(_get_dropped(line)[0])
        data = self._prepare_data(line)
        if step.action == "ADD":
            values["ilmd"] = data
        elif step.biz_step in MOVED or step in (epcis.FIND, epcis.KEEP):
            values |= data
        return epcis.get_object_event(
            step,
            self._get_goods(line),
            moment=get_moment(line),
            bizTransactionList=self._prepare_documents(line, step.document),
            **self._prepare_parties(line, step, is_arrival),
            **values,
        )

    def _prepare_parties(self, line, step, is_arrival):
        """Who had the goods before, who has them afterwards, and whose they are."""
        company, party = line.get("company"), line.get("party")
        giver, taker = company, party
        if line["kind"] in ("receipt", "return_in"):
            giver, taker = party, company
        elif line["kind"] == "dropship":
            giver, taker = _get_dropped(line)
        elif line["kind"] == "transfer":
            giver = (_is_on_its_way(line["from"]) and party) or company
            taker = (_is_on_its_way(line["to"]) and party) or company
        elif step.biz_step not in MOVED:
            giver = taker = None
        owner = line.get("owner")
        sides = {
            "source": [("possessing_party", giver)],
            "destination": [("possessing_party", taker)],
        }
        sides["destination" if is_arrival else "source"].append(("owning_party", owner))
        return {
            f"{role}List": [
                {"type": kind, role: self._get_party(who)} for kind, who in rows if who
            ]
            for role, rows in sides.items()
        }

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------
    def _tell_order(self, document, used, made):
        """All that an order used and made is one event; what was born with other days
        or numbers than the first is told by a further one, tied to it by an
        identifier."""
        last = made[-1]
        new = {line["key"] for line in made if self._is_new(document, line)}
        groups = defaultdict(list)
        for line in made:
            data = self._prepare_data(line) if line["key"] in new else {}
            number = data.pop("cbvmda:lotNumber", None)
            groups[tuple(sorted(data.items()))].append((line, number))
        values = {
            "moment": get_moment(last),
            "bizTransactionList": self._prepare_documents(last, "prodorder"),
            **self._prepare_place(last["to"]),
        }
        step = self._get_order_step(document, last, made, new)
        parts = list(groups.items())
        if len(parts) > 1:
            values["transformationID"] = self.namer.get_order(*document)
        keys = [line["key"] for line in (*used, *made)]
        events, inputs = [], [self._get_goods(line) for line in used]
        for data, rows in parts:
            numbers = {number for _line, number in rows if number}
            ilmd = dict(data)
            if len(numbers) == 1:
                ilmd["cbvmda:lotNumber"] = numbers.pop()
            outputs = [self._get_goods(line) for line, _number in rows]
            event = epcis.get_transformation_event(
                epcis.add_up(inputs), epcis.add_up(outputs), step, ilmd=ilmd, **values
            )
            events.append((event, keys))
            inputs = []
        return events

    def _get_order_step(self, document, last, made, new):
        if document[0] == "mrp.unbuild" or last.get("how") == "unbuild":
            return epcis.TAKEN_APART
        if new:
            return epcis.MADE_NEW
        has_lot = any(line["product"]["tracking"] != "serial" for line in made)
        return epcis.MADE_MORE if has_lot else epcis.REMADE

    def _is_new(self, document, line):
        """Whether the number began here, and was not there before."""
        lot = line.get("lot")
        return not lot or self.first.get(lot["id"], tuple(document)) == tuple(document)

    # ------------------------------------------------------------------
    # Packages
    # ------------------------------------------------------------------
    def _tell_packages(self, lines):
        """What was put into a package, or taken out: one event for each package."""
        groups, containers = defaultdict(list), {}
        for line in lines:
            if not (packages := line.get("packages")):
                continue
            source, dest, before, after = packages
            for step, package, other in (
                (epcis.UNPACK, source, dest),
                (epcis.PACK, dest, source),
            ):
                if package and package != other:
                    key = (step, tuple(package), line["date"], line["zone"])
                    groups[key].append(line)
            for step, parent, other in (
                (epcis.UNPACK, before, after),
                (epcis.PACK, after, before),
            ):
                if dest and parent and parent != other:
                    key = (step, tuple(parent), tuple(dest))
                    containers.setdefault(key, []).append(line)
        told = []
        for (step, package, *_when), rows in groups.items():
            children = [self._get_goods(line) for line in rows]
            told.append(self._tell_package(step, package, children, rows))
        for (step, parent, package), rows in containers.items():
            uri = self.namer.get_package(package[1], package[0])
            child = epcis.Goods(uri, 1, "", is_serial=True)
            told.append(self._tell_package(step, parent, [child], rows))
        return told

    def _tell_package(self, step, package, children, rows):
        line = rows[0]
        # packed where the goods come from, if that is a place of one's own
        is_own = line["from"].get("usage") in OWN and step is epcis.PACK
        place = line["from"] if is_own else line["to"]
        event = epcis.get_aggregation_event(
            step,
            self.namer.get_package(package[1], package[0]),
            children,
            moment=get_moment(line),
            bizTransactionList=self._prepare_documents(line, _get_document_type(line)),
            **self._prepare_place(place, stays=False),
        )
        return event, [row["key"] for row in rows]

    # ------------------------------------------------------------------
    # Holds, recalls, days that are over
    # ------------------------------------------------------------------
    def tell_state(self, step, line, ended=None):
        """What goods may be used for changed.

        :param line: with ``product``, ``lot``, ``date``, ``zone``, perhaps ``to`` and
            ``quantity``
        :param ended: what they were before and are not any more
        """
        goods = self._get_goods(line)
        change = {"unset": [ended]} if ended else {"set": [step.disposition]}
        return epcis.get_object_event(
            step,
            goods,
            moment=get_moment(line),
            persistentDisposition=change,
            **(self._prepare_place(line["to"]) if line.get("to") else {}),
        )

    # ------------------------------------------------------------------
    # Pieces
    # ------------------------------------------------------------------
    def _get_goods(self, line):
        product, lot = line["product"], line.get("lot") or {}
        is_serial = product.get("tracking") == "serial" and bool(lot)
        unit, factor = self.units.get(product.get("uom"), (None, 1))
        name = product.get("name") or ""
        uri = self.namer.get_goods(
            product.get("barcode"),
            lot.get("name"),
            is_serial,
            lot.get("id") or f"product-{product['id']}",
            f"{name} {lot.get('name') or ''}".strip(),
        )
        quantity = line.get("quantity")
        if quantity is not None:
            quantity = round(quantity * factor, 6)
        return epcis.Goods(uri, quantity, unit, is_serial)

    def _prepare_data(self, line):
        """What a number was born with: as its label says it."""
        lot = line.get("lot")
        if not lot:
            return {}
        is_serial = line["product"].get("tracking") == "serial"
        values = {
            "cbvmda:lotNumber": lot.get("batch") if is_serial else lot.get("name"),
            **self._prepare_keys(line["product"], lot, is_serial),
            "lots:supplierLotNumber": lot.get("supplier"),
            **{f"cbvmda:{name}": day for name, day in line.get("days", {}).items()},
        }
        return {name: value for name, value in values.items() if value}

    def _prepare_keys(self, product, lot, is_serial):
        """What a reader knows goods by, where their identifier does not hold it."""
        gtin, number = epcis.get_gtin(product.get("barcode")), lot.get("name")
        if gtin and epcis.NUMBER.fullmatch(number):
            return {}
        return {"lots:gtin": gtin, "lots:serialNumber": is_serial and number}

    def _prepare_place(self, place, stays=True):
        """Where it happened, and where the goods are afterwards if they stay there."""
        if place.get("usage") not in OWN:
            return {}
        uri = self.namer.get_place(
            place.get("gln"), place["id"], place.get("name"), place.get("is_own")
        )
        return {"readPoint": {"id": uri}, "bizLocation": stays and {"id": uri}}

    def _prepare_site(self, party):
        """Where goods leave that never were here: the vendor's."""
        if not party:
            return {}
        label = party.get("name") if party["id"] in self.readable else None
        uri = self.namer.get_place(
            party.get("gln"), f"partner-{party['id']}", label, is_own=True
        )
        return {"readPoint": {"id": uri}}

    def _get_party(self, party):
        label = party.get("name") if party["id"] in self.readable else None
        return self.namer.get_party(party.get("gln"), party["id"], label)

    def _prepare_documents(self, line, document_type):
        gln = (line.get("company") or {}).get("gln")
        # the standard has no type for other documents, and none is told without one
        rows = [(document_type, line.get("number")), *line.get("orders", ())]
        return [
            {"type": name, "bizTransaction": self.namer.get_document(gln, number)}
            for name, number in dict.fromkeys(map(tuple, rows))
            if name and number
        ]


def _get_dropped(line):
    """The vendor, as the order names it, and the customer."""
    party, taker, vendor = (line.get(name) for name in ("party", "taker", "vendor"))
    if vendor:
        others = (who for who in (taker, party) if who and who["id"] != vendor["id"])
        return vendor, next(others, None)
    if party and taker and party["id"] != taker["id"]:
        return party, taker
    return None, taker or party


def _is_on_its_way(place):
    """Whether goods there are in transit, or with a subcontractor."""
    return place.get("usage") == "transit" or place.get("is_outside", False)


def _get_document_type(line):
    step = STEPS.get(line.get("kind"))
    return step.document if step else ""


def get_moment(line):
    """When, in the zone of the place."""
    moment = datetime.fromisoformat(line["date"]).replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(line["zone"]))
