from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.lot_traceability.tools import public

from ..fefo import demand


class LotExpiryForecast(models.Model):
    """What of each lot will expire before it can be sold at the current rate.

    The first to expire goes first. A product in a warehouse goes at the rate of the
    last days (see the company), or of the days since it first came, on each day up to
    and with the last one of a lot. What lies in quarantine or is on hold is not sold;
    what was booked below zero has gone already.
    """

    _name = "lot.expiry.forecast"
    _inherit = ["lot.unit.totals"]
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
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(
        "On Hand", digits="Product Unit", readonly=True, aggregator=None
    )
    unsellable = fields.Float(
        "Not for Sale",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="What of it is on hold or in quarantine, and is not sold.",
    )
    rate = fields.Float(
        "Daily Demand",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="Delivered, used up and sent to other warehouses or subcontractors in the "
        "last days, less what came back, per day.",
    )
    sold = fields.Float(
        "Used in Time", digits="Product Unit", readonly=True, aggregator=None
    )
    at_risk = fields.Float(
        "Will Expire",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="What is left on the last day if nothing changes.",
    )
    value_at_risk = fields.Float(
        digits="Product Price",
        readonly=True,
        groups="base.group_user",
        help="What will expire at the cost of the product, without what belongs to "
        "somebody else.",
    )
    empty_day = fields.Date(
        "Gone On", readonly=True, help="The day on which the last of the lot goes."
    )

    _depends = {
        "lot.hold": ["location_id", "lot_id", "state"],
        "product.category": ["parent_path"],
        "product.product": ["product_tmpl_id", "standard_price"],
        "product.template": ["categ_id", "use_expiration_date"],
        "res.company": ["lot_forecast_days", "partner_id"],
        "res.partner": ["tz"],
        "stock.location": ["is_quarantine", "parent_path", "usage", "warehouse_id"],
        "stock.lot": ["expiration_date", "on_hold", "removal_date"],
        "stock.move": ["lot_conversion_id", "origin_returned_move_id"],
        "stock.move.line": [
            "date",
            "location_dest_id",
            "location_id",
            "product_id",
            "quantity_product_uom",
            "state",
        ],
        "stock.quant": ["location_id", "lot_id", "owner_id", "product_id", "quantity"],
        "stock.warehouse": ["company_id", "lot_quarantine_location_id", "partner_id"],
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
            WITH zone AS (%(zone)s), demand AS (%(demand)s), began AS (%(began)s),
            stock AS (%(stock)s),
            dated AS (
                SELECT stock.*,
                       (LEAST(lot.removal_date, lot.expiration_date)
                        AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date AS last_day,
                       zone.today,
                       GREATEST(COALESCE(demand.quantity, 0), 0)
                       / LEAST(zone.days, COALESCE(began.days, zone.days)) AS rate,
                       zone.company_id
                  FROM stock
                  JOIN stock_lot AS lot ON lot.id = stock.lot_id
                  JOIN zone ON zone.warehouse_id = stock.warehouse_id
             LEFT JOIN demand ON demand.product_id = stock.product_id
                             AND demand.warehouse_id = stock.warehouse_id
             LEFT JOIN began ON began.product_id = stock.product_id
                            AND began.warehouse_id = stock.warehouse_id
                 WHERE LEAST(lot.removal_date, lot.expiration_date) IS NOT NULL
            ),
            %(turns)s
            %(columns)s
            """,
            zone=self._sql_zone(),
            demand=demand.get_demand_sql(self.env),
            began=demand.get_beginning_sql(),
            stock=self._sql_stock(),
            turns=self._sql_turns(),
            columns=self._sql_columns(),
        )

    @api.model
    def _sql_turns(self):
        """How far each lot goes in its turn."""
        return SQL(
            """
            -- what is below zero has gone from the earliest of the others
            counted AS (
                SELECT dated.*,
                       GREATEST(
                           SUM(GREATEST(sellable, 0)) OVER turn
                           - SUM(GREATEST(-sellable, 0)) OVER (
                               PARTITION BY product_id, warehouse_id),
                           0) AS up_to
                  FROM dated
                WINDOW turn AS (
                       PARTITION BY product_id, warehouse_id ORDER BY last_day, lot_id)
            ),
            room AS (
                SELECT counted.*,
                       up_to - COALESCE(LAG(up_to) OVER turn, 0) AS there,
                       rate * GREATEST(last_day - today + 1, 0) AS room
                  FROM counted
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
            """
        )

    @api.model
    def _sql_zone(self):
        """Of each warehouse the time zone, the day there, and the days of demand."""
        tz = SQL("COALESCE(place.tz, company_place.tz, %s)", str(self.env.tz))
        return SQL(
            """
            SELECT warehouse.id AS warehouse_id, warehouse.company_id, %(tz)s AS tz,
                   (%(now)s AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS today,
                   company.lot_forecast_days::numeric AS days,
                   company.partner_id
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
    def _sql_stock(self):
        """What is on hand of each lot, what of it can be sold, and what is our own."""
        return SQL(
            """
            SELECT MIN(quant.id) AS id, quant.product_id, quant.lot_id,
                   place.warehouse_id, SUM(quant.quantity) AS quantity,
                   COALESCE(SUM(quant.quantity) FILTER (WHERE NOT (%(unsellable)s)), 0)
                   AS sellable,
                   COALESCE(SUM(quant.quantity) FILTER (
                       WHERE quant.owner_id IS NULL
                          OR quant.owner_id = zone.partner_id), 0) AS own
              FROM stock_quant AS quant
              JOIN stock_location AS place ON place.id = quant.location_id
              JOIN zone ON zone.warehouse_id = place.warehouse_id
              JOIN product_product AS product ON product.id = quant.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
              JOIN stock_lot AS lot ON lot.id = quant.lot_id
             WHERE place.usage = 'internal'
               AND template.use_expiration_date
          GROUP BY quant.product_id, quant.lot_id, place.warehouse_id
            HAVING SUM(quant.quantity) <> 0
            """,
            unsellable=demand.get_unsellable_sql(),
        )

    @api.model
    def _sql_columns(self):
        return SQL(
            """
            SELECT outlook.id, outlook.product_id, template.categ_id, outlook.lot_id,
                   outlook.warehouse_id, outlook.company_id, outlook.last_day,
                   outlook.last_day - outlook.today AS days_left,
                   outlook.quantity, risk.unsellable, outlook.rate, outlook.sold,
                   risk.at_risk,
                   -- the share of it that is our own
                   risk.at_risk * LEAST(GREATEST(
                       outlook.own / NULLIF(outlook.quantity, 0), 0), 1) * COALESCE(
                       (product.standard_price ->> outlook.company_id::text)::numeric,
                       0) AS value_at_risk,
                   CASE WHEN outlook.sold >= outlook.quantity AND outlook.quantity > 0
                             AND outlook.rate > 0
                             AND outlook.gone / outlook.rate < 36500
                        THEN outlook.today + GREATEST(
                             CEIL(ROUND(outlook.gone / outlook.rate, 6))::int - 1, 0)
                        END AS empty_day
              FROM outlook
        CROSS JOIN LATERAL (
                   SELECT GREATEST(outlook.quantity - outlook.sellable, 0) AS held
                   ) AS apart
        CROSS JOIN LATERAL (
                   SELECT apart.held AS unsellable,
                          GREATEST(outlook.there - outlook.sold, 0) + apart.held
                          AS at_risk
                   ) AS risk
              JOIN product_product AS product ON product.id = outlook.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
            """
        )
