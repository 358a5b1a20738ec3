"""What food rules ask for, as it was when goods were received, shipped or made.

It is frozen with the other facts of a line. What nobody had entered then, and is
entered by now, is told as it is now, and marked: so what is missing can be mended.
"""

from odoo.tools import SQL

from ..tools.json_reader import get_json_reader
from ..tools.remember import remember
from ..trace.sql import sql_array, to_array

PRODUCT = {
    "brand": "lot_brand",
    "commodity": "lot_commodity",
    "variety": "lot_variety",
    "packaging_size": "lot_pack_size",
    "packaging_style": "lot_pack_style",
    "is_ftl": "lot_is_ftl",
    "is_animal": "lot_is_animal_food",
}
READ = (
    *("id", "company_id", "kind", "date", "line_ref", "document_model"),
    *("document_ref", "document_name", "origin", "product_ref", "product_name"),
    *("product_barcode", "lot_ref", "lot_name", "supplier_number", "quantity"),
    *("uom_name", "party", "site", "food", "is_later"),
)
JSON = ("party", "site", "food")
# how goods go on under another number
ORDERS = ("used", "made", "conversion_out", "conversion_in")
MADE = ("made", "conversion_in")


# ----------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------
class FoodReader:
    """Reads what is frozen of lines besides, each product and partner once.

    :param addresses: gives the values of an address, see ``evidence.facts``
    :param reader: of lines, see ``evidence.details``
    """

    def __init__(self, addresses, reader):
        self.addresses = addresses
        self.reader = reader
        self.told: dict = {}

    def tell(self, row, kind):
        """Only what there is.

        :param row: of the reader
        """
        conversion_id = self.reader.get_conversion_id(row)
        # on which way goods between own places are, each move knows
        move_id = kind == "transfer" and row.move_id
        common = (kind, row.common, conversion_id, move_id)
        if common not in self.told:
            self.told[common] = self._tell_common(row, kind)
        return self.told[common] | self._get_goods(row.product_id, row.lot_id)

    def _tell_common(self, row, kind):
        """What all lines say that have the same in common."""
        partner = self.reader.browse("res.partner", row.partner_id)
        conversion_id = self.reader.get_conversion_id(row)
        conversion = self.reader.browse("lot.conversion", conversion_id)
        values = {
            "is_exempt": kind == "receipt" and self._is_exempt(partner),
            "tz": self._get_zone(*row.way),
            "owner": self.addresses.get(
                self.reader.browse("res.partner", row.owner_id)
            ),
            "conversion": conversion.kind,
        }
        commercial = self._get_commercial(partner)
        if commercial != partner:
            values["commercial"] = self.addresses.get(commercial)
        if kind == "transfer":
            values |= self._get_sites(row, partner)
        return {name: value for name, value in values.items() if value}

    @remember
    def _get_goods(self, product_id, lot_id):
        """What a product is, and where a number got its code."""
        told, own_source, reference = self._get_product(product_id)
        if not lot_id:
            return told
        lot, source = self.reader.browse("stock.lot", lot_id), own_source
        if lot.lot_tlc_source_id or lot.lot_tlc_source_reference:
            source, reference = lot.lot_tlc_source_id, lot.lot_tlc_source_reference
        values = {
            "code": lot.lot_tlc,
            "source": self.addresses.get(source),
            "source_reference": reference,
        }
        return told | {name: value for name, value in values.items() if value}

    @remember
    def _get_product(self, product_id):
        """What it is, and where its codes come from. Its template knows that: through
        the product each field takes twice as long."""
        template = self.reader.browse("product.product", product_id).product_tmpl_id
        told = {name: template[field] for name, field in PRODUCT.items()}
        told = {name: value for name, value in told.items() if value}
        return told, template.lot_tlc_source_id, template.lot_tlc_source_reference

    @remember
    def _is_exempt(self, partner):
        return partner._is_ftl_exempt()

    @remember
    def _get_commercial(self, partner):
        return partner.commercial_partner_id

    @remember
    def _get_zone(self, source_id, dest_id, company_id):
        source = self.reader.browse("stock.location", source_id)
        dest = self.reader.browse("stock.location", dest_id)
        company = self.reader.browse("res.company", company_id)
        own = source.warehouse_id or dest.warehouse_id
        return own.partner_id.tz or company.partner_id.tz

    def _get_sites(self, row, partner):
        """Between which own places goods went, also by way of a transit location, and
        whether this line left the one or reached the other."""
        move, address = self.reader.browse("stock.move", row.move_id), self.addresses
        company = self.reader.browse("res.company", row.company_id).partner_id
        left, reached = (
            self.reader.browse("stock.location", place_id).warehouse_id
            for place_id in (row.location_id, row.location_dest_id)
        )
        source = left or move.move_orig_ids.location_id.warehouse_id[:1]
        dest = reached or move.move_dest_ids.location_dest_id.warehouse_id[:1]
        return {
            "from": address.get(source.partner_id or (not left and partner) or company),
            "to": address.get(dest.partner_id or (not reached and partner) or company),
            "is_sent": bool(left),
            "is_received": bool(reached),
        }


