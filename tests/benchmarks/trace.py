"""For an Odoo shell: how long the trace takes, against Odoo's own and against bare SQL.

``LOT_BENCH_LINES`` says how many move lines the database gets.
"""

import json
import os
import statistics
import sys
import time
import tracemalloc

sys.path.insert(0, os.environ["LOT_BENCH_HERE"])
from trace_data import fill

LINES = int(os.environ.get("LOT_BENCH_LINES", "100000"))
BARE = """
    WITH RECURSIVE reach(lot_id) AS (
        SELECT %s
        UNION
        SELECT made.lot_id FROM reach
        JOIN stock_move_line used ON used.lot_id = reach.lot_id AND used.state = 'done'
        JOIN stock_move_line_consume_rel rel ON rel.produce_line_id = used.id
        JOIN stock_move_line made ON made.id = rel.consume_line_id
            AND made.state = 'done'
    )
    SELECT line.lot_id, line.picking_id, picking.partner_id, sum(line.quantity)
    FROM reach
    JOIN stock_move_line line ON line.lot_id = reach.lot_id AND line.state = 'done'
    JOIN stock_location dest ON dest.id = line.location_dest_id
        AND dest.usage = 'customer'
    JOIN stock_picking picking ON picking.id = line.picking_id
    GROUP BY 1, 2, 3
"""

roots = fill(env, LINES)
user = env["res.users"].create(
    {
        "name": "Bench",
        "login": "bench",
        "group_ids": [(6, 0, [env.ref("stock.group_stock_user").id])],
    }
)
asker = env(user=user.id)


def median(method, times=5):
    seconds = []
    for _time in range(times):
        env.invalidate_all()
        queries, start = env.cr.sql_log_count, time.perf_counter()
        method()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), env.cr.sql_log_count - queries


def ask_core(lot):
    return lot.delivery_ids, lot.partner_ids


def ask_bare(lot):
    env.cr.execute(BARE, [lot.id])
    return env.cr.fetchall()


results = {}
for size, lot_id in roots.items():
    lot = asker["stock.lot"].browse(lot_id)
    trace = lot.trace_downstream()
    assert len(trace["lots"]) == size + 1, (size, len(trace["lots"]))
    times = 3 if size > 10_000 else 5
    ours, queries = median(lot.trace_downstream, times)
    core, _queries = median(lambda lot=lot: ask_core(lot), 1 if size > 10_000 else 3)
    bare, _queries = median(lambda lot=lot: ask_bare(lot), times)
    tracemalloc.start()
    lot.trace_downstream()
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    results[size] = {
        "ours": round(ours, 4),
        "core": round(core, 4),
        "bare": round(bare, 4),
        "queries": queries,
        "megabytes": round(memory, 1),
    }
print("RESULT", json.dumps({"lines": LINES, "lots": results}))
