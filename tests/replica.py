"""Proves with two PostgreSQL servers that what only reads is answered by the replica,
and what writes by the first one; ``setup/replica --test`` makes both and runs this."""

import json
import os
import subprocess
import sys
import time
import urllib.request

DATABASE = os.environ["LOT_REPLICA_DATABASE"]
REPLICA = os.environ["LOT_REPLICA_PORT"]
PORT = 8197
# so many questions
ASKED = 20
URL = f"http://127.0.0.1:{PORT}"
SETTING_UP = """
from datetime import timedelta
from odoo import fields
user = env.ref("base.user_admin")
tomorrow = fields.Datetime.now() + timedelta(days=1)
key = env["res.users.apikeys"].with_user(user)._generate("rpc", "replica", tomorrow)
product = env["product.product"].create(
    {"name": "Replica", "is_storable": True, "tracking": "lot"})
lot = env["stock.lot"].create({"product_id": product.id, "name": "REPLICA-1"})
warehouse = env["stock.warehouse"].search([], limit=1)
picking = env["stock.picking"].create({
    "picking_type_id": warehouse.in_type_id.id,
    "move_ids": [(0, 0, {
        "product_id": product.id, "product_uom_qty": 3,
        "product_uom": product.uom_id.id,
        "location_id": env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": warehouse.lot_stock_id.id})]})
picking.action_confirm()
picking.move_ids.move_line_ids.write({"lot_id": lot.id, "quantity": 3})
picking.move_ids.picked = True
env.cr.commit()
import json
print("READY", json.dumps({"key": key, "lot": lot.id, "picking": picking.id}))
"""


def main():
    ready = set_up()
    server = subprocess.Popen(
        [
            *(os.environ["LOT_ODOO_BIN"], "-d", DATABASE, "--workers", "2"),
            *("--db_replica_host", os.environ["PGHOST"], "--db_replica_port", REPLICA),
            *("--http-port", str(PORT), "--gevent-port", str(PORT + 1)),
            *("--max-cron-threads", "0"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        prove(ready)
    finally:
        server.terminate()
        server.wait()


def set_up():
    done = subprocess.run(
        [os.environ["LOT_ODOO_BIN"], "shell", "-d", DATABASE, "--no-http"],
        input=SETTING_UP,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    (line,) = [row for row in done.stdout.splitlines() if row.startswith("READY ")]
    return json.loads(line.removeprefix("READY "))


def prove(ready):
    wait_until("the server answers", lambda: ask(ready, "res.users", "context_get", {}))
    first, replica = count_scans(), count_scans(REPLICA)
    for _time in range(ASKED):
        trace = ask(ready, "stock.lot", "trace_downstream", {"ids": [ready["lot"]]})
    assert [lot["name"] for lot in trace["lots"]] == ["REPLICA-1"], trace
    wait_until(
        "the replica has read move lines for each question",
        lambda: count_scans(REPLICA) >= replica + ASKED,
    )
    # servers tell what they did after a second
    time.sleep(2)
    assert count_scans() == first, "A trace was asked of the first server"
    ids = {"ids": [ready["picking"]]}
    ask(ready, "stock.picking", "button_validate", ids)
    query = f"SELECT state FROM stock_picking WHERE id = {ready['picking']}"
    assert run_sql(query) == "done"
    wait_until("the receipt is replicated", lambda: run_sql(query, REPLICA) == "done")
    upstream = ask(ready, "stock.lot", "trace_upstream", {"ids": [ready["lot"]]})
    assert [row["quantity"] for row in upstream["receipts"]] == [3], upstream
    sys.stdout.write(
        "A trace is answered by the replica, a receipt by the first server, and the "
        "next trace knows it.\n"
    )


def ask(ready, model, method, body):
    request = urllib.request.Request(
        f"{URL}/json/2/{model}/{method}",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"bearer {ready['key']}",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def count_scans(port=None):
    """How often a server has read move lines."""
    return int(
        run_sql(
            "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables "
            "WHERE relname = 'stock_move_line'",
            port,
        )
    )


def run_sql(query, port=None, database=DATABASE):
    return subprocess.run(
        ["psql", "-qAtX", *(["-p", port] if port else []), "-d", database, "-c", query],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.strip()


def wait_until(what, condition):
    for _time in range(240):
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.25)
    raise TimeoutError(f"Not so after a minute: {what}")


main()
