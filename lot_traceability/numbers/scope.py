"""Within what a number is unique: the one place that knows.

Each lot keeps the form in which its number is compared (``number_key``), and that form
together with the scope it has to be unique in (``number_scope_key``), on which the
database holds a unique index. Of lots that were the same before, only the first has a
``number_scope_key``: they stay, and are listed.

``number`` is the model ``lot.number``, which knows the form and the scope.
"""

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

# from narrow to wide
SCOPES = ("product", "template", "company", "everything")
# by the stored form, the text that it is the form of
KEYS = {"number_key": SQL("name"), "supplier_number_key": SQL("supplier_number")}


def get_scope_key(
    number: BaseModel, product: BaseModel, company: BaseModel, key: str
) -> str:
    """What the database holds unique."""
    scope = number._get_scope(company)
    if scope == "everything":
        return f"*/{key}"
    if scope == "company":
        return f"c{company.id or 0}/{key}"
    if scope == "template":
        return f"t{product.product_tmpl_id.id}/{company.id or 0}/{key}"
    return f"p{product.id}/{company.id or 0}/{key}"


def find_taken(number, product, company, numbers) -> BaseModel:
    """The lots that have one of the numbers already, within the scope.

    They come with sudo, as a number may be taken where the user cannot look.
    """
    found = _search_keys(number, product, numbers)
    return found.filtered(lambda lot: _collide(number, product, company, lot))


def find_twins(number: BaseModel, lots: BaseModel) -> dict:
    """For each of ``lots`` the others that have its number, with sudo."""
    twins = {}
    found = _search_keys(number, lots.product_id, lots.mapped("name"))
    found = found.grouped("number_key")
    nobody = lots.browse().sudo()
    for lot in lots:
        same = found.get(lot.number_key, nobody)
        # most are alone
        others = nobody if len(same) == 1 and same.id == lot.id else same - lot
        twins[lot] = others and others.filtered(
            lambda other, lot=lot: _collide(
                number, lot.product_id, lot.company_id, other
            )
        )
    return twins


def find_written_alike(lots: BaseModel) -> BaseModel:
    """Those of ``lots`` whose product has another lot with their normal form: only they
    can have its name."""
    groups = lots.sudo()._read_group(
        Domain("product_id", "in", lots.product_id.ids)
        & Domain("number_key", "in", lots.mapped("number_key")),
        ["product_id", "number_key"],
        having=[("__count", ">", 1)],
    )
    alike = {(product.id, key) for product, key in groups}
    return lots.filtered(lambda lot: (lot.product_id.id, lot.number_key) in alike)


def find_returning(number: BaseModel, lots: BaseModel, name: str) -> BaseModel:
    """The lots that take back a number which they shared with others before: a double
    from before the rules may be renamed, and back.

    Others must have had the number all the time. Who is given it since keeps it alone.
    """
    key = number._get_key(name)
    renamed = lots.filtered(lambda lot: lot.name and lot.number_key != key)
    if not key or not renamed:
        return lots.browse()
    # by SQL: what is not in the database yet has had no other number
    rows = number.env.execute_query(
        SQL("SELECT id FROM stock_lot WHERE number_key = %s", key)
    )
    # sudo: a number may be taken where the user cannot look
    others = lots.sudo().browse(row[0] for row in rows) - renamed
    if not others:
        return lots.browse()
    given_up, taken = _read_renames(number, renamed | others, key)
    return renamed.filtered(
        lambda lot: (
            lot.id in given_up
            and all(
                taken.get(other.id, 0) < given_up[lot.id][0]
                and other.create_date.replace(microsecond=0) <= given_up[lot.id][1]
                for other in others
                if _collide(number, lot.product_id, lot.company_id, other)
            )
        )
    )


def _read_renames(number, lots, key):
    """``({lot: (entry, date)}, {lot: entry})``: by which entry of the log a lot last
    gave up a number, and last got it."""
    rows = number.env.execute_query(
        SQL(
            """SELECT id, date, res_id, old_value, new_value FROM lot_trace_log
            WHERE res_model = 'stock.lot' AND res_id = ANY(%s) AND kind = 'number'
            ORDER BY id""",
            lots.ids,
        )
    )
    given_up, taken = {}, {}
    for entry, date, lot_id, old, new in rows:
        if number._get_key(old) == key != number._get_key(new):
            given_up[lot_id] = entry, date
        if number._get_key(new) == key:
            taken[lot_id] = entry
    return given_up, taken


def _search_keys(number, products, numbers):
    keys = {number._get_key(text) for text in numbers} - {""}
    domain = Domain("number_key", "in", list(keys))
    if number._get_scope(number.env["res.company"]) == "product":
        domain &= Domain("product_id", "in", products.ids)
    return number.env["stock.lot"].sudo().search(domain, order="id")


def _collide(number, product, company, lot):
    """Whether ``lot`` is where a number of that product has to be unique."""
    scope = number._get_scope(company)
    if scope == "everything":
        return True
    # a lot without company is a lot of each of them
    if company and lot.company_id not in (company, lot.company_id.browse()):
        return False
    if scope == "template":
        return lot.product_id.product_tmpl_id == product.product_tmpl_id
    return scope == "company" or lot.product_id == product


