"""What happened, as it was called when it happened: one row for each line that is done.

Names, addresses and numbers are copied, so that whoever renames a customer does not
rewrite the shipment of last October. A correction is a new row that names the old one.
"""

from collections.abc import Container
from datetime import datetime
from typing import NamedTuple

from odoo import fields
from odoo.models import BaseModel
from odoo.tools import SQL

from .. import guards
from ..tools.copy_rows import copy_rows
from ..tools.json_reader import get_json_reader
from ..tools.remember import remember
from ..trace.sql import sql_array
from . import details, food

COLUMNS = (
    *("company_id", "user_id", "written_on", "is_later", "kind", "date", "line_ref"),
    *("document_model", "document_ref", "document_name", "origin"),
    *("product_ref", "product_name", "product_code", "product_barcode"),
    *("lot_ref", "lot_name", "supplier_number", "quantity", "uom_name"),
    *("package_name", "packaging_name", "location_name", "location_dest_name"),
    *("party", "site", "corrects_ref", "reason", "is_correction", "details", "food"),
)
# by which moves know their document, in Odoo's apps
MOVE_FIELDS = (
    *("picking_id", "production_id", "raw_material_production_id", "repair_id"),
    *details.ORDER_LINES,
)
# the apps that say by these fields, and by nothing else, which one it is
MOVE_APPS = ("stock", "mrp", "repair", "sale_stock", "purchase_stock")
ADDRESS = ("name", "phone", "street", "city", "state", "zip", "country", "gln")


# ----------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------
def freeze(lines: BaseModel, is_later: bool = False) -> None:
    """Write down lines that are done, in one go.

    :param is_later: whether they were done before, when nobody wrote it down
    """
    reader = details.Reader(lines, is_fresh=not is_later)
    _write(reader, _get_kinds(reader, reader.rows), {}, None, {}, is_later=is_later)


def correct(
    lines: BaseModel, reason: str | None = None, dates: dict | None = None
) -> None:
    """Write down lines that were changed after they were done: the old rows stay.

    :param dates: ``{id of line: moment}`` at which they were said to be done until now,
        of those of which that was changed
    """
    olds = get_last_ids(lines.env, lines.ids) if lines else {}
    reader = details.Reader(lines)
    told = [
        (row, reader.get_kind(row) or "nothing")
        for row in reader.rows
        # of untracked goods, what an event told before it was changed
        if get_kind(reader, row) or row.id in olds
    ]
    _write(reader, told, olds, reason, dates or {}, is_correction=True)


def freeze_before(lines: BaseModel) -> None:
    """Write down lines that are about to be changed, and of which nothing was written
    when they were done: what they said is not lost."""
    if not lines:
        return
    known = get_last_ids(lines.env, lines.ids)
    reader = details.Reader(lines.filtered(lambda line: line.id not in known))
    told = [(row, kind) for row in reader.rows if (kind := reader.get_kind(row))]
    _write(reader, told, {}, None, {}, is_later=True)


def freeze_holds(holds: BaseModel) -> None:
    """Write down what was put on hold: of which lot, and where."""
    now, addresses, rows = fields.Datetime.now(), _Addresses(), []
    for hold in holds.sudo():
        lot, company = hold.lot_id, hold.company_id or holds.env.company
        row = (
            _get_product(hold.product_id)
            | _get_number(lot)
            | {
                "company_id": company.id,
                "kind": "hold",
                "date": hold.hold_date,
                "document_model": hold._name,
                "document_ref": hold.id,
                "document_name": hold.origin or None,
                "location_name": hold.location_id.display_name or None,
                "site": addresses.get(company.partner_id),
                "reason": hold.reason,
            }
        )
        rows.append(row)
    _insert(holds.env, rows, now)


def get_kind(reader: details.Reader, row: details.Row) -> str | None:
    """What a line of tracked goods is; None for what is not told: moves within a
    warehouse or among customers, and untracked goods."""
    is_numbered = reader.get_tracking(row) != "none"
    return reader.get_kind(row) if is_numbered else None


