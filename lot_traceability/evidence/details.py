"""What a line says besides names: the ids and codes by which others know things.

Frozen with a fact, and read of lines that nobody wrote down: one reader for both, so
that an event is told the same from either. Plain values that JSON can hold.
"""

from odoo.models import BaseModel

from .. import apps
from ..done_lines import sold
from ..tools.remember import remember
from ..tools.zone import get_zone_of_warehouse
from ..trace.sql import is_scrap

IN_STOCK = ("internal", "transit")
GLN = "global_location_number"
# what tells lines apart, besides lot, quantity and time
COMMON = (
    *("product_id", "move_id", "picking_id", "location_id", "location_dest_id"),
    *("company_id", "owner_id", "package_id", "result_package_id"),
    "package_history_id",
)


def get_details(lines: BaseModel) -> dict[BaseModel, dict]:
    """What events need of lines; what is empty is left out."""
    reader = Reader(lines)
    return {
        line: reader.tell(line, kind, get_common(line, kind))
        for line in lines.sudo()
        for kind in (get_kind(line),)
    }


def get_common(line: BaseModel, kind: str | None) -> tuple:
    """What lines have in common that say the same, but for lot, quantity and time."""
    # pylint: disable=protected-access
    return (kind, *(line[name]._ids for name in COMMON))


def get_kind(line: BaseModel) -> str | None:
    """What a line is; None for a move within a warehouse."""
    if not line.quantity_product_uom:
        return None
    move = line.move_id
    if move.lot_conversion_id:
        is_ours = line.location_id.usage in IN_STOCK
        return "conversion_out" if is_ours else "conversion_in"
    if is_scrap(line):
        return "scrap"
    return get_kind_between(line.location_id, line.location_dest_id)


def get_kind_between(source: BaseModel, dest: BaseModel) -> str | None:
    """What goods that go from one place to another are."""
    kind = {
        ("supplier", "customer"): "dropship",
        ("customer", "supplier"): "return_out",
    }.get((source.usage, dest.usage))
    if kind:
        return kind
    if source.usage == dest.usage and source.usage not in IN_STOCK:
        # handed on from one place of customers to another: they have it as before
        return None
    if source.usage in IN_STOCK and dest.usage in IN_STOCK:
        is_same = source.warehouse_id == dest.warehouse_id
        return None if is_same else "transfer"
    if dest.usage in IN_STOCK:
        return {
            "supplier": "receipt",
            "customer": "return_in",
            "production": "made",
            "inventory": "counted_in",
        }.get(source.usage)
    return {
        "customer": "shipment",
        "supplier": "return_out",
        "production": "used",
        "inventory": "counted_out",
    }.get(dest.usage)


def get_own_place(source: BaseModel, dest: BaseModel) -> BaseModel:
    """Where goods left or reached our stock; of those that did neither, where they
    went."""
    return source if source.usage in IN_STOCK else dest


