from odoo import api, models
from odoo.tools import SQL


class LotUnitTotals(models.AbstractModel):
    """For lists and analyses of several products: quantities are added within one unit
    of measure only. A group of several has no total, instead of a wrong one."""

    _name = "lot.unit.totals"
    _description = "Totals within one unit of measure"

    @api.model
    def _is_in_unit_of_product(self, name):
        return getattr(self._fields.get(name), "_digits", None) == "Product Unit"

    def _read_group_select(self, aggregate_spec, query):
        select = super()._read_group_select(aggregate_spec, query)
        name = aggregate_spec.partition(":")[0]
        if not self._is_in_unit_of_product(name):
            return select
        unit = SQL(
            """(SELECT template.uom_id FROM product_product product
                JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE product.id = %s)""",
            self._field_to_sql(self._table, "product_id", query),
        )
        return SQL("CASE WHEN count(DISTINCT %s) <= 1 THEN %s END", unit, select)
