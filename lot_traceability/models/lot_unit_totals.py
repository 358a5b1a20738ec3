from odoo import api, models
from odoo.tools import SQL


class LotUnitTotals(models.AbstractModel):
    """For lists and analyses of several products: quantities are added within one unit
    of measure only, and values within one currency. A group of several has no total,
    instead of a wrong one."""

    _name = "lot.unit.totals"
    _description = "Totals within one unit of measure"

    @api.model
    def _is_in_unit_of_product(self, name):
        return getattr(self._fields.get(name), "_digits", None) == "Product Unit"

    @api.model
    def _is_in_currency_of_company(self, name):
        field = self._fields.get(name)
        is_price = getattr(field, "_digits", None) == "Product Price"
        return is_price or (field is not None and field.type == "monetary")

    def _read_group_select(self, aggregate_spec, query):
        select = super()._read_group_select(aggregate_spec, query)
        name = aggregate_spec.partition(":")[0]
        if self._is_in_unit_of_product(name):
            unit = self._get_unit_sql(query)
        elif self._is_in_currency_of_company(name):
            unit = self._get_currency_sql(query)
        else:
            return select
        return SQL("CASE WHEN count(DISTINCT %s) <= 1 THEN %s END", unit, select)

    def _get_unit_sql(self, query):
        return SQL(
            """(SELECT template.uom_id FROM product_product product
                JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE product.id = %s)""",
            self._field_to_sql(self._table, "product_id", query),
        )

    def _get_currency_sql(self, query):
        return SQL(
            "(SELECT currency_id FROM res_company WHERE id = %s)",
            self._field_to_sql(self._table, "company_id", query),
        )