class Reader:
    """Reads each place, partner, product and lot once; what lines have in common, too:
    a field of Odoo that is read is most of what it costs."""

    def __init__(self, lines):
        lines = lines.sudo()
        move = lines.env["stock.move"]
        self.told: dict = {}
        # the till says whose sale it was only after the goods are booked
        self.is_sale = sold.get_sale(lines.env) is not None
        self.hows = {
            path: word for path, word in apps.HOWS.items() if has_path(move, path)
        }
        self.trace = lines.env["lot.trace"]
        self.document_names = self.trace._get_document_fields()
        # all of them at once, however many there are
        lines.fetch(
            ["lot_id", "product_id", "move_id", "picking_id", "location_id", "date"]
        )
        lines.lot_id.fetch(["name", "supplier_number", "batch_code", "product_id"])

    def tell(self, line, kind, common):
        """
        :param line: with the rights of the system
        :param kind: what ``get_kind`` says of it
        :param common: what ``get_common`` says of it
        """
        if common not in self.told:
            self.told[common] = self._tell_common(line, kind)
        zone, shared = self.told[common]
        lot, date = line.lot_id, line.date
        values = {
            "date": date.isoformat() if date else None,
            "lot": self._get_lot(lot),
            "days": self._get_days(lot, zone),
            "quantity": line.quantity_product_uom,
        }
        return shared | {name: value for name, value in values.items() if value}

    def _tell_common(self, line, kind):
        """The zone, and what all lines say that have the same in common."""
        move, picking = line.move_id, line.picking_id
        way = (line.location_id, line.location_dest_id, line.company_id)
        zone, shared = self._get_way(*way)
        taker = move.partner_id
        values = {
            "kind": kind,
            "how": self._get_how(move),
            **shared,
            "product": self._get_product(line.product_id),
            "packages": self._get_packages(line),
            "party": self._get_party(picking.partner_id or taker),
            "taker": self._get_party(taker),
            "vendor": self._get_vendor(picking),
            "owner": self._get_party(line.owner_id),
            "document": self._get_document(move),
            "number": line.reference or None,
            "orders": self._get_orders(picking),
        }
        return zone, {name: value for name, value in values.items() if value}

    @remember
    def _get_way(self, source, dest, company):
        """The zone, and what all lines say that go the same way."""
        zone = self._get_zone(get_own_place(source, dest).warehouse_id, company)
        return zone, {
            "zone": str(zone),
            "company": self._get_party(company.partner_id),
            "from": self._get_place(source),
            "to": self._get_place(dest),
        }

    @remember
    def _get_how(self, move):
        """What the kind does not say."""
        if self.is_sale:
            return "retail"
        for path, word in self.hows.items():
            name, _dot, rest = path.partition(".")
            record = move[name]
            if record and (not rest or self._has(path, record)):
                return word
        return None

    @remember
    def _has(self, path, record):
        return bool(record.mapped(path.partition(".")[2]))

    @remember
    def _get_document(self, move):
        for name in self.document_names:
            if document := move[name]:
                return [document._name, document.id]
        return None

    @remember
    def _get_zone(self, warehouse, company):
        return get_zone_of_warehouse(warehouse, company)

    @remember
    def _get_party(self, partner):
        return get_party(partner)

    @remember
    def _get_place(self, place):
        return get_place(place)

    @remember
    def _get_product(self, product):
        return {
            "id": product.id,
            "name": product.display_name,
            "barcode": product.barcode or None,
            "tracking": product.tracking,
            "uom": product.uom_id.id,
        }

    @remember
    def _get_lot(self, lot):
        if not lot:
            return None
        return {
            "id": lot.id,
            "name": lot.name,
            "supplier": lot.supplier_number or None,
            "batch": lot.batch_code or None,
        }

    @remember
    def _get_days(self, lot, zone):
        return self.trace._get_days(lot, zone) if lot else None

    def _get_packages(self, line):
        """[from, to, its container before, and after], each [id, name] or None."""
        ends, history = (line.package_id, line.result_package_id), ()
        if line.package_history_id:
            history = line.package_history_id
            history = (history.parent_orig_id, history.parent_dest_id)
        if not any((*ends, *history)):
            return None
        packages = (*ends, *(history or (None, None)))
        return [[package.id, package.name] if package else None for package in packages]

    @remember
    def _get_vendor(self, picking):
        """Who sold what a transfer brings, where its order says it."""
        if "purchase_id" not in picking._fields:
            return None
        return get_party(picking.purchase_id.partner_id)

    @remember
    def _get_orders(self, picking):
        """The orders of a transfer, and what it returns: [[type, number], …]."""
        orders = []
        if picking.return_id:
            orders.append(["desadv", picking.return_id.name])
        for name in ("purchase_id", "sale_id"):
            if name in picking._fields and picking[name]:
                order = picking[name]
                # the customer knows an order by the number of its own
                number = name == "sale_id" and order.client_order_ref
                orders.append(["po", number or order.name])
        return orders


def get_party(partner: BaseModel) -> dict | None:
    """A partner, as events name it."""
    if not partner:
        return None
    gln = _get_gln(partner) or _get_gln(partner.commercial_partner_id)
    return {"id": partner.id, "name": partner.display_name, "gln": gln}


def get_place(place: BaseModel) -> dict:
    """A location, as events name it."""
    values = {"id": place.id, "name": place.display_name, "usage": place.usage}
    if gln := _get_gln(place):
        return values | {"gln": gln, "is_own": True}
    company = place.company_id or place.warehouse_id.company_id
    if company and place.usage not in ("customer", "supplier"):
        # the number of the site, or else of the company, with that of the place
        site = _get_gln(place.warehouse_id.partner_id)
        values["gln"] = site or _get_gln(company.partner_id)
    if apps.is_at_subcontractor(place):
        values["is_outside"] = True
    return values


def has_path(record: BaseModel, path: str) -> bool:
    """Whether a model has the fields of a path."""
    name, _dot, rest = path.partition(".")
    if name not in record._fields:
        return False
    comodel = record._fields[name].comodel_name
    return not rest or has_path(record.env[comodel], rest)


def _get_gln(record):
    return record[GLN] or None if record else None
