from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.lot_traceability.tools import public


class LotExpiryForecast(models.Model):
    """What of each lot will expire before it can be sold at the current rate.

    The first to expire goes first. A product in a warehouse goes at the rate of the
    last days (see the company), on each day up to and with the last one of a lot.
    """

    _name = "lot.expiry.forecast"
    _description = "Expiry Forecast"
    _auto = False
    _order = "last_day, product_id, id"
    _rec_name = "lot_id"

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    last_day = fields.Date(
        readonly=True,
        help="The day of its removal date or of its expiration date, whichever is "
        "earlier, in the time zone of the warehouse. On it the lot may still go.",
    )
    days_left = fields.Integer(readonly=True, aggregator="min")
    quantity = fields.Float("On Hand", digits="Product Unit", readonly=True)
    rate = fields.Float(
        "Goes a Day",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="Delivered and used up in the last days, less what came back, per day.",
    )
    sold = fields.Float("Goes in Time", digits="Product Unit", readonly=True)
    at_risk = fields.Float(
        "Will Expire",
        digits="Product Unit",
        readonly=True,
        help="What is left on the last day if nothing changes.",
    )
    value_at_risk = fields.Float(
        digits="Product Price",
        readonly=True,
        groups="base.group_user",
        help="What will expire at the cost of the product.",
    )
    empty_day = fields.Date(
        "Gone On", readonly=True, help="The day on which the last of the lot goes."
    )

    _depends = {
        "product.category": ["parent_path"],
        "product.product": ["product_tmpl_id", "standard_price"],
        "product.template": ["categ_id", "use_expiration_date"],
        "res.company": ["lot_forecast_days", "partner_id"],
        "res.partner": ["tz"],
        "stock.location": ["usage", "warehouse_id"],
        "stock.lot": ["expiration_date", "removal_date"],
        "stock.move.line": [
            "date",
            "location_dest_id",
            "location_id",
            "product_id",
            "quantity_product_uom",
            "state",
        ],
        "stock.quant": ["location_id", "lot_id", "product_id", "quantity"],
        "stock.warehouse": ["company_id", "partner_id"],
    }

    @public.record()
    def action_open_lot(self):
        """Open the lot of a row.

        :return: the window action
        """
        self.check_access("read")
        self.ensure_one()
        return self.lot_id._get_records_action()

    @property
    def _table_query(self):
        return SQL(
            """
            WITH zone AS (%(zone)s), demand AS (%(demand)s), stock AS (%(stock)s),
            dated AS (
                SELECT stock.*,
                       (LEAST(lot.removal_date, lot.expiration_date)
                        AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date AS last_day,
                       zone.today,
                       GREATEST(COALESCE(demand.quantity, 0), 0) / zone.days AS rate,
                       zone.company_id
                  FROM stock
                  JOIN stock_lot AS lot ON lot.id = stock.lot_id
                  JOIN zone ON zone.warehouse_id = stock.warehouse_id
             LEFT JOIN demand ON demand.product_id = stock.product_id
                             AND demand.warehouse_id = stock.warehouse_id
                 WHERE LEAST(lot.removal_date, lot.expiration_date) IS NOT NULL
            ),
            room AS (
                SELECT dated.*,
                       SUM(quantity) OVER turn AS up_to,
                       rate * GREATEST(last_day - today + 1, 0) AS room
                  FROM dated
                WINDOW turn AS (
                       PARTITION BY product_id, warehouse_id ORDER BY last_day, lot_id)
            ),
            gone AS (
                SELECT room.*,
                       up_to + LEAST(0, MIN(room - up_to) OVER turn) AS gone
                  FROM room
                WINDOW turn AS (
                       PARTITION BY product_id, warehouse_id ORDER BY last_day, lot_id)
            ),
            outlook AS (
                SELECT gone.*,
                       ROUND(gone - COALESCE(LAG(gone) OVER turn, 0), 6) AS sold
                  FROM gone
                WINDOW turn AS (
                       PARTITION BY product_id, warehouse_id ORDER BY last_day, lot_id)
            )
            %(columns)s
            """,
            zone=self._sql_zone(),
            demand=self._sql_demand(),
            stock=self._sql_stock(),
            columns=self._sql_columns(),
        )

    @api.model
    def _sql_zone(self):
        """Of each warehouse the time zone, the day there, and the days of demand."""
        tz = SQL("COALESCE(place.tz, company_place.tz, %s)", self.env.user.tz or "UTC")
        return SQL(
            """
            SELECT warehouse.id AS warehouse_id, warehouse.company_id, %(tz)s AS tz,
                   (%(now)s AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS today,
                   company.lot_forecast_days::numeric AS days
              FROM stock_warehouse AS warehouse
              JOIN res_company AS company ON company.id = warehouse.company_id
              JOIN res_partner AS company_place
                ON company_place.id = company.partner_id
         LEFT JOIN res_partner AS place ON place.id = warehouse.partner_id
            """,
            tz=tz,
            now=SQL("%s::timestamp", fields.Datetime.now()),
        )

    @api.model
    def _sql_demand(self):
        """What left each warehouse for customers and production, less what customers
        sent back."""
        return SQL(
            """
            SELECT line.product_id, zone.warehouse_id,
                   SUM(CASE WHEN source.usage = 'internal'
                            THEN line.quantity_product_uom
                            ELSE -line.quantity_product_uom END) AS quantity
              FROM stock_move_line AS line
              JOIN stock_location AS source ON source.id = line.location_id
              JOIN stock_location AS dest ON dest.id = line.location_dest_id
              JOIN zone ON zone.warehouse_id = CASE WHEN source.usage = 'internal'
                           THEN source.warehouse_id ELSE dest.warehouse_id END
             WHERE line.state = 'done'
               AND line.date >= %(now)s::timestamp - zone.days * INTERVAL '1 day'
               AND line.date <= %(now)s::timestamp
               AND ((source.usage = 'internal'
                     AND dest.usage IN ('customer', 'production'))
                 OR (source.usage = 'customer' AND dest.usage = 'internal'))
          GROUP BY line.product_id, zone.warehouse_id
            """,
            now=fields.Datetime.now(),
        )

    @api.model
    def _sql_stock(self):
        return SQL(
            """
            SELECT MIN(quant.id) AS id, quant.product_id, quant.lot_id,
                   place.warehouse_id, SUM(quant.quantity) AS quantity
              FROM stock_quant AS quant
              JOIN stock_location AS place ON place.id = quant.location_id
              JOIN product_product AS product ON product.id = quant.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
             WHERE place.usage = 'internal'
               AND place.warehouse_id IS NOT NULL
               AND quant.lot_id IS NOT NULL
               AND template.use_expiration_date
          GROUP BY quant.product_id, quant.lot_id, place.warehouse_id
            HAVING SUM(quant.quantity) > 0
            """
        )

    @api.model
    def _sql_columns(self):
        return SQL(
            """
            SELECT outlook.id, outlook.product_id, template.categ_id, outlook.lot_id,
                   outlook.warehouse_id, outlook.company_id, outlook.last_day,
                   outlook.last_day - outlook.today AS days_left,
                   outlook.quantity, outlook.rate, outlook.sold,
                   outlook.quantity - outlook.sold AS at_risk,
                   (outlook.quantity - outlook.sold) * COALESCE(
                       (product.standard_price ->> outlook.company_id::text)::numeric,
                       0) AS value_at_risk,
                   CASE WHEN outlook.sold >= outlook.quantity AND outlook.rate > 0
                             AND outlook.gone / outlook.rate < 36500
                        THEN outlook.today + GREATEST(
                             CEIL(ROUND(outlook.gone / outlook.rate, 6))::int - 1, 0)
                        END AS empty_day
              FROM outlook
              JOIN product_product AS product ON product.id = outlook.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
            """
        )
