"""For an Odoo shell: fills a database with the hard chain and writes down, as a line
``READY {...}``, a key and lots to ask for. ``setup/bench --http`` runs it."""

import json
import os
import random
import sys
from datetime import timedelta

from odoo import fields

sys.path.insert(0, os.environ["LOT_BENCH_HERE"])
from chain_data import fill

LINES = int(os.environ["LOT_BENCH_LINES"])
# of so many lots
ASKED = 50

fill(env, LINES)
user = env["res.users"].create(
    {
        "name": "Bench",
        "login": "bench",
        "group_ids": [(6, 0, [env.ref("stock.group_stock_user").id])],
    }
)
tomorrow = fields.Datetime.now() + timedelta(days=1)
key = env["res.users.apikeys"].with_user(user)._generate("rpc", "bench", tomorrow)
# of the small chains: as people ask on a working day
ids = env["stock.lot"].search([("company_id", "=", env.company.id)], order="id").ids
lots = random.Random(1).sample(ids[len(ids) // 2 :], ASKED)
env.cr.commit()
print("READY", json.dumps({"key": key, "lots": lots, "lines": LINES}))
