"""Rows of what food rules ask for, out of the frozen facts."""

from datetime import UTC

from ..evidence import food
from ..tools.calendar_days import get_zone
from ..tools.remember import remember
from . import kde

RECEIVED = ("receipt", "return_in", "dropship")
SENT = ("shipment", "return_out", "dropship")
USED = ("used", "conversion_out")
# what a product is, besides its name
GOODS = tuple(name for name in kde.PRODUCT if name != "product")
# what a lot says about its code
LOT = ("supplier_number", "product_id", "lot_tlc")
LOT += ("lot_tlc_source_id", "lot_tlc_source_reference")
EU_SHEET = "Food of animal origin"


class KdeRows:
    """Rows for each sheet of a rule.

    :param facts: as of ``evidence.food.read``
    :param identifiers: ``{line id: identifier of its event}``; others are told by the
        number of the fact
    :param may_name: whether a partner may be named, by id; all of them if not given
    """

    def __init__(self, env, facts, identifiers=None, may_name=None):
        # sudo: what was frozen is told; who may ask was asked before
        self.env = env(su=True)
        self.facts = facts
        self.identifiers = identifiers or {}
        self.may_name = may_name or (lambda partner_id: True)
        self._types = self._get_types()
        self._conversions = self._read_conversions()
        lots = {fact["lot_ref"] for fact in facts if fact["lot_ref"]}
        self._made = _get_made_places(facts) | food.get_made_places(self.env, lots)
        self.lots = self._read("stock.lot", lots)
        # not all that there is of a lot
        self.env["stock.lot"].browse(self.lots).fetch(LOT)
        self._partners = self._read("res.partner", _get_partner_ids(facts))
        products = {fact["product_ref"] for fact in facts}
        self._products = self._read("product.product", products)

    def _read(self, model_name, ids):
        """What is there still: ``{id: record}``."""
        found = self.env[model_name].browse(set(filter(None, ids))).exists()
        return {record.id: record for record in found}

    def _read_conversions(self):
        """Kinds of conversions by their names, where that was not frozen."""
        names = {
            fact["document_name"]
            for fact in self.facts
            if fact["kind"].startswith("conversion")
        }
        found = self.env["lot.conversion"].search([("name", "in", list(names))])
        return {one.name: one.kind for one in found}

    # -- sheets -----------------------------------------------------------
    def get_values(self) -> dict[str, list[dict]]:
        """``{sheet of the US rule: values by column}``, the oldest first."""
        values = {sheet: [] for sheet in kde.SHEETS}
        for fact in self.facts:
            for sheet, row in self.tell(fact):
                values[sheet].append(row)
        values["Transformation"] = list(self._tell_orders())
        return values

    def get_rows(self) -> dict[str, list]:
        """``{sheet: rows of cells}``."""
        return {
            sheet: [kde.get_row(sheet, row) for row in rows]
            for sheet, rows in self.get_values().items()
        }

    def tell(self, fact):
        """``(sheet, values by column)`` of what came or went by a line."""
        kind, more = fact["kind"], fact["food"]
        if kind == "transfer":
            if more.get("is_sent"):
                yield (
                    "Shipping",
                    self._prepare_sent(fact, more.get("from"), more.get("to")),
                )
            if more.get("is_received"):
                row = self._prepare_received(fact, more.get("from"), more.get("to"))
                yield "Receiving", row
            return
        party, site = self._get_party(fact), fact["site"]
        if kind in RECEIVED:
            sheet = "Receiving From Exempt" if more.get("is_exempt") else "Receiving"
            place = party if kind == "dropship" else site
            yield sheet, self._prepare_received(fact, party, place)
        if kind in SENT:
            yield "Shipping", self._prepare_sent(fact, site, party)

    def _prepare_received(self, fact, source, place):
        return {
            **self._prepare_moved(fact),
            **self._prepare_address("previous_source", source),
            **self._prepare_address("place_received", place),
        } | self._prepare_source(fact, place)

    def _prepare_sent(self, fact, place, recipient):
        return {
            **self._prepare_moved(fact),
            **self._prepare_address("subsequent_recipient", recipient),
            **self._prepare_address("place_shipped_from", place),
        } | self._prepare_source(fact)

    def _prepare_moved(self, fact):
        return {
            "tlc": self.get_code(fact),
            "quantity": fact["quantity"],
            "uom": fact["uom_name"],
            **self._prepare_product(fact),
            "date": self._get_day(fact),
            **self._prepare_documents(fact),
            "event": self._get_event(fact),
            "internal_number": fact["lot_name"],
        }

    # -- transformations ---------------------------------------------------
    def _tell_orders(self):
        for used, made in get_orders(self.facts):
            for fact in made:
                yield from self._tell_made(fact, used)

    def _tell_made(self, made, used):
        """A row for each lot that went in."""
        output = self._prepare_output(made)
        code = self.get_code(made)
        for fact in used:
            is_same = self.get_code(fact) == code
            if fact["product_ref"] != made["product_ref"] or kde.is_transformation(
                self._get_conversion(made), is_same
            ):
                row = output | self._prepare_input(fact)
                row["added_later"] = self._join_later(output, row)
                yield row

    def _join_later(self, *rows):
        texts = [row["added_later"] for row in rows if row.get("added_later")]
        return ", ".join(dict.fromkeys(texts))

    def _prepare_input(self, fact):
        return {
            "input_tlc": self.get_code(fact),
            **self._prepare_product(fact, "input_"),
            "quantity_used": fact["quantity"],
            "input_uom": fact["uom_name"],
        }

    def _prepare_output(self, fact):
        return {
            "new_tlc": self.get_code(fact),
            **self._prepare_product(fact, "output_"),
            "quantity_produced": fact["quantity"],
            "output_uom": fact["uom_name"],
            "date_completed": self._get_day(fact),
            "internal_number": fact["lot_name"],
            "event": self._get_event(fact),
            **self._prepare_address("place_transformed", fact["site"]),
            **self._prepare_documents(fact),
        }

    # -- the EU --------------------------------------------------------------
    def get_eu_values(self) -> list[dict]:
        """Dispatches of food of animal origin, to us and by us."""
        rows = []
        for fact in self.facts:
            if not self._get(fact, "is_animal", "lot_is_animal_food"):
                continue
            party, site, more = self._get_party(fact), fact["site"], fact["food"]
            kind = fact["kind"]
            if kind == "transfer" and more.get("is_sent"):
                rows.append(
                    self._prepare_eu(fact, more.get("from"), more.get("to"), "out")
                )
            elif kind in SENT:
                rows.append(self._prepare_eu(fact, site, party, "out"))
            elif kind in RECEIVED:
                rows.append(self._prepare_eu(fact, party, site, "in"))
        return rows

    def _prepare_eu(self, fact, source, dest, direction):
        product = self._prepare_product(fact)
        names = ("product", "brand", "packaging_size", "packaging_style")
        more = fact["food"]
        commercial = more.get("commercial")
        is_out = direction == "out"
        owner = more.get("owner") or (None if is_out else commercial)
        consignee = commercial if is_out else None
        return {
            "description": ", ".join(product[name] for name in names if product[name]),
            "quantity": fact["quantity"],
            "uom": fact["uom_name"],
            **self._prepare_address("dispatched_from", source),
            **self._prepare_address("consignor", owner),
            **self._prepare_address("dispatched_to", dest),
            **self._prepare_address("consignee", consignee),
            "lot": self.get_code(fact),
            "date_of_dispatch": self._get_day(fact),
            "document": fact["document_name"],
            "direction": self.env._("Dispatched") if is_out else self.env._("Received"),
            "event": self._get_event(fact),
            "internal_number": fact["lot_name"],
        }

    # -- pieces ----------------------------------------------------------------
    def get_code(self, fact):
        """The traceability lot code: as it was given first."""
        if fact["food"].get("code"):
            return fact["food"]["code"]
        lot = self.lots.get(fact["lot_ref"])
        if lot and lot.lot_tlc:
            return lot.lot_tlc
        if self._is_made_here(fact):
            return fact["lot_name"]
        supplier = fact["supplier_number"] or (lot and lot.supplier_number)
        return supplier or fact["lot_name"]

    def _is_made_here(self, fact):
        return fact["lot_ref"] in self._made

    def _get_conversion(self, fact):
        if not fact["kind"].startswith("conversion"):
            return None
        known = self._conversions.get(fact["document_name"])
        return fact["food"].get("conversion") or known or "relabel"

    def _prepare_source(self, fact, place=None):
        """Where the code was given: as the lot or product says, or here."""
        more, lot = fact["food"], self.lots.get(fact["lot_ref"])
        source, reference = more.get("source"), more.get("source_reference")
        if not source and not reference and lot:
            partner, reference = lot._get_tlc_source()
            source = partner and self.get_now(partner.id)
        if not source and not reference and self._is_made_here(fact):
            source = self._made[fact["lot_ref"]]
        if not source and not reference and more.get("is_exempt"):
            source = None if self._has_foreign_code(fact) else place
        return {
            **self._prepare_address("tlc_source", source),
            "tlc_source_reference": reference,
        }

    def _has_foreign_code(self, fact):
        return self.get_code(fact) != fact["lot_name"]

    def _get(self, fact, name, field):
        """As it was then; what was not entered, as it is now."""
        if value := fact["food"].get(name):
            return value
        product = self._products.get(fact["product_ref"])
        return product[field] if product else None

    def _prepare_product(self, fact, prefix=""):
        more = fact["food"]
        then = tuple([more.get(name) for name in GOODS])
        values, later = self._tell_goods(prefix, fact["product_ref"], then)
        return {
            f"{prefix}product": fact["product_name"],
            **values,
            "added_later": later,
        }

    @remember
    def _tell_goods(self, prefix, product_ref, then):
        """What a product was, and the headings of what was not entered then."""
        product, values, later = self._products.get(product_ref), {}, []
        for name, value in zip(GOODS, then, strict=True):
            if not value and product:
                value = product[food.PRODUCT[name]]
                if value:
                    later.append(kde.get_heading(f"{prefix}{name}"))
            values[f"{prefix}{name}"] = value
        return values, ", ".join(later)

    def _get_party(self, fact):
        party = fact["party"]
        return party if party and self.may_name(party["id"]) else None

    @remember
    def get_now(self, partner_id):
        """The address as it is now, to fill in what was not entered; {} if gone."""
        partner = self._partners.get(partner_id)
        if not partner and partner_id:
            partner = self.env["res.partner"].browse(partner_id).exists()
        if not partner:
            return {}
        return {
            "id": partner.id,
            "name": partner.display_name,
            "phone": partner.phone,
            "street": ", ".join(filter(None, (partner.street, partner.street2))),
            "city": partner.city,
            "state": partner.state_id.name,
            "zip": partner.zip,
            "country": partner.country_id.code,
        }

    def _prepare_address(self, prefix, address):
        address = address or {}
        then = tuple([address.get(name) for name in kde.ADDRESS])
        return self._tell_address(prefix, address.get("id"), then)

    @remember
    def _tell_address(self, prefix, partner_id, then):
        now = self.get_now(partner_id) if partner_id else {}
        return {
            f"{prefix}_{name}": value or now.get(name)
            for name, value in zip(kde.ADDRESS, then, strict=True)
        }

    def _prepare_documents(self, fact):
        origin = fact["origin"]
        return {
            "document_type": fact["document_name"] and self._types.get(fact["kind"]),
            "document": fact["document_name"],
            "document_2_type": origin and self._types["origin"],
            "document_2": origin,
        }

    def _get_types(self):
        """What documents are called, by kind: each is translated once."""
        return {
            "receipt": self.env._("Receipt"),
            "shipment": self.env._("Delivery"),
            "transfer": self.env._("Transfer"),
            "made": self.env._("Manufacturing Order"),
            "conversion_in": self.env._("Conversion"),
            "return_in": self.env._("Return"),
            "return_out": self.env._("Return"),
            "dropship": self.env._("Dropship"),
            "origin": self.env._("Source document"),
        }

    def _get_event(self, fact):
        # nobody has written it down yet, perhaps
        number = fact.get("id")
        other = f"fact {number}" if number else f"line {fact['line_ref']}"
        return self.identifiers.get(fact["line_ref"]) or other

    def _get_day(self, fact):
        zone = fact["food"].get("tz") or self._get_zone((fact["site"] or {}).get("id"))
        moment = fact["date"].replace(tzinfo=UTC).astimezone(get_zone(zone or "UTC"))
        return moment.date().isoformat()

    @remember
    def _get_zone(self, partner_id):
        partner = self.env["res.partner"].browse(partner_id or ()).exists()
        return partner.tz


