from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.lot_traceability.trace.sql import sql_is_scrap

from ..dates.stock_day import get_day_sql

WAYS = [
    ("scrap", "Scrapped"),
    ("clear_out", "Cleared Out"),
    ("count", "Counted Away"),
    ("vendor", "Returned to Vendor"),
    ("recall", "Recalled"),
]


class LotWasteReport(models.Model):
    """What was scrapped, and what else left the stock because of its date.

    What was cleared out is counted then, and not again when it leaves the quarantine.
    """

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
    way = fields.Selection(
        WAYS, "How", readonly=True, help="How the goods left the stock."
    )
    reason = fields.Char(
        readonly=True,
        help="The reasons on the scrap, several as one of its own; else what is "
        "written on the transfer or the count.",
    )
    expired = fields.Boolean(
        "Past Expiry",
        readonly=True,
        help="The day of expiration was over when it was written off.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    value = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="As booked where Inventory is valued, else at today's cost. Nothing for "
        "what belongs to somebody else.",
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
                   COALESCE(scrap.create_uid, line.create_uid) AS user_id,
                   left_by.way,
                   COALESCE(recall.text, reasons.names, picking.origin,
                            move.inventory_name, scrap.origin) AS reason,
                   COALESCE(%(day)s < %(written)s, FALSE) AS expired,
                   line.quantity_product_uom AS quantity,
                   template.uom_id AS product_uom_id, %(value)s AS value
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
              LEFT JOIN stock_scrap scrap ON scrap.id = move.scrap_id
              LEFT JOIN stock_picking picking ON picking.id = move.picking_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN stock_location location ON location.id = line.location_id
              JOIN stock_location dest ON dest.id = line.location_dest_id
              JOIN res_company company ON company.id = line.company_id
              LEFT JOIN res_partner office ON office.id = company.partner_id
              LEFT JOIN stock_lot lot ON lot.id = line.lot_id
               AND template.use_expiration_date
              LEFT JOIN stock_warehouse warehouse
                ON warehouse.id = location.warehouse_id
              LEFT JOIN res_partner place ON place.id = warehouse.partner_id
              CROSS JOIN LATERAL (
                   SELECT COALESCE(place.tz, office.tz, %(tz)s) AS name) zone
              CROSS JOIN LATERAL (
                   SELECT COALESCE(LEAST(%(day)s, %(removal)s) < %(written)s, FALSE)
                   AS past) dates
              CROSS JOIN LATERAL (SELECT %(way)s AS way) left_by
              LEFT JOIN LATERAL (%(reasons)s) reasons ON TRUE
              LEFT JOIN LATERAL (%(recall)s) recall ON TRUE
             WHERE line.state = 'done'
               AND left_by.way IS NOT NULL
               AND (dest.usage = 'internal' OR NOT %(cleared)s)
            """,
            removal=get_day_sql(SQL("lot.removal_date")),
            way=self._get_way_sql(),
            cleared=self._get_cleared_sql(),
            day=get_day_sql(SQL("lot.expiration_date")),
            written=get_day_sql(SQL("line.date")),
            value=self._get_value_sql(),
            tz=str(self.env.tz),
            reasons=self._get_reasons_sql(),
            recall=self._get_recall_sql(),
        )

    def _get_way_sql(self):
        """How a line took goods out of the stock; NULL for all that is no waste."""
        scraps = self.env["stock.scrap"]._fields
        recalled = (
            SQL("scrap.recall_id IS NOT NULL")
            if "recall_id" in scraps
            else SQL("FALSE")
        )
        return SQL(
            """CASE WHEN location.usage NOT IN ('internal', 'transit') THEN NULL
                    WHEN move.is_cleared_out THEN 'clear_out'
                    WHEN %s THEN 'recall'
                    WHEN dest.usage = 'inventory' AND %s THEN 'scrap'
                    WHEN NOT dates.past THEN NULL
                    WHEN dest.usage = 'inventory' THEN 'count'
                    WHEN dest.usage = 'supplier' THEN 'vendor' END""",
            recalled,
            sql_is_scrap(self.env),
        )

    def _get_cleared_sql(self):
        """Whether what a line takes was cleared out to that place before."""
        return SQL(
            """EXISTS (
                   SELECT 1
                     FROM stock_move_line AS before
                     JOIN stock_move AS clearing ON clearing.id = before.move_id
                      AND clearing.is_cleared_out
                    WHERE before.lot_id = line.lot_id
                      AND before.location_dest_id = line.location_id
                      AND before.state = 'done'
                      AND before.id < line.id)"""
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

    def _get_recall_sql(self):
        """Number and reason of the recall that a scrap was made for."""
        if "recall_id" not in self.env["stock.scrap"]._fields:
            return SQL("SELECT NULL::text AS text")
        return SQL(
            """SELECT CONCAT_WS(': ', made.name, NULLIF(made.reason, '')) AS text
                 FROM lot_recall made WHERE made.id = scrap.recall_id"""
        )

    def _get_value_sql(self):
        cost = SQL(
            """line.quantity_product_uom * COALESCE(
               (product.standard_price ->> line.company_id::text)::numeric, 0)"""
        )
        if "value" in self.env["stock.move"]._fields:
            cost = SQL(
                """COALESCE(ABS(NULLIF(move.value, 0)) * line.quantity_product_uom
                            / NULLIF((SELECT SUM(part.quantity_product_uom)
                                        FROM stock_move_line part
                                       WHERE part.move_id = line.move_id
                                         AND part.state = 'done'
                                         AND (part.owner_id IS NULL OR
                                              part.owner_id = company.partner_id)),
                                     0), %s)""",
                cost,
            )
        return SQL(
            """CASE WHEN line.owner_id IS NULL OR line.owner_id = company.partner_id
               THEN %s ELSE 0 END""",
            cost,
        )
