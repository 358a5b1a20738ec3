"""What a line says besides names: the ids and codes by which others know things.

Frozen with a fact, and read of lines that nobody wrote down: one reader for both, so
that an event is told the same from either. Plain values that JSON can hold.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from .. import apps
from ..done_lines import sold
from ..tools.remember import remember
from ..tools.zone import get_zone_of_warehouse
from ..trace.sql import get_document_model, sql_array

IN_STOCK = ("internal", "transit")
GLN = "global_location_number"


class Row(NamedTuple):
    """A line as it is kept, with what its move and transfer say."""

    id: int
    move_id: int | None
    lot_id: int | None
    date: datetime | None
    quantity: float
    # from here on, what is the same in many lines
    product_id: int
    location_id: int
    location_dest_id: int
    company_id: int
    owner_id: int | None
    package_id: int | None
    result_package_id: int | None
    package_history_id: int | None
    packaging_id: int | None
    picking_partner_id: int | None
    taker_id: int | None
    # from here on, what each document has of its own
    picking_id: int | None
    return_id: int | None
    reference: str | None
    picking_origin: str | None
    move_origin: str | None
    is_inventory: bool | None
    # ids in the order of ``lot.trace._get_document_fields``
    documents: tuple
    # ids of lines of sales and purchases
    order_lines: tuple

    @property
    def partner_id(self):
        """See ``tools.partner``."""
        return self.picking_partner_id or self.taker_id

    @property
    def way(self):
        return self.location_id, self.location_dest_id, self.company_id

    @property
    def common(self):
        """What many lines have in common: all but number, quantity and document."""
        return self[COMMON:OWN]


COMMON, OWN = Row._fields.index("product_id"), Row._fields.index("picking_id")
# where they are kept, in the order of the fields of a row
COLUMNS = (
    *(("line", name) for name in ("id", "move_id", "lot_id", "date")),
    *(("line", name) for name in ("quantity_product_uom", "product_id")),
    *(("line", name) for name in ("location_id", "location_dest_id", "company_id")),
    *(("line", name) for name in ("owner_id", "package_id", "result_package_id")),
    *(("line", "package_history_id"), ("move", "packaging_uom_id")),
    *(("picking", "partner_id"), ("move", "partner_id")),
    *(("line", "picking_id"), ("picking", "return_id"), ("move", "reference")),
    *(("picking", "origin"), ("move", "origin"), ("move", "is_inventory")),
)
# fields of moves, where the apps are there
ORDER_LINES = ("sale_line_id", "purchase_line_id")
# so many transfers are asked together whether they have an order
MANY = 100
# what is written of a line when it is done
WRITTEN = ("date", "quantity_product_uom")


def read_rows(
    lines: BaseModel, document_names: list[str], is_fresh: bool = False
) -> list[Row]:
    """Lines as they are kept, in one query: a field of a record that is read takes most
    of the time of an export.

    :param is_fresh: whether they were done just now: what that has written of them goes
        to the database with their state, not twice
    """
    env = lines.env
    order_lines = [name for name in ORDER_LINES if name in env["stock.move"]._fields]
    own = (*document_names, *order_lines)
    columns = [*COLUMNS, *(("move", name) for name in own)]
    models = {
        "line": env["stock.move.line"],
        "move": env["stock.move"],
        "picking": env["stock.picking"],
    }
    for table, model in models.items():
        names = [name for of, name in columns if of == table]
        if is_fresh:
            names = [name for name in names if name not in WRITTEN]
        model.flush_model(names)
    found = env.execute_query(
        SQL(
            """
            SELECT %s FROM stock_move_line line
         LEFT JOIN stock_move move ON move.id = line.move_id
         LEFT JOIN stock_picking picking ON picking.id = line.picking_id
             WHERE line.id = ANY(%s)
            """,
            SQL(", ").join(map(_sql_column, columns)),
            sql_array(lines._ids, "int4"),
        )
    )
    shared, orders = len(COLUMNS), len(COLUMNS) + len(document_names)
    rows = {
        values[0]: Row(*values[:shared], values[shared:orders], values[orders:])
        for values in found
    }
    for line in lines if is_fresh else ():
        values = {"date": line.date or None, "quantity": line.quantity_product_uom}
        rows[line.id] = rows[line.id]._replace(**values)
    return [rows[line_id] for line_id in lines._ids if line_id in rows]


def _sql_column(column):
    identifier = SQL.identifier(*column)
    # a decimal number is read by Python, digit by digit
    is_decimal = column == ("line", "quantity_product_uom")
    return SQL("%s::float8", identifier) if is_decimal else identifier


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
    a field of Odoo that is read is most of what it costs.

    ``rows`` are the lines as they are kept.
    """

    def __init__(self, lines, is_fresh=False):
        self.env = lines.sudo().env
        # the till says whose sale it was only after the goods are booked
        self.is_sale = sold.get_sale(self.env) is not None
        self.trace = self.env["lot.trace"]
        names = self.trace._get_document_fields()
        self.rows = read_rows(lines.sudo(), names, is_fresh)
        self._models = [get_document_model(self.env, name) for name in names]
        self._conversion = names.index("lot_conversion_id")
        # where a field that says it stands, what it leads to, and what that means
        self.hows = [
            (names.index(path.partition(".")[0]), path.partition(".")[2], word)
            for path, word in apps.HOWS.items()
            if has_path(self.env["stock.move"], path)
        ]
        picking = self.env["stock.picking"]
        self._order_names = [
            name for name in ("purchase_id", "sale_id") if name in picking._fields
        ]
        self._together = self._get_together()
        self._told: dict = {}
        # not all that there is of a lot
        names = ("name", "supplier_number", "batch_code", "product_id")
        self.get_all("stock.lot").fetch([*names, *self.trace._get_day_fields()])

    def _get_together(self):
        """Ids of what lines name, by model."""
        rows = self.rows
        found = {
            "res.partner": {row.picking_partner_id for row in rows}
            | {row.taker_id for row in rows}
            | {row.owner_id for row in rows},
            "product.product": {row.product_id for row in rows},
            "stock.location": {row.location_id for row in rows}
            | {row.location_dest_id for row in rows},
            "stock.lot": {row.lot_id for row in rows},
            "stock.move": {row.move_id for row in rows},
            "stock.package": {row.package_id for row in rows}
            | {row.result_package_id for row in rows},
            "stock.picking": {row.picking_id for row in rows},
        }
        return {name: tuple(ids - {None}) for name, ids in found.items()}

    def browse(self, model_name, record_id):
        """A record, with the rights of the system; none if there is no id. What is read
        of one of a kind is read of all that the lines name."""
        record = self.env[model_name].browse(record_id or ())
        return record.with_prefetch(self._together.get(model_name, ()))

    def get_all(self, model_name):
        """All records of a kind that the lines name."""
        return self.env[model_name].browse(self._together[model_name])

    def get_details(self, line_ids: Iterable[int]) -> dict[int, dict]:
        """What events need of those lines that are among ``rows``, by their ids; what
        is empty is left out."""
        rows = self.get_rows(line_ids)
        return {row.id: self.tell(row, self.get_kind(row)) for row in rows}

    def get_rows(self, line_ids: Iterable[int]) -> list[Row]:
        """Those of ``rows`` that are among these lines."""
        return [row for row in map(self._rows_by_id.get, line_ids) if row]

    @cached_property
    def _rows_by_id(self):
        return {row.id: row for row in self.rows}

    def get_kind(self, row):
        """What a line is; None for a move within a warehouse."""
        if not row.quantity:
            return None
        if row.documents[self._conversion]:
            is_ours = self._get_place(row.location_id)["usage"] in IN_STOCK
            return "conversion_out" if is_ours else "conversion_in"
        kind = self._get_kind_between(row.location_id, row.location_dest_id)
        if self._is_by_a_document(row):
            # what a count missed or found has none; as ``trace.sql.sql_is_scrap``
            if self._get_place(row.location_dest_id)["usage"] == "inventory":
                return "scrap"
            if kind == "counted_in" and row.lot_id in self._scrapped_lots:
                return "scrap_back"
        return kind

    @cached_property
    def _ordered(self):
        """Ids of the transfers that may belong to an order: to ask each of thousands
        which one it is takes longer than all the rest that is told of a line."""
        pickings = self._together["stock.picking"]
        if not self._order_names or len(pickings) < MANY:
            return set(self._order_names and pickings)
        ordered = Domain.OR(Domain(name, "!=", False) for name in self._order_names)
        domain = Domain("id", "in", pickings) & ordered
        return set(self.env["stock.picking"].search(domain, order="id")._ids)

    @cached_property
    def _scrapped_lots(self):
        """Ids of the lots of the rows of which something was scrapped by a document."""
        groups = self.env["stock.move.line"]._read_group(
            [
                ("lot_id", "in", list({row.lot_id for row in self.rows})),
                ("state", "=", "done"),
                ("quantity", ">", 0),
                ("location_dest_id.usage", "=", "inventory"),
                ("move_id.is_inventory", "=", False),
            ],
            ["lot_id"],
        )
        return {lot.id for (lot,) in groups}

    def _is_by_a_document(self, row):
        return not row.is_inventory and any(row.documents)

    def get_tracking(self, row):
        """How the goods of a line are numbered."""
        return self._get_product(row.product_id)["tracking"]

    def get_conversion_id(self, row):
        """The conversion by which a line was done, if it was one."""
        return row.documents[self._conversion]

    def tell(self, row, kind):
        """
        :param row: one of ``rows``
        :param kind: what ``get_kind`` says of it
        """
        zone, shared = self.get_common(row, kind)
        says = shared | self._tell_document(row)
        if row.date:
            says["date"] = row.date.isoformat()
        if row.lot_id:
            says |= self.get_number(row.lot_id, zone)
        if row.quantity:
            says["quantity"] = row.quantity
        return says

    def get_common(self, row, kind):
        """The zone, and what all lines say that have the same in common: one object,
        that is not for changing."""
        common = (kind, row.common)
        if common not in self._told:
            self._told[common] = self._tell_common(row, kind)
        return self._told[common]

    def _tell_common(self, row, kind):
        zone, shared = self._get_way(*row.way)
        values = {
            "kind": kind,
            **shared,
            "product": self._get_product(row.product_id),
            "packages": self._get_packages(row),
            "party": self._get_party(row.partner_id),
            "taker": self._get_party(row.taker_id),
            "owner": self._get_party(row.owner_id),
        }
        return zone, {name: value for name, value in values.items() if value}

    def _tell_document(self, row):
        says = {}
        if how := self._get_how(row):
            says["how"] = how
        if document := self.get_document(row):
            says["document"] = document
        if row.reference:
            says["number"] = row.reference
        if self._has_orders(row):
            if vendor := self._get_vendor(row.picking_id):
                says["vendor"] = vendor
            if orders := self._get_orders(row.picking_id, row.return_id):
                says["orders"] = orders
        return says

    def get_vendor(self, row):
        """Who sold what a line brings, where its order says it."""
        return self._has_orders(row) and self._get_vendor(row.picking_id)

    def _has_orders(self, row):
        return row.return_id or row.picking_id in self._ordered

    @remember
    def get_number(self, lot_id, zone):
        """What a lot says, with its days in a zone."""
        says = {"lot": self._get_lot(lot_id)}
        if days := self.trace._get_days(self.browse("stock.lot", lot_id), zone):
            says["days"] = days
        return says

    @remember
    def _get_kind_between(self, source_id, dest_id):
        return get_kind_between(
            self.browse("stock.location", source_id),
            self.browse("stock.location", dest_id),
        )

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

    def _get_how(self, row):
        """What the kind does not say."""
        if self.is_sale:
            return "retail"
        for position, rest, word in self.hows:
            record_id = row.documents[position]
            if record_id and (not rest or self._leads_on(position, record_id, rest)):
                return word
        return None

    @remember
    def _leads_on(self, position, record_id, rest):
        record = self.browse(self._models[position], record_id)
        return bool(record.mapped(rest))

    def get_document(self, row):
        """[model, id] of what a line was done by; None of one without."""
        for position, record_id in enumerate(row.documents):
            if record_id:
                return [self._models[position], record_id]
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

    def _get_lot(self, lot_id):
        lot = self.browse("stock.lot", lot_id)
        return {
            "id": lot.id,
            "name": lot.name,
            "supplier": lot.supplier_number or None,
            "batch": lot.batch_code or None,
        }

    def _get_packages(self, row):
        """[from, to, its container before, and after], each [id, name] or None."""
        ends, history = (row.package_id, row.result_package_id), (None, None)
        if row.package_history_id:
            kept = self.browse("stock.package.history", row.package_history_id)
            history = (kept.parent_orig_id.id, kept.parent_dest_id.id)
        if not any((*ends, *history)):
            return None
        return [self._get_package(package_id) for package_id in (*ends, *history)]

    @remember
    def _get_package(self, package_id):
        package = self.browse("stock.package", package_id)
        return [package.id, package.name] if package else None

    @remember
    def _get_vendor(self, picking_id):
        if "purchase_id" not in self._order_names:
            return None
        picking = self.browse("stock.picking", picking_id)
        return get_party(picking.purchase_id.partner_id)

    @remember
    def _get_orders(self, picking_id, return_id):
        """The orders of a transfer, and what it returns: [[type, number], …]."""
        picking, orders = self.browse("stock.picking", picking_id), []
        if return_id:
            orders.append(["desadv", picking.return_id.name])
        for name in self._order_names:
            if order := picking[name]:
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