def _get_made_places(facts):
    """As ``food.get_made_places``, of what nobody has written down yet."""
    places = {}
    for fact in facts:
        if fact["kind"] in food.MADE and fact["food"].get("conversion") != "split":
            places.setdefault(fact["lot_ref"], fact["site"])
    return places


def get_orders(facts):
    """What each order used, and what it made."""
    orders = {}
    for fact in facts:
        if fact["kind"] in food.ORDERS and fact["document_name"]:
            key = fact["company_id"], fact["document_name"]
            orders.setdefault(key, []).append(fact)
    for group in orders.values():
        # what a repair used goes into a thing that stays the same
        if group[0]["document_model"] != "repair.order":
            yield (
                [fact for fact in group if fact["kind"] in USED],
                [fact for fact in group if fact["kind"] in food.MADE],
            )


def count_rows(facts) -> int:
    """How many rows there are at most, before one of them is made: an order has one for
    each pair of what it used and what it made."""
    moved = sum(
        (fact["kind"] in RECEIVED)
        + (fact["kind"] in SENT)
        # goods between own places are sent, and received
        + 2 * (fact["kind"] == "transfer")
        for fact in facts
    )
    return moved + sum(len(used) * len(made) for used, made in get_orders(facts))


def _get_partner_ids(facts):
    """Of all whom facts name, to be read in one go."""
    names = ("source", "from", "to", "commercial", "owner")
    for fact in facts:
        food_of = [fact["food"].get(name) for name in names]
        for address in (fact["party"], fact["site"], *food_of):
            if address:
                yield address["id"]
