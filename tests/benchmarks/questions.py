"""Asks a server in parallel over HTTP, ours and Odoo's own question, and tells how long
the answers took; ``setup/bench --http`` starts the server.

Reads ``{"url", "key", "lots", "lines", "workers", "parallel", "replica"}`` from the
environment variable ``LOT_BENCH_QUESTIONS``.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

ROUNDS = 4
TRIES = 5
QUESTIONS = {
    "trace_downstream: lots, deliveries": (
        "trace_downstream",
        {"parts": ["lots", "deliveries"]},
    ),
    "delivery_count, partner_ids": (
        "read",
        {"fields": ["delivery_count", "partner_ids"]},
    ),
    "the same by Odoo's own walks": ("bench_core", {}),
}


def ask(settings, question, lot_id):
    method, arguments = QUESTIONS[question]
    body = {"ids": [lot_id], **arguments}
    request = urllib.request.Request(
        f"{settings['url']}/json/2/stock.lot/{method}",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"bearer {settings['key']}",
        },
    )
    start = time.perf_counter()
    for _attempt in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                answer.read()
            break
        except urllib.error.HTTPError:
            raise
        # who asks a server that has more to do than it can hear is sent away
        except (ConnectionError, urllib.error.URLError):
            continue
    return time.perf_counter() - start


def measure(settings, question):
    lots = settings["lots"] * ROUNDS
    start = time.perf_counter()
    with ThreadPoolExecutor(settings["parallel"]) as pool:
        took = sorted(pool.map(lambda lot: ask(settings, question, lot), lots))
    whole = time.perf_counter() - start
    return {
        "count": len(took),
        "per_second": len(took) / whole,
        **{
            f"p{part}": took[min(int(len(took) * part / 100), len(took) - 1)]
            for part in (50, 95, 99)
        },
    }


def main():
    settings = json.loads(os.environ["LOT_BENCH_QUESTIONS"])
    # each worker loads its registry with its first question
    with ThreadPoolExecutor(settings["parallel"]) as pool:
        list(
            pool.map(
                lambda lot: ask(settings, next(iter(QUESTIONS)), lot), settings["lots"]
            )
        )
    answer = {
        **{
            name: settings[name] for name in ("parallel", "workers", "lines", "replica")
        },
        "questions": {name: measure(settings, name) for name in QUESTIONS},
    }
    sys.stdout.write(f"RESULT {json.dumps(answer)}\n")


main()
