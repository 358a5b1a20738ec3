"""Put before a script for an Odoo shell: does the same again and again, measured.

The processor is that of Odoo and of the PostgreSQL backend that works for it. Whoever
starts the script may hand out the turns, so that two of them go on side by side.
"""

import gc
import json
import os
import time
from pathlib import Path

ROUNDS = int(os.environ.get("LOT_BENCH_ROUNDS") or 12)
TURNS = os.environ.get("LOT_BENCH_TURNS")


def get_processor(backend):
    """Seconds of processor of this program, and of the backend."""
    nanoseconds = int(backend.read_text(encoding="ascii").split()[0])
    return time.process_time(), nanoseconds / 1e9


def play(env, prepare, act):
    """Print the figures of each round, and the best of them.

    :param prepare: makes of the number of the round what ``act`` works on
    """
    env.cr.execute("SELECT pg_backend_pid()")
    backend = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")
    rows = []
    for number in range(ROUNDS):
        if TURNS and not os.read(int(TURNS), 1):
            break
        prepared = prepare(number)
        env.flush_all()
        env.invalidate_all()
        gc.collect()
        queries, start = env.cr.sql_log_count, time.perf_counter()
        odoo, postgres = get_processor(backend)
        act(prepared)
        env.flush_all()
        more_odoo, more_postgres = get_processor(backend)
        row = {
            "wall": time.perf_counter() - start,
            "odoo": more_odoo - odoo,
            "postgres": more_postgres - postgres,
            "queries": env.cr.sql_log_count - queries,
        }
        rows.append(row | {"processor": row["odoo"] + row["postgres"]})
        print("ROUND", json.dumps(rows[-1]), flush=True)
    best = {name: min(row[name] for row in rows) for name in rows[0]}
    print("RESULT", json.dumps(best), flush=True)
