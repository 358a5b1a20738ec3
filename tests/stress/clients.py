"""Clients that work on the same few lots at the same time, until the time is up.

    python clients.py PORT DATABASE SECONDS CLIENTS JOURNAL

Each thing that the server said was done is written into the journal before the next one
is begun; ``verify.py`` looks for all of them. What was refused, and what had no answer,
is counted only.
"""

import http.client
import json
import multiprocessing
import random
import sys
import time
import urllib.request

LOTS = 4
# the server says no, and why: a rule, or another one who was faster
REFUSALS = ("odoo.exceptions.", "psycopg2.errors.Serialization", "concurrency")
# the server, or its database, is not there
OUTAGES = ("OperationalError", "InterfaceError", "AdminShutdown", "CannotConnectNow")


class Refused(Exception):
    pass


class Unanswered(Exception):
    pass


class Client:
    def __init__(self, port, database, seed, journal):
        self.url, self.database = f"http://127.0.0.1:{port}/jsonrpc", database
        self.chance, self.journal, self.counts = random.Random(seed), journal, {}
        self.name = seed

    def ask(self, service, method, *args):
        body = {"jsonrpc": "2.0", "method": "call", "id": 1}
        body["params"] = {"service": service, "method": method, "args": args}
        request = urllib.request.Request(
            self.url, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = json.load(answer)
        # also one that breaks off in the middle
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unanswered(str(error)) from None
        if "error" in found:
            data = found["error"].get("data") or {}
            name = str(data.get("name"))
            if any(word in name for word in OUTAGES):
                raise Unanswered(name)
            raise Refused(f"{name}: {data.get('message')}")
        return found.get("result")

    def call(self, model, method, *args, **kwargs):
        return self.ask(
            *("object", "execute_kw", self.database, self.uid, "admin"),
            *(model, method, args, kwargs),
        )

    def is_ready(self):
        """Whether the server was there to tell what is needed."""
        try:
            self.prepare()
        except (Refused, Unanswered):
            return False
        return True

    def prepare(self):
        self.uid = self.ask("common", "login", self.database, "admin", "admin")
        rows = self.call(
            "stock.lot", "search_read", [("name", "like", "STRESS-_")], ["product_id"]
        )
        self.lots = sorted(row["id"] for row in rows)[:LOTS]
        self.product = rows[0]["product_id"][0]
        (house,) = self.call(
            "stock.warehouse",
            "search_read",
            [],
            ["lot_stock_id", "in_type_id", "out_type_id"],
            limit=1,
        )
        self.stock = house["lot_stock_id"][0]
        self.types = house["in_type_id"][0], house["out_type_id"][0]
        self.vendors, self.customers = (
            self.call("stock.location", "search", [("usage", "=", usage)], limit=1)[0]
            for usage in ("supplier", "customer")
        )

    # -- what they do; each returns what has to be there afterwards ---------
    def receive(self, lot):
        return self.transfer(lot, self.types[0], self.vendors, self.stock)

    def deliver(self, lot):
        return self.transfer(lot, self.types[1], self.stock, self.customers)

    def transfer(self, lot, kind, source, dest):
        quantity = self.chance.randint(1, 5)
        places = {"location_id": source, "location_dest_id": dest}
        line = {"product_id": self.product, "lot_id": lot, "quantity": quantity}
        move = {
            "product_id": self.product,
            "product_uom_qty": quantity,
            "picked": True,
            "move_line_ids": [(0, 0, line | places)],
        }
        picking = self.call(
            "stock.picking",
            "create",
            {"picking_type_id": kind, "move_ids": [(0, 0, move | places)]} | places,
        )
        self.call("stock.picking", "action_confirm", [picking])
        self.call(
            "stock.picking", "button_validate", [picking], context={"skip_sms": True}
        )
        (row,) = self.call("stock.picking", "read", [picking], ["state"])
        return ("picking", picking, lot, quantity) if row["state"] == "done" else None

    def count(self, lot):
        domain = [("lot_id", "=", lot), ("location_id", "=", self.stock)]
        context = {"inventory_mode": True}
        (quant,) = self.call("stock.quant", "search", domain, limit=1)
        (row,) = self.call("stock.quant", "read", [quant], ["quantity"])
        self.call(
            "stock.quant",
            "write",
            [quant],
            {"inventory_quantity": row["quantity"] + self.chance.choice([-1, 1])},
            context=context,
        )
        self.call("stock.quant", "action_apply_inventory", [quant], context=context)
        return "count", quant, lot, 0

    def hold(self, lot):
        # none where another one holds it already
        holds = self.call("stock.lot", "action_hold", [lot], f"Held by {self.name}")
        return ("hold", holds[0], lot, 0) if holds else None

    def release(self, lot):
        self.call("stock.lot", "action_release", [lot], f"Released by {self.name}")
        return "release", lot, lot, 0

    def convert(self, lot):
        number = f"STRESS-{self.name}-{self.chance.getrandbits(40):x}"
        row = {"product_id": self.product, "quantity": 1, "location_id": self.stock}
        conversion = self.call(
            "lot.conversion",
            "create",
            {
                "kind": "split",
                "reason": "Stress",
                "source_line_ids": [(0, 0, row | {"side": "source", "lot_id": lot})],
                "target_line_ids": [(0, 0, row | {"side": "target", "number": number})],
            },
        )
        self.call("lot.conversion", "action_done", [conversion])
        return "conversion", conversion, lot, 1

    def recall(self, lot):
        recall = self.call(
            "lot.recall",
            "create",
            {
                "reason": "Stress",
                "recall_class": "3",
                "kind": "recall",
                "seed_ids": [(0, 0, {"lot_id": lot})],
            },
        )
        for step in ("assess", "scope", "cancel"):
            self.call("lot.recall", f"action_{step}", [recall])
        return "recall", recall, lot, 0

    # -- over and over ------------------------------------------------------
    def run(self, end):
        while not self.is_ready() and time.time() < end:
            time.sleep(1)
        kinds = ["receive"] * 6 + ["deliver"] * 6 + ["count"] * 3 + ["convert"] * 2
        kinds += ["hold", "release", "release", "recall"]
        while time.time() < end:
            kind, lot = self.chance.choice(kinds), self.chance.choice(self.lots)
            try:
                done = getattr(self, kind)(lot)
            except Refused as error:
                is_known = any(word in str(error) for word in REFUSALS)
                self.note(kind, "refused" if is_known else f"FAULT {error}")
            except Unanswered:
                self.note(kind, "no answer")
                time.sleep(0.5)
            else:
                self.note(kind, "done" if done else "asked back")
                if done:
                    self.journal.write(json.dumps([time.time(), *done]) + "\n")
                    self.journal.flush()

    def note(self, kind, outcome):
        key = kind, outcome[:300]
        self.counts[key] = self.counts.get(key, 0) + 1


def work(port, database, end, seed, path):
    with open(f"{path}.{seed}", "w", encoding="utf-8") as journal:
        client = Client(port, database, seed, journal)
        try:
            client.run(end)
        finally:
            counts = [[*key, count] for key, count in client.counts.items()]
            with open(f"{path}.{seed}.counts", "w", encoding="utf-8") as file:
                json.dump(counts, file)


def main(port, database, seconds, clients, path):
    end = time.time() + int(seconds)
    workers = [
        multiprocessing.Process(target=work, args=(port, database, end, seed, path))
        for seed in range(int(clients))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
