from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.lot_traceability.tools import public

OPEN_STATES = ("waiting", "confirmed", "partially_available", "assigned")


class LotExpirySupply(models.Model):
    """What is ordered, or would be, without a thought for stock that expires first.

    Odoo counts all stock on hand when it says what to buy or to make. Here what will
    expire before it can be sold is left out of it.
    """

    _name = "lot.expiry.supply"
    _description = "Supply and Expiring Stock"
    _auto = False
    _order = "at_risk desc, product_id, id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    on_hand = fields.Float(digits="Product Unit", readonly=True)
    at_risk = fields.Float(
        "Will Expire",
        digits="Product Unit",
        readonly=True,
        help="What will expire before it can be sold at the current rate.",
    )
    rate = fields.Float("Goes a Day", digits="Product Unit", readonly=True)
    purchased = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="On order from vendors and not yet received.",
    )
    produced = fields.Float(
        "In Production",
        digits="Product Unit",
        readonly=True,
        help="In manufacturing orders that are not done.",
    )
    demand = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Open deliveries to customers and components of open orders.",
    )
    minimum = fields.Float(
        digits="Product Unit", readonly=True, help="Of the reordering rules."
    )
    to_order = fields.Float(
        "Asked For",
        digits="Product Unit",
        readonly=True,
        help="What the reordering rules ask for if all stock on hand counts.",
    )
    to_order_fresh = fields.Float(
        "Needed",
        digits="Product Unit",
        readonly=True,
        help="What has to be ordered as part of the stock will expire first.",
    )
    difference = fields.Float(
        "Missing",
        digits="Product Unit",
        readonly=True,
        help="By how much too little is ordered if nobody looks at the dates.",
    )

    _depends = {
        "lot.expiry.forecast": ["at_risk", "product_id", "rate", "warehouse_id"],
        "stock.location": ["usage", "warehouse_id"],
        "stock.move": [
            "location_dest_id",
            "location_id",
            "product_id",
            "product_qty",
            "state",
        ],
        "stock.quant": ["location_id", "product_id", "quantity"],
        "stock.warehouse.orderpoint": [
            "active",
            "product_id",
            "product_max_qty",
            "product_min_qty",
            "warehouse_id",
        ],
    }

    @public.record()
    def action_open_lots(self):
        """Open the lots behind a row.

        :return: the window action
        """
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_traceability_expiry.action_lot_expiry_forecast"
        )
        domain = Domain("product_id", "=", self.product_id.id) & Domain(
            "warehouse_id", "=", self.warehouse_id.id
        )
        return dict(action, domain=list(domain), context={})

    @public.record()
    def action_open_orders(self):
        """Open what is on its way from vendors and production.

        :return: the window action
        """
        self.check_access("read")
        self.ensure_one()
        moves = self.env["stock.move"].search(
            Domain("product_id", "=", self.product_id.id)
            & Domain("state", "in", OPEN_STATES)
            & Domain("location_dest_id.warehouse_id", "=", self.warehouse_id.id)
            & Domain("location_id.usage", "in", ("supplier", "production"))
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("On Order: %s", self.product_id.display_name),
            "res_model": "stock.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }

    @property
    def _table_query(self):
        return SQL(
            """
            WITH risk AS (
                SELECT MIN(id) AS id, product_id, categ_id, warehouse_id, company_id,
                       SUM(at_risk) AS at_risk, MAX(rate) AS rate
                  FROM (%(forecast)s) AS forecast
              GROUP BY product_id, categ_id, warehouse_id, company_id
            ),
            stock AS (
                SELECT quant.product_id, place.warehouse_id,
                       SUM(quant.quantity) AS quantity
                  FROM stock_quant AS quant
                  JOIN stock_location AS place ON place.id = quant.location_id
                 WHERE place.usage = 'internal'
              GROUP BY quant.product_id, place.warehouse_id
            ),
            moving AS (%(moving)s), rules AS (%(rules)s),
            known AS (
                SELECT risk.*, stock.quantity AS on_hand,
                       COALESCE(moving.purchased, 0) AS purchased,
                       COALESCE(moving.produced, 0) AS produced,
                       COALESCE(moving.demand, 0) AS demand,
                       rules.minimum, rules.maximum
                  FROM risk
                  JOIN stock USING (product_id, warehouse_id)
             LEFT JOIN moving USING (product_id, warehouse_id)
             LEFT JOIN rules USING (product_id, warehouse_id)
            ),
            planned AS (
                SELECT known.*, GREATEST(minimum, maximum) AS target,
                       on_hand + purchased + produced - demand AS planned
                  FROM known
            )
            %(columns)s
            """,
            forecast=self.env["lot.expiry.forecast"]._table_query,
            moving=self._sql_moving(),
            rules=self._sql_rules(),
            columns=self._sql_columns(),
        )

    @api.model
    def _sql_moving(self):
        """What is on its way into each warehouse, and what is to leave it."""
        return SQL(
            """
            SELECT move.product_id, side.warehouse_id,
                   SUM(move.product_qty) FILTER (
                       WHERE side.comes AND other.usage = 'supplier') AS purchased,
                   SUM(move.product_qty) FILTER (
                       WHERE side.comes AND other.usage = 'production') AS produced,
                   SUM(move.product_qty) FILTER (
                       WHERE NOT side.comes
                         AND other.usage IN ('customer', 'production')) AS demand
              FROM stock_move AS move
              JOIN stock_location AS source ON source.id = move.location_id
              JOIN stock_location AS dest ON dest.id = move.location_dest_id
        CROSS JOIN LATERAL (VALUES
                       (dest.warehouse_id, TRUE, source.id),
                       (source.warehouse_id, FALSE, dest.id)
                   ) AS side(warehouse_id, comes, other_id)
              JOIN stock_location AS other ON other.id = side.other_id
             WHERE move.state IN %(states)s
               AND side.warehouse_id IS NOT NULL
          GROUP BY move.product_id, side.warehouse_id
            """,
            states=OPEN_STATES,
        )

    @api.model
    def _sql_rules(self):
        return SQL(
            """
            SELECT product_id, warehouse_id,
                   SUM(product_min_qty) AS minimum, SUM(product_max_qty) AS maximum
              FROM stock_warehouse_orderpoint
             WHERE active
          GROUP BY product_id, warehouse_id
            """
        )

    @api.model
    def _sql_columns(self):
        """Without a reordering rule nothing is asked for but what is lacking."""
        return SQL(
            """
            SELECT id, product_id, categ_id, warehouse_id, company_id, on_hand,
                   at_risk, rate, purchased, produced, demand, minimum,
                   total.all_counted AS to_order, fresh.left_out AS to_order_fresh,
                   fresh.left_out - total.all_counted AS difference
              FROM planned
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN planned < COALESCE(minimum, 0)
                          THEN COALESCE(target, 0) - planned ELSE 0 END AS all_counted
                   ) AS total
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN planned - at_risk < COALESCE(minimum, 0)
                          THEN COALESCE(target, 0) - planned + at_risk
                          ELSE 0 END AS left_out
                   ) AS fresh
            """
        )