def tell(reader: details.Reader, line_ids: Container[int]) -> list[dict]:
    """What these of the reader's lines would say if they were written down now, without
    their details: the columns of the table."""
    rows = [row for row in reader.rows if row.id in line_ids]
    return list(_tell(reader, _get_kinds(reader, rows)))


def _get_kinds(reader, rows):
    return [(row, kind) for row in rows if (kind := get_kind(reader, row))]


def _write(reader, told, olds, reason, dates, **flags):
    """
    :param told: rows of the reader, with what they are
    """
    if not told:
        return
    rows = []
    for (row, kind), fact in zip(told, _tell(reader, told), strict=True):
        says = reader.tell(row, kind)
        if before := dates.get(row.id):
            says["date_before"] = before.isoformat()
        more = {"reason": reason or None, "corrects_ref": olds.get(row.id)}
        rows.append(fact | flags | more | {"details": says})
    _insert(reader.env, rows, fields.Datetime.now())


def _tell(reader, told):
    now, columns = fields.Datetime.now(), _Columns(reader, [row for row, _ in told])
    foods = food.FoodReader(columns.addresses, reader)
    # {transfer: when it was really done} of those that are booked late
    said = guards.handed(reader.env, "done_on", {})
    counted = guards.handed(reader.env, "counted_on")
    for row, kind in told:
        yield {
            **columns.tell(row),
            "kind": kind,
            "date": counted or said.get(row.picking_id) or row.date or now,
            "line_ref": row.id,
            "quantity": row.quantity,
            "food": foods.tell(row, kind),
        }


class _Columns:
    """What lines have in common; each is read once."""

    def __init__(self, reader, rows):
        self.reader = reader
        self.addresses = _Addresses()
        self._told = {}
        self._is_by_fields = _is_document_by_fields(reader.env["stock.move"])
        ids = {self._get_mark(row): row.move_id for row in rows if row.move_id}
        self._moves = reader.env["stock.move"].browse(set(ids.values()))
        # not all that there is of a move
        names = [name for name in MOVE_FIELDS if name in self._moves._fields]
        self._moves.fetch(names)
        self._documents = {mark: self._get_document(ids[mark]) for mark in ids}

    def _get_mark(self, row):
        """Moves of the same mark have the same document: to ask each of a hundred
        thousand takes longer than to read them."""
        return (row.documents, row.order_lines) if self._is_by_fields else row.move_id

    def tell(self, row):
        """What a line says besides its quantity and what is asked of food."""
        if row.common not in self._told:
            self._told[row.common] = self._tell_common(row)
        return {
            **self._told[row.common],
            **self.get_number(row.lot_id),
            **self.get_document(row),
            "document_name": row.reference or self.get_name(row),
            "origin": row.picking_origin or row.move_origin or None,
        }

    def _tell_common(self, row):
        browse = self.reader.browse
        package = row.result_package_id or row.package_id
        return {
            **self.get_way(*row.way),
            **_get_product(browse("product.product", row.product_id)),
            "packaging_name": browse("uom.uom", row.packaging_id).name or None,
            "party": self.addresses.get(browse("res.partner", row.partner_id)),
            "package_name": browse("stock.package", package).display_name or None,
        }

    @remember
    def get_way(self, source_id, dest_id, company_id):
        source = self.reader.browse("stock.location", source_id)
        dest = self.reader.browse("stock.location", dest_id)
        company = self.reader.browse("res.company", company_id)
        warehouse = details.get_own_place(source, dest).warehouse_id
        return {
            "company_id": company.id,
            "location_name": source.display_name,
            "location_dest_name": dest.display_name,
            "site": self.addresses.get(warehouse.partner_id or company.partner_id),
        }

    def get_document(self, row):
        found = row.move_id and self._documents[self._get_mark(row)]
        model_name, picking_id = "stock.picking", row.picking_id
        return found or {
            "document_model": model_name if picking_id else None,
            "document_ref": picking_id,
        }

    def _get_document(self, move_id):
        move = self._moves.browse(move_id).with_prefetch(self._moves._ids)
        document = move._get_source_document()
        if not document:
            return None
        return {"document_model": document._name, "document_ref": document.id}

    def get_name(self, row):
        """What its document is called, of a line without a reference."""
        found = self.get_document(row)
        if not found["document_ref"]:
            return None
        document = self.reader.browse(found["document_model"], found["document_ref"])
        return document.display_name or None

    @remember
    def get_number(self, lot_id):
        return _get_number(self.reader.browse("stock.lot", lot_id))


