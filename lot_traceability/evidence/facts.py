"""What happened, as it was called when it happened: one row for each line that is done.

Names, addresses and numbers are copied, so that whoever renames a customer does not
rewrite the shipment of last October. A correction is a new row that names the old one.
"""

from typing import Any

from odoo import fields
from odoo.models import BaseModel
from odoo.tools import SQL

from .. import guards
from ..tools.copy_rows import copy_rows
from ..tools.remember import remember
from . import details, food

COLUMNS = (
    *("company_id", "user_id", "written_on", "is_later", "kind", "date", "line_ref"),
    *("document_model", "document_ref", "document_name", "origin"),
    *("product_ref", "product_name", "product_code", "product_barcode"),
    *("lot_ref", "lot_name", "supplier_number", "quantity", "uom_name"),
    *("package_name", "packaging_name", "location_name", "location_dest_name"),
    *("party", "site", "corrects_ref", "reason", "is_correction", "details", "food"),
)
ADDRESS = ("name", "phone", "street", "city", "state", "zip", "country", "gln")


# ----------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------
def freeze(lines: BaseModel, is_later: bool = False, stock: Any = None) -> None:
    """Write down lines that are done, in one go.

    :param is_later: whether they were done before, when nobody wrote it down
    :param stock: what an import brings in, see ``imports.new_stock``
    """
    get_kind = details.Kinds().get_of_tracked
    told = {line: kind for line in lines.sudo() if (kind := get_kind(line))}
    _write(lines.env, told, {}, None, {}, stock, is_later=is_later)


def correct(
    lines: BaseModel, reason: str | None = None, dates: dict | None = None
) -> None:
    """Write down lines that were changed after they were done: the old rows stay.

    :param dates: ``{id of line: moment}`` at which they were said to be done until now,
        of those of which that was changed
    """
    olds = _get_last_ids(lines.env, lines.ids) if lines else {}
    told = {
        line: details.get_kind(line) or "nothing"
        for line in lines.sudo()
        # of untracked goods, what an event told before it was changed
        if get_kind(line) or line.id in olds
    }
    _write(lines.env, told, olds, reason, dates or {}, is_correction=True)


def freeze_before(lines: BaseModel) -> None:
    """Write down lines that are about to be changed, and of which nothing was written
    when they were done: what they said is not lost."""
    if not lines:
        return
    known = _get_last_ids(lines.env, lines.ids)
    new = (line for line in lines.sudo() if line.id not in known)
    told = {line: kind for line in new if (kind := details.get_kind(line))}
    _write(lines.env, told, {}, None, {}, is_later=True)


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


def get_kind(line: BaseModel) -> str | None:
    """What a line of tracked goods is; None for what is not told: moves within a
    warehouse or among customers, and untracked goods."""
    return None if line.product_id.tracking == "none" else details.get_kind(line)


def _write(env, told, olds, reason, dates, stock=None, **flags):
    """
    :param told: ``{line: what it is}``, with the rights of the system
    """
    if not told:
        return
    now, columns = fields.Datetime.now(), _Columns()
    reader = details.Reader(env["stock.move.line"].union(*told))
    foods = food.FoodReader(columns.addresses)
    # {transfer: when it was really done} of those that are booked late
    said = guards.handed(env, "done_on", {})
    rows, known = [], {}
    get_common = stock.get_common if stock else details.get_common
    for line, kind in told.items():
        common = get_common(line, kind)
        if common not in known:
            known[common] = columns.tell(line) | flags | {"kind": kind}
            known[common]["reason"] = reason or None
        says = reader.tell(line, kind, common)
        if before := dates.get(line.id):
            says["date_before"] = before.isoformat()
        rows.append(
            known[common]
            | _get_number(line.lot_id)
            | {
                "date": said.get(line.picking_id.id) or line.date or now,
                "line_ref": line.id,
                "quantity": line.quantity_product_uom,
                "corrects_ref": olds.get(line.id),
                "details": says,
                "food": foods.tell(line, kind, common),
            }
        )
    _insert(env, rows, now)


class _Columns:
    """What lines have in common; each is read once."""

    def __init__(self):
        self.addresses = _Addresses()

    def tell(self, line):
        """What a line says besides its number and quantity."""
        package = line.result_package_id or line.package_id
        return (
            self.get_way(line.location_id, line.location_dest_id, line.company_id)
            | self.get_document(line.move_id, line.picking_id, line.reference)
            | self.get_product(line.product_id)
            | {"package_name": package.display_name or None}
        )

    @remember
    def get_way(self, source, dest, company):
        warehouse = details.get_own_place(source, dest).warehouse_id
        return {
            "company_id": company.id,
            "location_name": source.display_name,
            "location_dest_name": dest.display_name,
            "site": self.addresses.get(warehouse.partner_id or company.partner_id),
        }

    @remember
    def get_document(self, move, picking, reference):
        document = move._get_source_document() or picking
        name = reference or (document.display_name if document else None)
        return {
            "document_model": document._name if document else None,
            "document_ref": document.id if document else None,
            "document_name": name or None,
            "origin": picking.origin or move.origin or None,
            "packaging_name": move.packaging_uom_id.name or None,
            "party": self.addresses.get(picking.partner_id or move.partner_id),
        }

    @remember
    def get_product(self, product):
        return _get_product(product)


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
def _get_last_ids(env, line_ids):
    rows = env.execute_query(
        SQL(
            """
            SELECT line_ref, max(id) FROM lot_trace_fact
             WHERE line_ref = ANY(%s) GROUP BY line_ref
            """,
            list(line_ids),
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
            list(line_ids),
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
        *("location_name", "location_dest_name", "party", "site", "product_barcode"),
    )
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT DISTINCT ON (line_ref) line_ref, %s FROM lot_trace_fact
             WHERE line_ref = ANY(%s) ORDER BY line_ref, id DESC
            """,
            SQL(", ").join(map(SQL.identifier, names)),
            list(line_ids),
        )
    )
    return {row["line_ref"]: row for row in rows}


def read_history(env, line_ids) -> list[dict]:
    """All facts of lines, the oldest first: corrections come after what they correct.

    Who calls it has asked for the rights to the lines.
    """
    names = (
        *("id", "line_ref", "written_on", "is_correction", "corrects_ref", "kind"),
        *("lot_ref", "lot_name", "supplier_number", "product_ref", "product_name"),
        *("product_barcode", "quantity", "details"),
    )
    return env.execute_query_dict(
        SQL(
            "SELECT %s FROM lot_trace_fact WHERE line_ref = ANY(%s) ORDER BY id",
            SQL(", ").join(map(SQL.identifier, names)),
            list(line_ids),
        )
    )


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
            list(lot_ids),
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
