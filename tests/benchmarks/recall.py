"""How long a recall of many lots takes: processor time and queries of each step.

Run by ``setup/bench --recall``, or in an Odoo shell, on a database that may be thrown
away::

    RECALL_LOTS=10000 RECALL_CUSTOMERS=2000 odoo-bin shell -d benchmark < recall.py

The processor time is that of Odoo, of its process of PostgreSQL and of the program that
prints, so that a busy machine does not count.

All lots are suspect themselves; half of them are in stock, and all of that is
scrapped; the other half was delivered to the customers, who are told by mail.
"""

import os
import time
from pathlib import Path

from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.lot_traceability.tests.builder import StockBuilder
from odoo.addons.lot_traceability_recall.consignees import notices

LOTS = int(os.environ.get("RECALL_LOTS", "1000"))
CUSTOMERS = int(os.environ.get("RECALL_CUSTOMERS", LOTS // 5))
DISPOSITION = os.environ.get("RECALL_DISPOSITION", "scrap")
# a PDF each: a share of them will do
NOTICES = int(os.environ.get("RECALL_NOTICES", "0"))


def read_processor_time():
    """Seconds so far; of PostgreSQL where the process is on this machine."""
    mine = sum(os.times()[:4])
    [[backend]] = env.execute_query(SQL("SELECT pg_backend_pid()"))
    try:
        fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return mine
    return mine + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(title, work):
    env.flush_all()
    env.invalidate_all()
    started, queries = time.monotonic(), env.cr.sql_log_count
    busy = read_processor_time()
    result = work()
    env.flush_all()
    seconds, busy = time.monotonic() - started, read_processor_time() - busy
    print(
        f"{title:<32}{busy:8.2f} s of processor{seconds:8.2f} s"
        f"{env.cr.sql_log_count - queries:10} queries",
        flush=True,
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
    env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "location_id": build.stock.id,
                "quantity": 10,
            }
            for lot in lots
        ]
    )
    deliver(build, product, lots[LOTS // 2 :])
    return lots


def deliver(build, product, lots):
    """To each customer its share of the lots."""
    customers = env["res.partner"].create(
        [
            {"name": f"Customer {number}", "email": f"c{number}@example.com"}
            for number in range(CUSTOMERS)
        ]
    )
    way = {
        "product_id": product.id,
        "location_id": build.stock.id,
        "location_dest_id": build.customers.id,
    }
    moves = env["stock.move"].create(
        [
            {
                **way,
                "partner_id": customer.id,
                "origin": f"SO-{customer.id}",
                "product_uom_qty": 10 * len(lots[number::CUSTOMERS]),
                "picked": True,
                "move_line_ids": [
                    Command.create({**way, "lot_id": lot.id, "quantity": 10})
                    for lot in lots[number::CUSTOMERS]
                ],
            }
            for number, customer in enumerate(customers)
        ]
    )
    moves._action_done()


def send_some():
    """Hand some of the notices over to the outbox, as the scheduled action does."""
    size = notices.get_batch_size(env)
    for _batch in range(NOTICES // size):
        notices.hand_over_safely(notices.take(env, size))


def carry_out():
    recall.action_carry_out()
    while recall.job_state == "running":
        recall._run_batch()
        env.cr.commit()


env.company.lot_recall_separate_approval = False
lots = make_lots()
env.cr.commit()
print(f"{len(lots)} lots, half of them in stock, the others at {CUSTOMERS} customers")
env.company.phone = "+1 555 0100"
action = measure("wizard with its impact", lots.action_recall)
wizard = env["lot.recall.wizard"].browse(action["res_id"])
wizard.write({"reason": "Benchmark", "notice_reason": "Benchmark", "recall_class": "2"})
wizard.stock_ids.disposition = DISPOSITION
recall = env["lot.recall"].create(wizard._prepare_recall_vals())
recall._add_seeds(lots, "Benchmark")
wizard.recall_id = recall
recall.action_assess()
measure("scope", recall.action_scope)
measure("hold", recall.action_hold)
measure("approval, with consignees", recall.action_approve)
measure("plan for the stock", wizard.action_create_recall)
env.cr.commit()
measure("form of the recall", lambda: recall.web_read({"impact_lot_count": {}}))
measure(f"{DISPOSITION}, in the background", carry_out)
measure("consignees anew", recall.action_refresh_consignees)
measure("notices of all prepared", lambda: recall._send_notices(recall.consignee_ids))
measure(f"{NOTICES} notices with PDF", send_some)
measure("check of the scope", recall.action_check_scope)
measure("balance", recall.action_balance)
print(f"{recall.state}: {recall.disposed_count} done, {recall.refused_count} refused")
