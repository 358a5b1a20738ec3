from odoo.tools import SQL


def post_init_hook(env):
    """Take over what Odoo alerted before, so that nobody is alerted of it again.

    Odoo only kept that it alerted, not whom nor when: these rows have neither.
    """
    env["stock.lot"].flush_model()
    env["lot.expiry.alert"].flush_model()
    env.cr.execute(
        SQL(
            """
            INSERT INTO lot_expiry_alert
                (lot_id, product_id, company_id, alert_date,
                 create_uid, create_date, write_uid, write_date)
            SELECT id, product_id, company_id, alert_date,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM stock_lot
             WHERE product_expiry_reminded
               AND alert_date <= %(now)s
            ON CONFLICT DO NOTHING
            """,
            uid=env.uid,
            now=env.cr.now(),
        )
    )
