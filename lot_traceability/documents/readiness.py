"""What would be missing in a request for records today, by where it is entered."""

from datetime import timedelta

from odoo import fields

from ..evidence import food
from . import kde, kde_rows

PRODUCT_FIELDS = {"packaging_size": "lot_pack_size", "packaging": "lot_pack_style"}


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
    for fact in facts:
        gaps.read_fact(fact, teller)
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

    def read_fact(self, fact, teller):
        for sheet, row in teller.tell(fact):
            if not row["tlc_source_name"] and not row["tlc_source_reference"]:
                self._add_lot(fact, ["TLC source"])
            self._read_addresses(sheet, row, fact)

    def _add_lot(self, fact, missing):
        lot = self.env["stock.lot"].browse(fact["lot_ref"] or ()).exists()
        if lot:
            self._add("lot", lot, lot.display_name, missing)

    def _read_addresses(self, sheet, row, fact):
        sides = _get_sides(sheet, fact)
        for prefix, (kind, address) in sides.items():
            partner_id = (address or {}).get("id")
            partner = self.env["res.partner"].browse(partner_id or ()).exists()
            if not partner:
                if not row[f"{prefix}_name"]:
                    self._add_operation(fact, [prefix])
                continue
            # as it is entered today: what is done next would be told by it
            now = teller.get_now(partner.id)
            missing = [
                name
                for name in kde.ADDRESS
                if not now[name] and name not in kde.US["optional_address"]
            ]
            if missing:
                self._add(kind, partner, partner.display_name, missing)

    def _add_operation(self, fact, missing):
        """A document that names nobody."""
        picking = self.env["stock.picking"]
        if fact["document_model"] == picking._name:
            picking = picking.browse(fact["document_ref"]).exists()
        if picking:
            self._add("operation", picking, picking.display_name, missing)

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
