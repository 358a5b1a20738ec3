"""For an Odoo shell: how long the trace takes, against Odoo's own and against bare SQL,
in one run and as a normal user.

``LOT_BENCH_LINES`` says how many move lines the database gets, ``LOT_BENCH_CHAIN`` of
what kind: ``hard`` (see ``chain_data.py``) or ``easy`` (``trace_data.py``: hardly more
than one link a lot). ``setup/bench`` runs it for several sizes and writes the figures
down.
"""

import json
import os
import pathlib
import resource
import signal
import statistics
import sys
import time
import tracemalloc

sys.path.insert(0, os.environ["LOT_BENCH_HERE"])
import chain_data
import psutil
import trace_data
from trace_ladder import measure_ladder

from odoo.addons.lot_traceability.documents.export import get_content
from odoo.addons.stock.models.stock_lot import StockLot

LINES = int(os.environ.get("LOT_BENCH_LINES", "100000"))
CHAIN = os.environ.get("LOT_BENCH_CHAIN", "hard")
# after that long, what Odoo's own takes is said to be more than that
CORE_SECONDS = 120
# of 100,000 lots it keeps every way to each: so much memory it leaves to others
SPARE_BYTES = 4 * 2**30
# the question of the floors: which lots, delivered to whom
QUESTION = ["lots", "deliveries"]
QUANTITIES = ["balances", "holders", "suspect"]
# what the form of a lot counts, Odoo's own figures among them
COUNTS = (
    *("delivery_count", "partner_ids", "trace_downstream_count"),
    *("trace_customer_count", "trace_upstream_count", "trace_vendor_count"),
)
FORMATS = ("epcis", "xlsx", "fsma")
# the same rows and columns, with time and the user's company, by hand
BARE = """
    WITH RECURSIVE reach(lot_id, since) AS (
        SELECT %(lot)s, '-infinity'::timestamp
        UNION
        SELECT made.lot_id, made.date FROM reach
        JOIN stock_move_line used ON used.lot_id = reach.lot_id AND used.state = 'done'
            AND used.date >= reach.since AND used.company_id = %(company)s
        JOIN stock_move_line_consume_rel rel ON rel.produce_line_id = used.id
        JOIN stock_move_line made ON made.id = rel.consume_line_id
            AND made.state = 'done' AND made.company_id = %(company)s
    )
    SELECT lot.id, lot.name, lot.company_id, product.id, template.name->>'en_US',
        template.tracking, delivery.*
    FROM (SELECT lot_id, min(since) AS since FROM reach GROUP BY 1) reached
    JOIN stock_lot lot ON lot.id = reached.lot_id
    JOIN product_product product ON product.id = lot.product_id
    JOIN product_template template ON template.id = product.product_tmpl_id
    LEFT JOIN LATERAL (
        SELECT move.reference, picking.id, partner.id, partner.complete_name,
            min(line.date), sum(line.quantity_product_uom)
        FROM stock_move_line line
        JOIN stock_location dest ON dest.id = line.location_dest_id
            AND dest.usage = 'customer'
        JOIN stock_move move ON move.id = line.move_id
        JOIN stock_picking picking ON picking.id = line.picking_id
        LEFT JOIN res_partner partner ON partner.id = picking.partner_id
        WHERE line.lot_id = lot.id AND line.state = 'done'
            AND line.date >= reached.since AND line.company_id = %(company)s
        GROUP BY 1, 2, 3, 4
    ) delivery ON true
"""
# which lots at all: their ids alone
CLOSURE = """
    WITH RECURSIVE reach(lot_id) AS (
        SELECT %(lot)s
        UNION
        SELECT made.lot_id FROM reach
        JOIN stock_move_line used ON used.lot_id = reach.lot_id AND used.state = 'done'
        JOIN stock_move_line_consume_rel rel ON rel.produce_line_id = used.id
        JOIN stock_move_line made ON made.id = rel.consume_line_id
            AND made.state = 'done'
    )
    SELECT lot_id FROM reach
"""


def get_backend_file():
    """Where Linux says how long the PostgreSQL of this connection has been computing;
    None if it runs elsewhere."""
    env.cr.execute("SELECT pg_backend_pid()")
    path = pathlib.Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")
    return path if path.exists() and os.access(path, os.R_OK) else None


def get_moment():
    """Seconds of processor so far, of Odoo and of its PostgreSQL: what else the machine
    does meanwhile hardly changes them. Where they are not known, seconds by the clock.
    """
    if not BACKEND:
        return time.perf_counter()
    return time.process_time() + int(BACKEND.read_text().split()[0]) / 1e9


def median(method, times):
    """Seconds (the median, and all of them) and queries of a call with nothing in the
    cache."""
    seconds = []
    for _time in range(times):
        env.invalidate_all()
        queries, start = env.cr.sql_log_count, get_moment()
        method()
        seconds.append(get_moment() - start)
    return statistics.median(seconds), env.cr.sql_log_count - queries, seconds