def _is_document_by_fields(moves):
    """Whether nobody but Odoo's own apps says what the document of a move is."""
    name, apps = "_get_source_document", {f"odoo.addons.{app}" for app in MOVE_APPS}
    return all(
        ".".join(kind.__module__.split(".")[:3]) in apps
        for kind in type(moves).mro()
        if name in vars(kind)
    )


def _get_product(product):
    return {
        "product_ref": product.id,
        "product_name": product.display_name,
        "product_code": product.default_code or None,
        "product_barcode": product.barcode or None,
        "uom_name": product.uom_id.name,
    }


def _get_number(lot):
    return {
        "lot_ref": lot.id or None,
        "lot_name": lot.name or None,
        "supplier_number": lot.supplier_number or None,
    }


class _Addresses:
    """Partners as they are called now; each is read once."""

    def __init__(self):
        self._known = {}

    def get(self, partner):
        """The values of an address; None if there is no partner."""
        if not partner:
            return None
        if partner.id not in self._known:
            values = {
                "id": partner.id,
                "name": partner.display_name,
                "phone": partner.phone or None,
                "street": ", ".join(filter(None, (partner.street, partner.street2))),
                "city": partner.city or None,
                "state": partner.state_id.name or None,
                "zip": partner.zip or None,
                "country": partner.country_id.code or None,
                "gln": partner[details.GLN] or None,
            }
            self._known[partner.id] = values
        return self._known[partner.id]


def _insert(env, rows, now):
    fixed = {
        "user_id": env.uid,
        "written_on": now,
        "is_later": False,
        "is_correction": False,
    }
    cells = ([(fixed | row).get(name) for name in COLUMNS] for row in rows)
    copy_rows(env.cr, "lot_trace_fact", COLUMNS, cells)


# ----------------------------------------------------------------------
# Reading
# ----------------------------------------------------------------------
def get_last_ids(env, line_ids) -> dict[int, int]:
    """The last fact of each line of which something was written down."""
    rows = env.execute_query(
        SQL(
            """
            SELECT line_ref, max(id) FROM lot_trace_fact
             WHERE line_ref = ANY(%s) GROUP BY line_ref
            """,
            sql_array(line_ids, "int4"),
        )
    )
    return dict(rows)


def get_last_id(env) -> int:
    """The fact that was written down last, to tell later ones from those before."""
    return env.execute_query(SQL("SELECT max(id) FROM lot_trace_fact"))[0][0] or 0


def get_first_ids(env, line_ids) -> dict[int, int]:
    """When lines were written down first, as ids of facts; none of those that were only
    written down later."""
    rows = env.execute_query(
        SQL(
            """
            SELECT line_ref, min(id) FROM lot_trace_fact
             WHERE line_ref = ANY(%s) AND NOT is_later GROUP BY line_ref
            """,
            sql_array(line_ids, "int4"),
        )
    )
    return dict(rows)