# ----------------------------------------------------------------------
# Reading
# ----------------------------------------------------------------------
def read(env, line_ids) -> list[dict]:
    """The facts of lines as they were frozen last, but for what was taken back; see
    ``READ``.

    Who calls it has asked for the rights to the lines.
    """
    return leave_out(read_last(env, line_ids))


def read_last(env, line_ids) -> list[dict]:
    """The same, and what was taken back."""
    return _query(env, SQL("fact.line_ref = ANY(%s::int4[])", to_array(line_ids)))


def find(env, companies, product_ids=(), lot_ids=(), date_from=None, date_to=None):
    """The facts of foods or lots in a time: what came and went, and whole orders.

    :param date_from: moments in UTC, or None
    """
    conditions = [SQL("fact.company_id = ANY(%s)", list(companies))]
    if product_ids:
        conditions.append(SQL("fact.product_ref = ANY(%s)", list(product_ids)))
    if lot_ids:
        conditions.append(SQL("fact.lot_ref = ANY(%s)", list(lot_ids)))
    if date_from:
        conditions.append(SQL("COALESCE(line.date, fact.date) >= %s", date_from))
    if date_to:
        conditions.append(SQL("COALESCE(line.date, fact.date) < %s", date_to))
    rows = _search(env, SQL(" AND ").join(conditions))
    # an order as a whole, also what is of another food
    orders = {row["document_name"] for row in rows if row["kind"] in ORDERS}
    known = {row["line_ref"] for row in rows}
    more = _search(
        env,
        SQL(
            "fact.document_name = ANY(%s) AND fact.kind = ANY(%s) "
            "AND fact.company_id = ANY(%s)",
            *(list(filter(None, orders)), list(ORDERS), list(companies)),
        ),
    )
    rows += [row for row in more if row["line_ref"] not in known]
    return rows


def _search(env, condition):
    """The last fact of each line for which one fits, but for what was taken back."""
    lines = SQL(
        """fact.line_ref IN (
            SELECT fact.line_ref FROM lot_trace_fact fact
         LEFT JOIN stock_move_line line ON line.id = fact.line_ref
             WHERE %s)""",
        condition,
    )
    return leave_out(_query(env, lines))


def leave_out(rows):
    """Rows but for what was taken back."""
    return [row for row in rows if row["kind"] != "nothing"]


def _query(env, condition):
    """The last fact of each line that fits; when it happened is told by the ledger.

    :param condition: that fits all facts of a line, or none
    """
    names = [_get_column(name) for name in READ]
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT * FROM (
                SELECT DISTINCT ON (fact.line_ref) %s FROM lot_trace_fact fact
             LEFT JOIN stock_move_line line ON line.id = fact.line_ref
                 WHERE %s
              ORDER BY fact.line_ref, fact.id DESC
            ) told ORDER BY date, line_ref
            """,
            SQL(", ").join(names),
            condition,
        )
    )
    read = get_json_reader()
    for row in rows:
        row.update({name: read(row[name]) for name in JSON})
        row["food"] = row["food"] or {}
    return rows


def _get_column(name):
    if name == "date":
        return SQL("COALESCE(line.date, fact.date) AS date")
    column = SQL("fact.%s", SQL.identifier(name))
    # most are the same in thousands of rows: each is read once
    if name in JSON:
        return SQL("%s::text AS %s", column, SQL.identifier(name))
    # a decimal number is read by Python, digit by digit
    if name == "quantity":
        return SQL("%s::float8 AS %s", column, SQL.identifier(name))
    return column


def get_made_places(env, lot_ids) -> dict[int, dict]:
    """Where lots got their code, if that was here: ``{lot id: address}``."""
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT ON (lot_ref) lot_ref, site FROM lot_trace_fact
             WHERE lot_ref = ANY(%s) AND kind IN ('made', 'conversion_in')
               AND COALESCE(food->>'conversion', '') != 'split'
          ORDER BY lot_ref, id
            """,
            sql_array(lot_ids, "int4"),
        )
    )
    return dict(rows)
