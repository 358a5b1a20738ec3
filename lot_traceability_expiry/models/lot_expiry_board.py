from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.lot_traceability.tools import public

from ..alerts.recipients import READ_GROUP
from ..dates.stock_day import get_stock_sql


class LotExpiryBoard(models.Model):
    _name = "lot.expiry.board"
    _description = "Expiry Board"
    _inherit = ["lot.health.listed", "lot.unit.totals"]
    _auto = False
    _rec_name = "lot_id"
    _order = "day, id"

    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_categ_id = fields.Many2one("product.category", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    fault = fields.Selection(
        [
            ("nobody", "Nobody Can Be Told"),
            ("replaced", "The Responsible Person Cannot Be Told"),
        ],
        "Cannot Be Told",
        readonly=True,
        help="Nobody, or not whom the product names: the person is archived, of "
        "another company or may not read lots.",
    )
    day = fields.Date(
        "Expires On",
        readonly=True,
        help="The day of expiration where the stock is; it still counts.",
    )
    days_left = fields.Integer(readonly=True, aggregator="min")
    bucket = fields.Selection(
        [
            ("0_expired", "Expired"),
            ("1_week", "0-7 Days"),
            ("2_month", "8-30 Days"),
            ("3_quarter", "31-90 Days"),
            ("4_later", "Later"),
        ],
        "Time Left",
        readonly=True,
        group_expand=True,
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    value = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="At cost, without what belongs to somebody else.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, lot_id, product_id, categ_id AS product_categ_id, warehouse_id,
                   location_id, company_id, user_id, day, days_left,
                   CASE WHEN days_left < 0 THEN '0_expired'
                        WHEN days_left <= 7 THEN '1_week'
                        WHEN days_left <= 30 THEN '2_month'
                        WHEN days_left <= 90 THEN '3_quarter'
                        ELSE '4_later' END AS bucket,
                   quantity, uom_id AS product_uom_id, value,
                   CASE WHEN NOT COALESCE(%(told)s, FALSE)
                             AND NOT COALESCE(%(fallback)s, FALSE) THEN 'nobody'
                        WHEN NOT %(told)s THEN 'replaced' END AS fault
              FROM (%(stock)s) stock
            """,
            stock=get_stock_sql(self.env, "expiration_date"),
            told=self._get_told_sql(SQL("stock.named_user_id")),
            fallback=self._get_told_sql(SQL("stock.fallback_user_id")),
        )

    def _get_told_sql(self, user):
        """Whether a user is there and may read the lots of the company; unknown if
        nobody is named."""
        readers = self.env.ref(READ_GROUP).sudo().all_user_ids
        ids = readers.filtered(lambda user: user.active and not user.share).ids
        return SQL(
            """(%(user)s = ANY(%(ids)s) AND EXISTS (
                SELECT 1 FROM res_company_users_rel AS member
                 WHERE member.user_id = %(user)s AND member.cid = stock.company_id))""",
            user=user,
            ids=ids,
        )

    @api.readonly
    @public.record()
    def action_open_lot(self):
        """Open the lot of a row.

        :return: the action
        """
        self.check_access("read")
        self.ensure_one()
        return self.lot_id._get_records_action()

    @api.readonly
    @public.records()
    def action_open_lots(self):
        """Open the lots of these rows in a list.

        :return: the action
        """
        self.check_access("read")
        return self.lot_id._get_records_action(name=self.env._("Lots/Serial Numbers"))
