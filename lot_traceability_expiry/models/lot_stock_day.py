from odoo import api, fields, models
from odoo.tools import SQL


class LotStockDay(models.AbstractModel):
    """Stock of dated lots in rows of SQL: the one meaning of days left and value."""

    _name = "lot.stock.day"
    _description = "Stock with its Calendar Days"

    @api.model
    def _get_stock_sql(self, date_field, quants=None):
        """One row per quant on hand in an internal location whose lot has that date.

        ``day`` and ``days_left`` are calendar days where the stock lies, the day itself
        still counts; ``life`` is the whole life in days; ``value`` is in the currency
        of the company and leaves out what belongs to somebody else.

        :param str date_field: a date of ``stock.lot``
        :param SQL quants: ids of the quants to look at, all of them if left out
        """
        self.env.flush_all()
        return SQL(
            """
            SELECT quant.id, quant.lot_id, quant.product_id, quant.company_id,
                   quant.location_id, quant.quantity,
                   location.warehouse_id, template.categ_id, template.uom_id,
                   %(user)s AS user_id,
                   CASE WHEN quant.owner_id IS NULL
                        THEN quant.quantity * %(cost)s ELSE 0 END AS value,
                   day.day, day.day - day.today AS days_left,
                   day.day - %(start)s AS life
              FROM (%(quants)s) quant
              JOIN stock_lot lot ON lot.id = quant.lot_id
              JOIN stock_location location ON location.id = quant.location_id
               AND location.usage = 'internal'
              JOIN product_product product ON product.id = quant.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
               AND template.use_expiration_date
              LEFT JOIN res_company company ON company.id = quant.company_id
              LEFT JOIN res_partner office ON office.id = company.partner_id
              LEFT JOIN stock_warehouse warehouse
                ON warehouse.id = location.warehouse_id
              LEFT JOIN res_partner place ON place.id = warehouse.partner_id
              CROSS JOIN LATERAL (
                   SELECT COALESCE(place.tz, office.tz, %(tz)s) AS name) zone
              CROSS JOIN LATERAL (
                   SELECT %(day)s AS day, %(today)s AS today) day
             WHERE lot.%(field)s IS NOT NULL
            """,
            user=self._get_responsible_sql(),
            cost=self._get_cost_sql(),
            start=self._get_start_sql(),
            tz=self.env.user.tz or "UTC",
            field=SQL.identifier(date_field),
            day=self._get_day_sql(SQL("lot.%s", SQL.identifier(date_field))),
            today=self._get_day_sql(SQL("%s::timestamp", fields.Datetime.now())),
            quants=self._get_quants_sql(quants),
        )

    @api.model
    def _get_quants_sql(self, quants):
        """The quants looked at; OFFSET, so that the database finds these few first."""
        scope = SQL("AND id IN %s OFFSET 0", quants) if quants else SQL()
        return SQL(
            """SELECT id, lot_id, product_id, company_id, location_id, owner_id,
                      quantity
                 FROM stock_quant
                WHERE quantity > 0 AND lot_id IS NOT NULL %s""",
            scope,
        )

    @api.model
    def _get_day_sql(self, moment):
        """The day on the calendar where the stock lies, of a moment in UTC."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date", moment)

    @api.model
    def _get_start_sql(self):
        """The day the life of a lot began: on which the goods were made, else as the
        product says, else the creation of the lot."""
        began = SQL(
            """CASE WHEN template.expiration_time > 0
                     AND lot.expiration_date IS NOT NULL
                    THEN lot.expiration_date
                         - template.expiration_time * INTERVAL '1 day'
                    ELSE lot.create_date END"""
        )
        return SQL("COALESCE(lot.made_on, %s)", self._get_day_sql(began))

    @api.model
    def _get_responsible_sql(self):
        """The responsible person of the product, else of the company."""
        return SQL(
            """COALESCE((template.responsible_id ->> quant.company_id::text)::int,
                        company.lot_expiry_responsible_id)"""
        )

    @api.model
    def _get_cost_sql(self):
        """The cost of a unit: of the lot where lots are valued, else of the product."""
        cost = SQL("(product.standard_price ->> quant.company_id::text)::numeric")
        if "lot_valuated" in self.env["product.template"]._fields:
            cost = SQL(
                """CASE WHEN template.lot_valuated
                   THEN (lot.standard_price ->> quant.company_id::text)::numeric
                   ELSE %s END""",
                cost,
            )
        return SQL("COALESCE(%s, 0)", cost)
