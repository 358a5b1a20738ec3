"""How long the daily expiry alerts take, and how many queries.

Run in an Odoo shell, on a database that may be thrown away::

    LOT_COUNT=100000 odoo-bin shell -d benchmark < expiry_alerts.py

All lots are in stock, and somebody is responsible for them. ``LOT_DUE`` of them (a
tenth unless told) have reached their alert date. The scheduled action runs as it does
every day and commits its batches; then once more, when nothing is new. The board is
read as its first screen does.
"""

import os
import time

from odoo.tools import SQL

from odoo.addons.lot_traceability.tests.builder import StockBuilder

COUNT = int(os.environ.get("LOT_COUNT", "2000"))
DUE = int(os.environ.get("LOT_DUE", str(COUNT // 10)))


def measure(title, work):
    env.flush_all()
    env.invalidate_all()
    started, worked = time.monotonic(), time.process_time()
    queries = env.cr.sql_log_count
    result = work()
    env.flush_all()
    print(
        f"{title:<34}{time.monotonic() - started:8.1f} s, "
        f"{time.process_time() - worked:6.1f} s of CPU "
        f"{env.cr.sql_log_count - queries:9} queries"
    )
    return result


def fill():
    """Lots and quants without their documents: a hundred times faster."""
    build = StockBuilder(env)
    keeper = env["res.users"].create(
        {
            "name": "Keeper",
            "login": "keeper",
            "email": "keeper@example.com",
            "group_ids": [(4, env.ref("stock.group_stock_user").id)],
        }
    )
    milk = build.product(
        "Benchmark milk",
        use_expiration_date=True,
        standard_price=2,
        responsible_id=keeper.id,
    )
    env.flush_all()
    env.execute_query(
        SQL(
            """
            WITH lots AS (
                INSERT INTO stock_lot (name, product_id, create_date, expiration_date,
                                       use_date, removal_date, alert_date)
                SELECT 'BENCH-' || number, %(product)s, now() AT TIME ZONE 'UTC',
                       day, day, day, day - INTERVAL '200 days'
                  FROM (SELECT number, date_trunc('day', now() AT TIME ZONE 'UTC')
                               + INTERVAL '200 days' + (number - %(due)s)
                               * INTERVAL '1 minute' AS day
                          FROM generate_series(1, %(count)s) number) numbers
                RETURNING id, expiration_date)
            INSERT INTO stock_quant (product_id, lot_id, location_id, company_id,
                                     quantity, reserved_quantity, in_date,
                                     expiration_date, removal_date)
            SELECT %(product)s, id, %(location)s, %(company)s, 10, 0,
                   now() AT TIME ZONE 'UTC', expiration_date, expiration_date
              FROM lots RETURNING id
            """,
            product=milk.id,
            due=DUE,
            count=COUNT,
            location=build.stock.id,
            company=build.company.id,
        )
    )
    env.cr.execute("ANALYZE stock_lot, stock_quant")
    env.cr.commit()


def read_board():
    return env["lot.expiry.board"]._read_group(
        [], ["bucket", "warehouse_id"], ["quantity:sum", "value:sum"]
    )


fill()
rule = env.ref("lot_traceability_expiry.lot_alert_rule_alert_date")
rule.write({"notify_mail": True, "emails": "benchmark@example.com"})
ladder = env.ref("lot_traceability_expiry.lot_alert_rule_ladder")
alerts = env["lot.expiry.alert"]
due = measure(f"due among {COUNT} lots", rule._get_due)
measure("a ladder of four steps", ladder._get_due)
measure(f"alerts of {len(due)} lots", lambda: alerts._cron_send_alerts(batch_size=500))
measure("the next day, nothing new", lambda: alerts._cron_send_alerts(batch_size=500))
measure("board by time left and warehouse", read_board)
print(f"{alerts.search_count([('rule_id', '=', rule.id)])} alerts")