def hand_over(number: BaseModel, keys: list[str]) -> None:
    """Let the first double that is left have the number which another lot gave up, so
    that the database holds it unique again.

    :param keys: forms of numbers that lots do not have any more
    """
    lots = number.env["stock.lot"].sudo()
    lots.flush_model(["number_key", "number_scope_key", "product_id", "company_id"])
    keys = [key for key in keys if key]
    left = lots.search(
        [("number_scope_key", "=", False), ("number_key", "in", keys)], order="id"
    )
    wanted: dict = {}
    for lot in left:
        key = get_scope_key(number, lot.product_id, lot.company_id, lot.number_key)
        wanted.setdefault(key, lot.id)
    if wanted:
        number.env.cr.execute(
            SQL(
                """UPDATE stock_lot AS lot SET number_scope_key = wanted.key
                FROM unnest(%(ids)s::int[], %(keys)s::text[]) AS wanted (id, key)
                WHERE lot.id = wanted.id AND NOT EXISTS (
                    SELECT FROM stock_lot AS other
                    WHERE other.number_scope_key = wanted.key)""",
                ids=list(wanted.values()),
                keys=list(wanted),
            )
        )
        left.invalidate_recordset(["number_scope_key"])


# -- what is there already ----------------------------------------------
def rebuild(number: BaseModel, lot_ids: list[int] | None = None) -> None:
    """Work out the keys of lots again, after a change of what they depend on.

    :param lot_ids: of these; of all, if it is None
    """
    number.env["stock.lot"].flush_model()
    for field_name in KEYS:
        _fill_keys(number, field_name, lot_ids)
    rebuild_scope_keys(number)


def _fill_keys(number, field_name, lot_ids, batch=5000):
    """Give each lot its key; in batches, as Python has to work out the form."""
    last = 0
    among = SQL("TRUE") if lot_ids is None else SQL("id = ANY(%s)", lot_ids)
    while rows := number.env.execute_query(_sql_read(field_name, last, among, batch)):
        last = rows[-1][0]
        number.env.execute_query(_sql_fill(number, field_name, rows))


def _sql_read(field_name, last, among, batch):
    return SQL(
        """
        SELECT id, %(text)s FROM stock_lot
         WHERE id > %(last)s AND %(text)s IS NOT NULL AND %(among)s
         ORDER BY id LIMIT %(batch)s
        """,
        text=KEYS[field_name],
        last=last,
        among=among,
        batch=batch,
    )


def _sql_fill(number, field_name, rows):
    column = SQL.identifier(field_name)
    return SQL(
        """
        UPDATE stock_lot AS lot SET %(column)s = keys.key
          FROM unnest(%(ids)s::int[], %(keys)s::text[]) AS keys (id, key)
         WHERE lot.id = keys.id AND lot.%(column)s IS DISTINCT FROM keys.key
     RETURNING lot.id
        """,
        column=column,
        ids=[row[0] for row in rows],
        keys=[number._get_key(row[1]) for row in rows],
    )


def rebuild_scope_keys(number: BaseModel) -> None:
    """Work out again what the database holds unique."""
    number.env.flush_all()
    # emptied first: a key may pass from one lot to another
    emptied = SQL("lot.number_scope_key IS NOT NULL")
    for value, among in (
        (SQL("NULL"), emptied),
        (SQL("wanted.scope_key"), SQL("TRUE")),
    ):
        number.env.cr.execute(_sql_rebuild(number, value, among))
    number.env["stock.lot"].invalidate_model([*KEYS, "number_scope_key"])


def _sql_rebuild(number, value, among):
    return SQL(
        """
        WITH scoped AS (
            SELECT lot.id, lot.number_key, lot.product_id,
                   product.product_tmpl_id,
                   COALESCE(lot.company_id, 0) AS company_id,
                   COALESCE(company.lot_number_scope, %(widest)s) AS scope
              FROM stock_lot AS lot
              JOIN product_product AS product ON product.id = lot.product_id
         LEFT JOIN res_company AS company ON company.id = lot.company_id
        ), keyed AS (
            SELECT id, CASE scope
                WHEN 'everything' THEN '*/' || number_key
                WHEN 'company' THEN 'c' || company_id || '/' || number_key
                WHEN 'template' THEN
                    't' || product_tmpl_id || '/' || company_id || '/' || number_key
                ELSE 'p' || product_id || '/' || company_id || '/' || number_key
                END AS scope_key
              FROM scoped
        ), numbered AS (
            SELECT id, scope_key,
                   row_number() OVER (PARTITION BY scope_key ORDER BY id) AS place
              FROM keyed
        ), wanted AS (
            SELECT id, CASE WHEN place = 1 THEN scope_key END AS scope_key
              FROM numbered
        )
        UPDATE stock_lot AS lot SET number_scope_key = %(value)s
          FROM wanted
         WHERE lot.id = wanted.id
           AND lot.number_scope_key IS DISTINCT FROM wanted.scope_key
           AND %(among)s
        """,
        widest=number._get_scope(number.env["res.company"]),
        value=value,
        among=among,
    )
