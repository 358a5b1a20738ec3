"""How long a recall of many lots takes: time and queries of each step.

Run in an Odoo shell, on a database that may be thrown away::

    RECALL_LOTS=10000 odoo-bin shell -d benchmark < recall.py

All lots are suspect themselves; half of them are in
stock, and all of that is scrapped.
"""

import os
import time

from odoo.addons.lot_traceability.tests.builder import StockBuilder

LOTS = int(os.environ.get("RECALL_LOTS", "1000"))


def measure(title, work):
    env.flush_all()
    env.invalidate_all()
    started, queries = time.monotonic(), env.cr.sql_log_count
    result = work()
    env.flush_all()
    seconds = time.monotonic() - started
    print(
        f"{title:<32}{seconds:8.2f} s{env.cr.sql_log_count - queries:10} queries "
        f"{1000 * seconds / LOTS:8.2f} ms per lot"
    )
    return result


def make_lots():
    build = StockBuilder(env)
    product = build.product(f"Recalled {time.time():.0f}")
    lots = env["stock.lot"].create(
        [
            {"product_id": product.id, "name": f"{product.name}-{number:06}"}
            for number in range(LOTS)
        ]
    )
    quants = env["stock.quant"]
    for lot in lots[: LOTS // 2]:
        quants._update_available_quantity(product, build.stock, 10, lot_id=lot)
    return lots


def carry_out():
    recall.action_carry_out()
    while recall.job_state == "running":
        recall._run_batch()
        env.cr.commit()


lots = make_lots()
env.cr.commit()
print(f"{len(lots)} lots, half of them in stock")
action = measure("wizard with its impact", lots.action_recall)
wizard = env["lot.recall.wizard"].browse(action["res_id"])
wizard.write({"reason": "Benchmark", "recall_class": "2"})
wizard.stock_ids.disposition = "scrap"
action = measure("scope, approval, hold, plan", wizard.action_create_recall)
recall = env["lot.recall"].browse(action["res_id"])
env.cr.commit()
measure("form of the recall", lambda: recall.web_read({"impact_lot_count": {}}))
measure("scrap, in the background", carry_out)
measure("check of the scope", recall.action_check_scope)
measure("balance", recall.action_balance)
print(f"{recall.state}: {recall.disposed_count} done, {recall.refused_count} refused")
