from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..numbers.form import normalize

# from narrow to wide
SCOPES = ("product", "template", "company", "everything")


class LotNumberScope(models.AbstractModel):
    """Within what a number is unique: the one place that knows.

    Each lot keeps the form in which its number is compared (``number_key``), and that
    form together with the scope it has to be unique in (``number_scope_key``), on which
    the database holds a unique index. Of lots that were the same before, only the first
    has a ``number_scope_key``: they stay, and are listed.
    """

    _name = "lot.number.scope"
    _description = "Where lot and serial numbers are unique"

    @api.model
    def _get_key(self, number):
        """The form in which two numbers are compared: the same form, the same number.

        Another addon that wants hyphens not to count either extends it so, and calls
        ``env["lot.number.scope"]._rebuild()`` when it is installed::

            def _get_key(self, number):
                return super()._get_key(number).replace("-", "")
        """
        return normalize(number)

    @api.model
    @tools.ormcache("company.id")
    def _get_scope(self, company):
        """The scope of a company; for lots of no company, the widest that there is."""
        groups = company.sudo()._read_group(
            [("id", "=", company.id)] if company else [], ["lot_number_scope"]
        )
        return max((scope for (scope,) in groups), key=SCOPES.index)

    @api.model
    def _get_scope_key(self, product, company, key):
        """What the database holds unique."""
        scope = self._get_scope(company)
        if scope == "everything":
            return f"*/{key}"
        if scope == "company":
            return f"c{company.id or 0}/{key}"
        if scope == "template":
            return f"t{product.product_tmpl_id.id}/{company.id or 0}/{key}"
        return f"p{product.id}/{company.id or 0}/{key}"

    @api.model
    def _find_taken(self, product, company, numbers):
        """The lots that have one of the numbers already, within the scope.

        They come with sudo, as a number may be taken where the user cannot look.
        """
        found = self._search_keys(product, numbers)
        return found.filtered(lambda lot: self._collide(product, company, lot))

    @api.model
    def _find_twins(self, lots):
        """For each of ``lots`` the others that have its number, with sudo."""
        twins = {}
        found = self._search_keys(lots.product_id, lots.mapped("name"))
        found = found.grouped("number_key")
        for lot in lots:
            others = found.get(lot.number_key, lots.browse()) - lot
            twins[lot] = others.filtered(
                lambda other, lot=lot: self._collide(
                    lot.product_id, lot.company_id, other
                )
            )
        return twins

    def _search_keys(self, products, numbers):
        keys = {self._get_key(number) for number in numbers} - {""}
        domain = Domain("number_key", "in", list(keys))
        if self._get_scope(self.env["res.company"]) == "product":
            domain &= Domain("product_id", "in", products.ids)
        return self.env["stock.lot"].sudo().search(domain, order="id")

    def _collide(self, product, company, lot):
        """Whether ``lot`` is where a number of that product has to be unique."""
        scope = self._get_scope(company)
        if scope == "everything":
            return True
        # a lot without company is a lot of each of them
        if company and lot.company_id not in (company, lot.company_id.browse()):
            return False
        if scope == "template":
            return lot.product_id.product_tmpl_id == product.product_tmpl_id
        return scope == "company" or lot.product_id == product

    # -- what is there already -------------------------------------------
    @api.model
    def _fill_keys(self, batch=5000):
        """Give each lot its key; in batches, as the form is reckoned in Python."""
        last = 0
        while rows := self.env.execute_query(
            SQL(
                "SELECT id, name FROM stock_lot WHERE id > %s ORDER BY id LIMIT %s",
                last,
                batch,
            )
        ):
            last = rows[-1][0]
            self.env.execute_query(self._sql_fill(rows))

    def _sql_fill(self, rows):
        return SQL(
            """
            UPDATE stock_lot AS lot SET number_key = keys.key
              FROM unnest(%s::int[], %s::text[]) AS keys (id, key)
             WHERE lot.id = keys.id AND lot.number_key IS DISTINCT FROM keys.key
         RETURNING lot.id
            """,
            [row[0] for row in rows],
            [self._get_key(row[1]) for row in rows],
        )

    @api.model
    def _rebuild(self):
        """Reckon the keys of all lots again, after a change of what they depend on."""
        self.env["stock.lot"].flush_model()
        self._fill_keys()
        self._rebuild_scope_keys()

    @api.model
    def _rebuild_scope_keys(self):
        self.env.flush_all()
        for value in (SQL("NULL"), SQL("wanted.scope_key")):
            # emptied first: a key may pass from one lot to another
            self.env.cr.execute(self._sql_rebuild(value))
        self.env["stock.lot"].invalidate_model(["number_key", "number_scope_key"])

    def _sql_rebuild(self, value):
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
            """,
            widest=self._get_scope(self.env["res.company"]),
            value=value,
        )

    @api.model
    def _get_doubles_domain(self):
        """The lots whose number another lot of the scope had first."""
        return Domain("number_scope_key", "=", False)
