from odoo import fields, models
from odoo.tools import SQL

from ..dates.stock_day import get_day_sql


class LotWasteReport(models.Model):
    _name = "lot.waste.report"
    _inherit = ["lot.unit.totals"]
    _description = "Waste Report"
    _auto = False
    _rec_name = "product_id"
    _order = "date desc, id desc"

    date = fields.Datetime(readonly=True)
    scrap_id = fields.Many2one("stock.scrap", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_categ_id = fields.Many2one("product.category", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    location_id = fields.Many2one("stock.location", "From", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Written Off By", readonly=True)
    reason = fields.Char(
        readonly=True, help="The reasons on the scrap; several count as one of its own."
    )
    expired = fields.Boolean(
        "Past Expiry",
        readonly=True,
        help="The day of expiration was over when it was written off.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    value = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="As booked where Inventory is valued, else at today's cost.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @property
    def _table_query(self):
        self.env.flush_all()
        return SQL(
            """
            SELECT line.id, line.date, move.scrap_id, line.product_id,
                   template.categ_id AS product_categ_id, line.lot_id,
                   location.warehouse_id, line.location_id, line.company_id,
                   scrap.create_uid AS user_id, reasons.names AS reason,
                   COALESCE(%(day)s < %(written)s, FALSE) AS expired,
                   line.quantity_product_uom AS quantity,
                   template.uom_id AS product_uom_id, %(value)s AS value
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
              JOIN stock_scrap scrap ON scrap.id = move.scrap_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN stock_location location ON location.id = line.location_id
              JOIN res_company company ON company.id = line.company_id
              LEFT JOIN res_partner office ON office.id = company.partner_id
              LEFT JOIN stock_lot lot ON lot.id = line.lot_id
               AND template.use_expiration_date
              LEFT JOIN stock_warehouse warehouse
                ON warehouse.id = location.warehouse_id
              LEFT JOIN res_partner place ON place.id = warehouse.partner_id
              CROSS JOIN LATERAL (
                   SELECT COALESCE(place.tz, office.tz, %(tz)s) AS name) zone
              LEFT JOIN LATERAL (%(reasons)s) reasons ON TRUE
             WHERE line.state = 'done'
            """,
            day=get_day_sql(SQL("lot.expiration_date")),
            written=get_day_sql(SQL("line.date")),
            value=self._get_value_sql(),
            tz=self.env.user.tz or "UTC",
            reasons=self._get_reasons_sql(),
        )

    def _get_reasons_sql(self):
        """All reasons of a scrap in one text, so that nothing is counted twice."""
        return SQL(
            """SELECT STRING_AGG(
                      COALESCE(tag.name ->> %s, tag.name ->> 'en_US'), ', '
                      ORDER BY tag.sequence, tag.id) AS names
                 FROM stock_scrap_stock_scrap_reason_tag_rel rel
                 JOIN stock_scrap_reason_tag tag
                   ON tag.id = rel.stock_scrap_reason_tag_id
                WHERE rel.stock_scrap_id = scrap.id""",
            self.env.lang or "en_US",
        )

    def _get_value_sql(self):
        cost = SQL(
            """line.quantity_product_uom * COALESCE(
               (product.standard_price ->> line.company_id::text)::numeric, 0)"""
        )
        if "value" not in self.env["stock.move"]._fields:
            return cost
        return SQL(
            """COALESCE(ABS(NULLIF(move.value, 0)) * line.quantity_product_uom
                        / NULLIF(SUM(line.quantity_product_uom)
                                 OVER (PARTITION BY line.move_id), 0), %s)""",
            cost,
        )
