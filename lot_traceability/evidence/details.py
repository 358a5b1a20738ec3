"""What a line says besides names: the ids and codes by which others know things.

Frozen with a fact, and read of lines that nobody wrote down: one reader for both, so
that an event is told the same from either. Plain values that JSON can hold.
"""

from datetime import datetime
from typing import NamedTuple

from odoo.models import BaseModel

from .. import apps
from ..done_lines import sold
from ..tools.raw_values import read_raw
from ..tools.remember import remember
from ..tools.zone import get_zone_of_warehouse
from ..trace.sql import get_document_model

IN_STOCK = ("internal", "transit")
GLN = "global_location_number"


def get_details(lines: BaseModel) -> dict[BaseModel, dict]:
    """What events need of lines; what is empty is left out."""
    reader = Reader(lines)
    return {line: reader.tell(line.id, reader.get_kind(line.id)) for line in lines}


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


class Row(NamedTuple):
    """A line as it is kept."""

    move_id: int
    picking_id: int | None
    lot_id: int | None
    product_id: int
    location_id: int
    location_dest_id: int
    company_id: int
    owner_id: int | None
    package_id: int | None
    result_package_id: int | None
    package_history_id: int | None
    date: datetime
    quantity_product_uom: float


class Reader:
    """Reads each place, partner, product and lot once; what lines have in common, too.
    Lines and moves are read as they are kept: a field of a record that is read is most
    of what an export costs.

    ``rows`` are lines by their ids, ``moves`` the fields of their moves.
    """

    def __init__(self, lines):
        lines = lines.sudo()
        self.env = lines.env
        move = self.env["stock.move"]
        # the till says whose sale it was only after the goods are booked
        self.is_sale = sold.get_sale(lines.env) is not None
        self.hows = {
            path: word for path, word in apps.HOWS.items() if has_path(move, path)
        }
        self.trace = lines.env["lot.trace"]
        self.document_names = self.trace._get_document_fields()
        # all of them at once, however many there are
        rows = read_raw(lines, *Row._fields)
        self.rows = {line_id: Row(*values) for line_id, values in rows.items()}
        names = {path.partition(".")[0] for path in self.hows}
        names |= {"lot_conversion_id", "scrap_id", "partner_id", "reference"}
        names = [*names.union(self.document_names)]
        moves = read_raw(lines.move_id, *names)
        self.moves = {
            move_id: dict(zip(names, values, strict=True))
            for move_id, values in moves.items()
        }
        self.moves[None] = dict.fromkeys(names)
        self.lines = {line.id: line for line in lines}
        self.pickings = {picking.id: picking for picking in lines.picking_id}
        self.lots = {lot.id: lot for lot in lines.lot_id}
        self._together = self._get_together()
        lines.lot_id.fetch(["name", "supplier_number", "batch_code", "product_id"])

    def _get_together(self):
        """Ids of what lines name, by model."""
        rows, partners = self.rows.values(), set()
        for picking in self.pickings.values():
            partners.add(picking.partner_id.id)
        partners |= {move["partner_id"] for move in self.moves.values()}
        partners |= {row.owner_id for row in rows}
        places = {row.location_id for row in rows}
        places |= {row.location_dest_id for row in rows}
        found = {
            "res.partner": partners,
            "product.product": {row.product_id for row in rows},
            "stock.location": places,
            "stock.package": {row.result_package_id or row.package_id for row in rows},
            "stock.picking": set(self.pickings),
            "stock.move": set(self.moves),
        }
        return {name: tuple(ids - {None, False}) for name, ids in found.items()}

    def browse(self, model_name, record_id):
        """A record, with the rights of the system; none if there is no id. What is read
        of one of a kind is read of all that the lines name."""
        record = self.env[model_name].browse(record_id or ())
        return record.with_prefetch(self._together.get(model_name, ()))

    def get_kind(self, line_id):
        """What a line is; None for a move within a warehouse."""
        row = self.rows[line_id]
        if not row.quantity_product_uom:
            return None
        move = self.moves[row.move_id]
        if move["lot_conversion_id"]:
            is_ours = self._get_place(row.location_id)["usage"] in IN_STOCK
            return "conversion_out" if is_ours else "conversion_in"
        if move["scrap_id"]:
            return "scrap"
        return self._get_kind_between(row.location_id, row.location_dest_id)

    def get_tracking(self, line_id):
        """How the goods of a line are numbered."""
        return self._get_product(self.rows[line_id].product_id)["tracking"]

    def get_partner_id(self, row):
        """See ``tools.partner``."""
        named = self.get_picking_partner_id(row.picking_id)
        return named or self.moves[row.move_id]["partner_id"]

    def tell(self, line_id, kind):
        """
        :param kind: what ``get_kind`` says of it
        """
        row = self.rows[line_id]
        move, date = self.moves[row.move_id], row.date
        way = (row.location_id, row.location_dest_id, row.company_id)
        zone, shared = self._get_way(*way)
        values = {
            "kind": kind,
            "how": self._get_how(move),
            "date": date.isoformat() if date else None,
            **shared,
            "product": self._get_product(row.product_id),
            "lot": self._get_lot(row.lot_id),
            "days": self._get_days(row.lot_id, zone),
            "quantity": row.quantity_product_uom,
            "packages": self._get_packages(line_id, row),
            "party": self._get_party(self.get_partner_id(row)),
            "taker": self._get_party(move["partner_id"]),
            "vendor": self._get_vendor(row.picking_id),
            "owner": self._get_party(row.owner_id),
            "document": self._get_document(move),
            "number": move["reference"] or None,
            "orders": self._get_orders(row.picking_id),
        }
        return {name: value for name, value in values.items() if value}

    @remember
    def _get_kind_between(self, source_id, dest_id):
        place = self.env["stock.location"]
        return get_kind_between(place.browse(source_id), place.browse(dest_id))

    @remember
    def get_picking_partner_id(self, picking_id):
        return picking_id and self.pickings[picking_id].partner_id.id

    @remember
    def _get_way(self, source_id, dest_id, company_id):
        """The zone, and what all lines say that go the same way."""
        source = self.browse("stock.location", source_id)
        dest = self.browse("stock.location", dest_id)
        company = self.browse("res.company", company_id)
        zone = self._get_zone(get_own_place(source, dest).warehouse_id, company)
        return zone, {
            "zone": str(zone),
            "company": self._get_party(company.partner_id.id),
            "from": self._get_place(source_id),
            "to": self._get_place(dest_id),
        }

    def _get_how(self, move):
        """What the kind does not say."""
        if self.is_sale:
            return "retail"
        for path, word in self.hows.items():
            name, _dot, rest = path.partition(".")
            if move[name] and (not rest or self._leads_on(name, move[name], rest)):
                return word
        return None

    @remember
    def _leads_on(self, name, record_id, rest):
        model_name = self.env["stock.move"]._fields[name].comodel_name
        return bool(self.browse(model_name, record_id).mapped(rest))

    def _get_document(self, move):
        for name in self.document_names:
            if document_id := move[name]:
                return [get_document_model(self.env, name), document_id]
        return None

    @remember
    def _get_zone(self, warehouse, company):
        return get_zone_of_warehouse(warehouse, company)

    @remember
    def _get_party(self, partner_id):
        return get_party(self.browse("res.partner", partner_id))

    @remember
    def _get_place(self, place_id):
        return get_place(self.browse("stock.location", place_id))

    @remember
    def _get_product(self, product_id):
        product = self.browse("product.product", product_id)
        return {
            "id": product.id,
            "name": product.display_name,
            "barcode": product.barcode or None,
            "tracking": product.tracking,
            "uom": product.uom_id.id,
        }

    @remember
    def _get_lot(self, lot_id):
        if not lot_id:
            return None
        lot = self.lots[lot_id]
        return {
            "id": lot.id,
            "name": lot.name,
            "supplier": lot.supplier_number or None,
            "batch": lot.batch_code or None,
        }

    @remember
    def _get_days(self, lot_id, zone):
        return self.trace._get_days(self.lots[lot_id], zone) if lot_id else None

    def _get_packages(self, line_id, row):
        """[from, to, its container before, and after], each [id, name] or None."""
        if not (row.package_id or row.result_package_id or row.package_history_id):
            return None
        line = self.lines[line_id]
        ends, history = (line.package_id, line.result_package_id), ()
        if line.package_history_id:
            history = line.package_history_id
            history = (history.parent_orig_id, history.parent_dest_id)
        packages = (*ends, *(history or (None, None)))
        return [[package.id, package.name] if package else None for package in packages]

    @remember
    def _get_vendor(self, picking_id):
        """Who sold what a transfer brings, where its order says it."""
        picking = self.pickings.get(picking_id)
        if not picking or "purchase_id" not in picking._fields:
            return None
        return get_party(picking.purchase_id.partner_id)

    @remember
    def _get_orders(self, picking_id):
        """The orders of a transfer, and what it returns: [[type, number], …]."""
        picking, orders = self.pickings.get(picking_id), []
        if not picking:
            return orders
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
