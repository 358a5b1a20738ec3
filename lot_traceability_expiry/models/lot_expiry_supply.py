import operator as comparison

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.lot_traceability.tools import public

from ..fefo import replenishment
from ..fefo.demand import get_unsellable_sql

OPEN_STATES = ("waiting", "confirmed", "partially_available", "assigned")
COMPARISONS = {
    ">": comparison.gt,
    ">=": comparison.ge,
    "<": comparison.lt,
    "<=": comparison.le,
    "in": lambda value, wanted: value in wanted,
}


class LotExpirySupply(models.Model):
    """What Odoo's own forecast and reordering ask for, and what expiry adds to it.

    Odoo leaves out what is free and to be removed by its horizon. It does count what is
    reserved of lots that are past their dates before they leave: that is missing.
    """

    _name = "lot.expiry.supply"
    _inherit = ["lot.unit.totals"]
    _description = "Replenishment and Expiry"
    _auto = False
    _order = "at_risk desc, product_id, id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    on_hand = fields.Float(
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="In stock, without what is in quarantine or is on hold.",
    )
    at_risk = fields.Float(
        "Will Expire",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="What of it will expire before it can be sold at the current rate.",
    )
    rate = fields.Float(
        "Daily Demand", digits="Product Unit", readonly=True, aggregator=None
    )
    purchased = fields.Float(
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="On order from vendors and subcontractors and not yet received.",
    )
    produced = fields.Float(
        "In Production",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="In manufacturing orders that are not done.",
    )
    transferred = fields.Float(
        "From Other Warehouses",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="On its way from other warehouses.",
    )
    demand = fields.Float(
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="Open deliveries to customers, components of open orders, and what goes "
        "to other warehouses and subcontractors.",
    )
    minimum = fields.Float(
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="Of the reordering rules.",
    )
    forecast = fields.Float(
        digits="Product Unit",
        compute="_compute_orders",
        help="What Odoo expects to have by the horizon of its reordering rules, "
        "without free stock that is to be removed by then.",
    )
    to_order = fields.Float(
        "Asked For",
        digits="Product Unit",
        compute="_compute_orders",
        help="What Odoo's reordering rules ask for, as its replenishment shows it; "
        "without a rule what its forecast lacks.",
    )
    to_order_fresh = fields.Float(
        "Needed",
        digits="Product Unit",
        compute="_compute_orders",
        help="The same, if what is reserved of lots that will be past their dates by "
        "then is left out as well.",
    )
    difference = fields.Float(
        "Missing",
        digits="Product Unit",
        compute="_compute_orders",
        search="_search_difference",
        help="By how much too little Odoo itself orders.",
    )

    _depends = {
        "lot.expiry.forecast": [
            "at_risk",
            "product_id",
            "rate",
            "unsellable",
            "warehouse_id",
        ],
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
            & (
                Domain("location_id.usage", "in", ("supplier", "production", "transit"))
                | Domain("location_id.warehouse_id", "!=", self.warehouse_id.id)
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("On Order: %s", self.product_id.display_name),
            "res_model": "stock.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }

    # -- Odoo's own orders ----------------------------------------------------
    @api.depends("product_id", "warehouse_id", "minimum")
    def _compute_orders(self):
        orders = replenishment.get_orders(self)
        for row in self:
            found = orders[row]
            row.forecast = found.forecast
            row.to_order = found.asked
            row.to_order_fresh = found.needed
            row.difference = found.needed - found.asked

    @api.model
    def _search_difference(self, operator, value):
        compare = COMPARISONS.get(operator)
        if not compare:
            return NotImplemented
        rows = self.search(Domain.TRUE)
        return Domain(
            "id", "in", [row.id for row in rows if compare(row.difference, value)]
        )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH risk AS (
                SELECT MIN(id) AS id, product_id, categ_id, warehouse_id, company_id,
                       SUM(at_risk - unsellable) AS at_risk, MAX(rate) AS rate
                  FROM (%(forecast)s) AS forecast
              GROUP BY product_id, categ_id, warehouse_id, company_id
            ),
            stock AS (
                SELECT quant.product_id, place.warehouse_id,
                       SUM(quant.quantity) AS quantity
                  FROM stock_quant AS quant
                  JOIN stock_location AS place ON place.id = quant.location_id
             LEFT JOIN stock_lot AS lot ON lot.id = quant.lot_id
                 WHERE place.usage = 'internal'
                   AND NOT (%(unsellable)s)
              GROUP BY quant.product_id, place.warehouse_id
            ),
            moving AS (%(moving)s), rules AS (%(rules)s)
            SELECT risk.id, risk.product_id, risk.categ_id, risk.warehouse_id,
                   risk.company_id, COALESCE(stock.quantity, 0) AS on_hand,
                   risk.at_risk, risk.rate,
                   COALESCE(moving.purchased, 0) AS purchased,
                   COALESCE(moving.produced, 0) AS produced,
                   COALESCE(moving.transferred, 0) AS transferred,
                   COALESCE(moving.demand, 0) AS demand, rules.minimum
              FROM risk
         LEFT JOIN stock USING (product_id, warehouse_id)
         LEFT JOIN moving USING (product_id, warehouse_id)
         LEFT JOIN rules USING (product_id, warehouse_id)
            """,
            forecast=self.env["lot.expiry.forecast"]._table_query,
            unsellable=get_unsellable_sql(),
            moving=self._sql_moving(),
            rules=self._sql_rules(),
        )

    @api.model
    def _sql_moving(self):
        """What is on its way into each warehouse, and what is to leave it."""
        return SQL(
            """
            SELECT move.product_id, side.warehouse_id,
                   SUM(move.product_qty) FILTER (
                       WHERE side.comes AND (other.usage = 'supplier' OR (
                             other.usage = 'internal'
                             AND other.warehouse_id IS NULL))) AS purchased,
                   SUM(move.product_qty) FILTER (
                       WHERE side.comes AND other.usage = 'production') AS produced,
                   SUM(move.product_qty) FILTER (
                       WHERE side.comes AND (other.usage = 'transit' OR (
                             other.usage = 'internal'
                             AND other.warehouse_id IS NOT NULL))) AS transferred,
                   SUM(move.product_qty) FILTER (
                       WHERE NOT side.comes
                         AND other.usage NOT IN ('supplier', 'inventory')) AS demand
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
               AND source.warehouse_id IS DISTINCT FROM dest.warehouse_id
          GROUP BY move.product_id, side.warehouse_id
            """,
            states=OPEN_STATES,
        )

    @api.model
    def _sql_rules(self):
        return SQL(
            """
            SELECT product_id, warehouse_id, SUM(product_min_qty) AS minimum
              FROM stock_warehouse_orderpoint
             WHERE active
          GROUP BY product_id, warehouse_id
            """
        )
