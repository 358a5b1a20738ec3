"""What would be missing in a request for records today, by where it is entered."""

from datetime import timedelta

from odoo import fields

from ..evidence import food
from . import kde, kde_rows

PRODUCT_FIELDS = {
    "packaging_size": "lot_pack_size",
    "packaging_style": "lot_pack_style",
}


def find(env, companies) -> list[dict]:
    """Values of ``lot.trace.readiness``: of foods on the list, what was done in the
    years for which records are kept, and what products and vendors say today."""
    products = env["product.product"].with_context(active_test=False)
    products = products.search([("lot_is_ftl", "=", True)])
    if not products:
        return []
    days = 365 * kde.US["years_to_keep"]
    start = fields.Datetime.now() - timedelta(days=days)
    facts = food.find(env, companies.ids, product_ids=products.ids, date_from=start)
    gaps = _Gaps(env)
    gaps.read_products(products)
    teller = kde_rows.KdeRows(env, facts)
    gaps.read_facts(facts, teller)
    return gaps.get_values()


class _Gaps:
    """Missing things by the record in which they are entered."""

    def __init__(self, env):
        self.env = env
        self._found = {}

    def _add(self, kind, record, name, columns):
        key = kind, record._name, record.id
        found = self._found.setdefault(key, {"name": name, "missing": {}, "rows": 0})
        found["missing"] |= dict.fromkeys(map(kde.get_heading, columns))
        found["rows"] += 1

    def read_products(self, products):
        """What the products of today would leave empty in what is done from now on."""
        for template in products.product_tmpl_id:
            missing = [
                name for name, field in PRODUCT_FIELDS.items() if not template[field]
            ]
            if missing:
                self._add("product", template, template.display_name, missing)

    def read_facts(self, facts, teller):
        refs = {
            fact["document_ref"]
            for fact in facts
            if fact["document_model"] == "stock.picking"
        }
        there = self.env["stock.picking"].browse(filter(None, refs)).exists()
        pickings = {picking.id: picking for picking in there}
        for fact in facts:
            if fact["kind"] in food.MADE:
                self._read_address("place", fact["site"], teller)
            for sheet, row in teller.tell(fact):
                lot = teller.lots.get(fact["lot_ref"])
                if lot and not (row["tlc_source_name"] or row["tlc_source_reference"]):
                    self._add("lot", lot, lot.display_name, ["TLC source"])
                for prefix, (kind, address) in _get_sides(sheet, fact).items():
                    picking = pickings.get(fact["document_ref"])
                    if row[f"{prefix}_name"]:
                        self._read_address(kind, address, teller)
                    elif picking and fact["document_model"] == picking._name:
                        # a document that names nobody
                        self._add("operation", picking, picking.display_name, [prefix])

    def _read_address(self, kind, address, teller):
        """As it is entered today: what is done next would be told by it."""
        now = teller.get_now((address or {}).get("id"))
        missing = [
            name
            for name in kde.ADDRESS
            if now and not now[name] and name not in kde.US["optional_address"]
        ]
        if missing:
            partner = self.env["res.partner"].browse(now["id"])
            self._add(kind, partner, now["name"], missing)

    def get_values(self):
        return [
            {
                "kind": kind,
                "res_model": model_name,
                "res_id": res_id,
                "name": found["name"],
                "missing": ", ".join(found["missing"]),
                "row_count": found["rows"],
            }
            for (kind, model_name, res_id), found in self._found.items()
        ]


def _get_sides(sheet, fact):
    """``{prefix of the columns: (kind of gap, address)}`` of a row."""
    more, party, site = fact["food"], fact["party"], fact["site"]
    if fact["kind"] == "transfer":
        own, other, kind = more.get("from"), more.get("to"), "place"
        if sheet == "Receiving":
            own, other = other, own
    else:
        own, other, kind = site, party, "partner"
    if sheet == "Shipping":
        return {
            "place_shipped_from": ("place", own),
            "subsequent_recipient": (kind, other),
        }
    return {"place_received": ("place", own), "previous_source": (kind, other)}