def read(env, line_ids) -> dict[int, dict]:
    """The facts of lines by line, as they were frozen last; none of those that were
    never written down.

    Who calls it has asked for the rights to the lines.
    """
    names = (
        *("product_name", "lot_name", "supplier_number", "uom_name", "document_name"),
        *("location_name", "location_dest_name", "product_barcode"),
    )
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT DISTINCT ON (line_ref) line_ref, %s,
                   party::text AS party, site::text AS site
              FROM lot_trace_fact
             WHERE line_ref = ANY(%s) ORDER BY line_ref, id DESC
            """,
            SQL(", ").join(map(SQL.identifier, names)),
            sql_array(line_ids, "int4"),
        )
    )
    parse = get_json_reader()
    for row in rows:
        row.update(party=parse(row["party"]), site=parse(row["site"]))
    return {row["line_ref"]: row for row in rows}


class Version(NamedTuple):
    """What was written down of a line at a time."""

    line_ref: int
    written_on: datetime
    is_correction: bool
    kind: str
    lot_ref: int | None
    lot_name: str | None
    supplier_number: str | None
    product_ref: int
    product_name: str
    product_barcode: str | None
    quantity: float
    # as JSON: the move of most lines says it
    document: str | None
    # what many lines say the same, and not for changing; None of facts that are older
    # than their details
    shared: dict | None
    # what else they say, by ``OWN``
    own: dict


# of the details, what hardly two lines say the same; most of the rest is the same text
# in hundreds of rows, and read once
OWN, TEXTS = ("lot", "quantity", "days", "orders"), ("number", "date_before")


def read_history(env, line_ids) -> list[Version]:
    """All facts of lines, the oldest first: corrections come after what they correct.

    Who calls it has asked for the rights to the lines.
    """
    names = (
        *("lot_ref", "lot_name", "supplier_number"),
        *("product_ref", "product_name", "product_barcode"),
    )
    rows = env.execute_query(
        SQL(
            """
            SELECT line_ref, written_on, is_correction OR corrects_ref IS NOT NULL,
                   kind, %s, quantity::float8, (details->'document')::text,
                   (details - %s::text[])::text,
                   details->>'number', details->>'date_before', %s
              FROM lot_trace_fact WHERE line_ref = ANY(%s) ORDER BY id
            """,
            SQL(", ").join(map(SQL.identifier, names)),
            # when it was done is told by the line
            [*OWN, *TEXTS, "document", "date"],
            SQL(", ").join(SQL("(details->%s)::text", name) for name in OWN),
            sql_array(line_ids, "int4"),
        )
    )
    parse, start = get_json_reader(), len(Version._fields) - len(("shared", "own"))
    versions = []
    for row in rows:
        shared, number, before, *texts = row[start:]
        own = {
            name: parse(text)
            for name, text in zip(OWN, texts, strict=True)
            if text is not None
        }
        if number is not None:
            own["number"] = number
        if before is not None:
            own["date_before"] = before
        versions.append(Version(*row[:start], parse(shared), own))
    return versions


def get_former_lines(env, lot_ids) -> list[int]:
    """Lines that once named one of the lots, and were corrected since."""
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT old.line_ref FROM lot_trace_fact old
              JOIN lot_trace_fact fact ON fact.line_ref = old.line_ref
               AND fact.corrects_ref IS NOT NULL
             WHERE old.lot_ref = ANY(%s) AND old.line_ref IS NOT NULL
            """,
            sql_array(lot_ids, "int4"),
        )
    )
    return [line_id for (line_id,) in rows]


def get_redated_lines(env, start, end) -> list[int]:
    """Lines that were said to be done within a time (UTC), and are not any more."""
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT line_ref FROM lot_trace_fact
             WHERE is_correction AND line_ref IS NOT NULL
               AND (details->>'date_before')::timestamp >= %s
               AND (details->>'date_before')::timestamp < %s
            """,
            start,
            end,
        )
    )
    return [line_id for (line_id,) in rows]


# ----------------------------------------------------------------------
# What was done before
# ----------------------------------------------------------------------
def get_missing(env, after_id: int, most: int) -> list[int]:
    """Done lines of tracked goods that nobody wrote down, the oldest first."""
    rows = env.execute_query(
        SQL(
            """
            SELECT line.id FROM stock_move_line line
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE line.id > %s AND line.state = 'done'
               AND template.tracking IN ('lot', 'serial')
               AND NOT EXISTS (
                SELECT 1 FROM lot_trace_fact fact WHERE fact.line_ref = line.id)
          ORDER BY line.id LIMIT %s
            """,
            after_id,
            most,
        )
    )
    return [line_id for (line_id,) in rows]
