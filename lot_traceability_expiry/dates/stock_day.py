"""Stock of dated lots in rows of SQL: the one meaning of days left and value."""

from odoo import fields
from odoo.api import Environment
from odoo.tools import SQL


def get_stock_sql(env: Environment, date_field: str, quants: SQL | None = None) -> SQL:
    """One row per quant on hand in an internal location whose lot has that date.

    ``day`` and ``days_left`` are calendar days where the stock is, the day itself
    still counts; ``life`` is the whole life in days; ``value`` is in the currency
    of the company and leaves out what belongs to somebody else.

    :param date_field: a date of ``stock.lot``
    :param quants: ids of the quants to look at, all of them if left out
    """
    env.flush_all()
    return SQL(
        """
        SELECT quant.id, quant.lot_id, quant.product_id, quant.company_id,
               quant.location_id, quant.quantity,
               location.warehouse_id, template.categ_id, template.uom_id,
               COALESCE(%(named)s, company.lot_expiry_responsible_id) AS user_id,
               %(named)s AS named_user_id,
               company.lot_expiry_responsible_id AS fallback_user_id,
               CASE WHEN quant.owner_id IS NULL
                      OR quant.owner_id = company.partner_id
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
            ON warehouse.id = COALESCE(location.warehouse_id, (
               SELECT first.id FROM stock_warehouse first
                WHERE first.company_id = quant.company_id AND first.active
                ORDER BY first.sequence, first.id LIMIT 1))
          LEFT JOIN res_partner place ON place.id = warehouse.partner_id
          CROSS JOIN LATERAL (
               SELECT COALESCE(place.tz, office.tz, %(tz)s) AS name) zone
          CROSS JOIN LATERAL (
               SELECT %(day)s AS day, %(today)s AS today) day
         WHERE lot.%(field)s IS NOT NULL
        """,
        named=SQL("(template.responsible_id ->> quant.company_id::text)::int"),
        cost=_get_cost_sql(env),
        start=_get_start_sql(),
        tz=str(env.tz),
        field=SQL.identifier(date_field),
        day=get_day_sql(SQL("lot.%s", SQL.identifier(date_field))),
        today=get_day_sql(SQL("%s::timestamp", fields.Datetime.now())),
        quants=_get_quants_sql(quants),
    )


def _get_quants_sql(quants):
    """The quants looked at; OFFSET, so that the database finds these few first."""
    scope = SQL("AND id IN %s OFFSET 0", quants) if quants else SQL()
    return SQL(
        """SELECT id, lot_id, product_id, company_id, location_id, owner_id,
                  quantity
             FROM stock_quant
            WHERE quantity > 0 AND lot_id IS NOT NULL %s""",
        scope,
    )


def get_day_sql(moment: SQL) -> SQL:
    """The day on the calendar where the stock is, of a moment in UTC."""
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date", moment)


def _get_start_sql():
    """The day the life of a lot began: on which the goods were made, else as the
    product says, else the creation of the lot."""
    began = SQL(
        """CASE WHEN template.expiration_time > 0
                 AND lot.expiration_date IS NOT NULL
                THEN lot.expiration_date
                     - template.expiration_time * INTERVAL '1 day'
                ELSE lot.create_date END"""
    )
    return SQL("COALESCE(lot.made_on, %s)", get_day_sql(began))


def _get_cost_sql(env):
    """The cost of a unit: of the lot where lots are valued, else of the product."""
    cost = SQL("(product.standard_price ->> quant.company_id::text)::numeric")
    if "lot_valuated" in env["product.template"]._fields:
        cost = SQL(
            """CASE WHEN template.lot_valuated
               THEN (lot.standard_price ->> quant.company_id::text)::numeric
               ELSE %s END""",
            cost,
        )
    return SQL("COALESCE(%s, 0)", cost)