def measure_core(lots):
    """Seconds and queries of Odoo's own, and whether that was all of it: where it takes
    minutes, or all memory, it is stopped."""

    def stop(*_arguments):
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    queries, start = env.cr.sql_log_count, get_moment()
    signal.alarm(CORE_SECONDS)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    most = max(psutil.virtual_memory().available - SPARE_BYTES, 8 * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (most, limits[1]))
    try:
        with env.cr.savepoint():
            found, is_whole = median(lambda: ask_core(lots), 1), True
    except (TimeoutError, MemoryError):
        seconds = get_moment() - start
        found, is_whole = (seconds, env.cr.sql_log_count - queries), False
    finally:
        signal.alarm(0)
        resource.setrlimit(resource.RLIMIT_AS, limits)
    return found, is_whole


def get_megabytes(method):
    env.invalidate_all()
    tracemalloc.start()
    method()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak


def ask_core(lot):
    """As Odoo does it: a walk for ``delivery_ids``, and another for ``partner_ids``."""
    for _field in range(2):
        StockLot._find_delivery_ids_by_lot_iterative(lot)


def ask_bare(lot, query=BARE):
    env.cr.execute(query, {"lot": lot.id, "company": env.company.id})
    return env.cr.fetchall()


def measure(lot, size):
    """The figures of one lot from which ``size`` others are reached."""
    found = lot.trace_downstream(QUESTION)
    assert len(found["lots"]) == size + 1, (size, len(found["lots"]))
    times = 3 if size > 10_000 else 7
    calls = {
        "ours": lambda: lot.trace_downstream(QUESTION),
        "closure": lambda: lot.trace_downstream(["lots"]),
        "counts": lambda: lot.read(COUNTS),
        "quantities": lambda: lot.trace_downstream(QUANTITIES),
        "full": lot.trace_downstream,
        "ids": lambda: ask_bare(lot, CLOSURE),
    }
    if CHAIN == "easy":
        calls["bare"] = lambda: ask_bare(lot)
    # of the largest, what takes minutes is asked once
    others = 1 if size > 10_000 else times
    figures = {
        name: median(call, times if name == "ours" else others)
        for name, call in calls.items()
    }
    figures["core"], is_whole = measure_core(lot)
    return {
        "seconds": {name: round(found[0], 4) for name, found in figures.items()},
        "queries": {name: found[1] for name, found in figures.items()},
        "longest": round(max(figures["ours"][2]), 4),
        "exports": measure_exports(lot) if size == 10_000 else {},
        "core_is_whole": is_whole,
        "megabytes": {
            "ours": round(get_megabytes(calls["ours"]), 1),
            "core": size <= 10_000
            and is_whole
            and round(get_megabytes(lambda: ask_core(lot)), 1),
        },
    }


def measure_exports(lot):
    found = {}
    for name in FORMATS:
        seconds, queries, _all = median(lambda: get_content(lot, name), 1)  # noqa: B023
        found[name] = {"seconds": round(seconds, 2), "queries": queries}
    return found


def measure_list(asker):
    """80 rows of the list of lots, with all counts."""
    # those of the user's company, and of none, as in the easy chain
    lots = asker["stock.lot"].search([("company_id", "in", (False, env.company.id))])
    assert lots, "There is no row to read"
    rows = lots[:: max(len(lots) // 80, 1)][:80]
    seconds, queries, _all = median(lambda: rows.read(COUNTS), 3)
    core, is_whole = measure_core(rows)
    return {
        "seconds": round(seconds, 3),
        "queries": queries,
        "core": round(core[0], 2),
        "core_is_whole": is_whole,
    }


def get_asker():
    """A warehouse user, with all the record rules that this means."""
    user = env["res.users"].create(
        {
            "name": "Bench",
            "login": "bench",
            "group_ids": [(6, 0, [env.ref("stock.group_stock_user").id])],
        }
    )
    return env(user=user.id)


BACKEND = get_backend_file()
chain = {"hard": chain_data, "easy": trace_data}[CHAIN]
roots = chain.fill(env, LINES)
# the last commit of a busy day is seen by everybody, too
env.cr.commit()
asker = get_asker()
results = {
    size: measure(asker["stock.lot"].browse(lot_id), size)
    for size, lot_id in roots.items()
}
answer = {
    "lines": LINES,
    "chain": CHAIN,
    "lots": results,
    "list": measure_list(asker),
    "clock": "processor" if BACKEND else "clock",
    "load": os.getloadavg()[1],
    "processors": os.cpu_count(),
}
if os.environ.get("LOT_BENCH_LADDER"):
    answer["ladder"] = measure_ladder(env, asker, median)
print("RESULT", json.dumps(answer))
