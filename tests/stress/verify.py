"""In an Odoo shell, after the stress: what is lost, and what does not add up.

The path of the journals stands in JOURNAL. Prints ``ROW what<TAB>count<TAB>wrong``.
"""

import glob
import json
from collections import Counter

from odoo.addons.lot_traceability.evidence import checking

done, outcomes = [], Counter()
for path in glob.glob(f"{JOURNAL}.*"):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".counts"):
            for kind, outcome, count in json.load(file):
                outcomes[kind, outcome] += count
        else:
            done += [json.loads(line) for line in file]
rows = []


def tell(what, count, wrong):
    rows.append((what, count, wrong))


# nothing that the server said was done is lost
MODELS = {
    "picking": ("stock.picking", {"done"}),
    "conversion": ("lot.conversion", {"done"}),
    "hold": ("lot.hold", {"held", "rejected", "released"}),
    # cancelling asks for a reason where somebody has to know it
    "recall": ("lot.recall", {"scoped", "cancelled"}),
}
for kind, (model, states) in MODELS.items():
    ids = [row[2] for row in done if row[1] == kind]
    found = env[model].search([("id", "in", ids), ("state", "in", list(states))])
    tell(f"{kind}s that were done, lost", len(ids), len({*ids} - {*found.ids}))
lots = env["stock.lot"].search([("name", "like", "STRESS-%")])
# each hold is in the log, also if it was released since
count = len({row[2] for row in done if row[1] == "hold"})
written = env["lot.trace.log"].search_count(
    [("kind", "=", "hold"), ("lot_ref", "in", lots.ids)]
)
tell("holds that were done, not in the log", count, max(count - written, 0))

# what is in stock is what came in less what went out, place by place
env.cr.execute(
    """
    WITH moved AS (
        SELECT lot_id, location_dest_id AS place, quantity_product_uom AS quantity
          FROM stock_move_line WHERE state = 'done' AND lot_id IN %(lots)s
        UNION ALL
        SELECT lot_id, location_id, -quantity_product_uom
          FROM stock_move_line WHERE state = 'done' AND lot_id IN %(lots)s
    ), balance AS (
        SELECT lot_id, place, sum(quantity) AS quantity FROM moved GROUP BY 1, 2
    ), stock AS (
        SELECT lot_id, location_id AS place, sum(quantity) AS quantity,
               count(*) AS rows
          FROM stock_quant WHERE lot_id IN %(lots)s GROUP BY 1, 2
    )
    SELECT count(*),
           count(*) FILTER (WHERE abs(coalesce(balance.quantity, 0)
                                      - coalesce(stock.quantity, 0)) > 0.00001),
           count(*) FILTER (WHERE stock.quantity < 0 AND location.usage = 'internal')
      FROM balance FULL JOIN stock USING (lot_id, place)
      JOIN stock_location location ON location.id = place
    """,
    {"lots": tuple(lots.ids)},
)
places, wrong, below = env.cr.fetchone()
tell("balances of a lot in a place, not exact", places, wrong)
tell("balances in stock, below zero", places, below)

# no movement of a lot lacks its fact, once the job has run
env.ref("lot_traceability.cron_write_facts").method_direct_trigger()
lines = env["stock.move.line"].search(
    [("lot_id", "in", lots.ids), ("state", "=", "done"), ("quantity", "!=", 0)]
)
env.cr.execute(
    "SELECT count(DISTINCT line_ref) FROM lot_trace_fact WHERE line_ref IN %s",
    [tuple(lines.ids)],
)
tell("done lines, without a fact", len(lines), len(lines) - env.cr.fetchone()[0])

# the chain of the log is whole and has no branches
env.ref("lot_traceability.cron_seal_log").method_direct_trigger()
for company in env["res.company"].search([]):
    verdict = checking.verify(company)
    entries = env["lot.trace.log"].search_count([("company_id", "=", company.id)])
    tell("entries of the log, broken", entries, int(bool(verdict.problem)))
    tell("entries of the log, not sealed", entries, entries - verdict.count)
env.cr.execute(
    "SELECT count(*) FROM (SELECT FROM lot_trace_log WHERE number IS NOT NULL"
    " GROUP BY company_id, number HAVING count(*) > 1) twice"
)
tell("numbers of the log, given twice", 1, env.cr.fetchone()[0])

# what is held is held by a hold, and the other way round
wrong = sum(
    lot.on_hold
    != bool(
        lot.env["lot.hold"].search_count(
            [("lot_id", "=", lot.id), ("state", "!=", "released")]
        )
    )
    for lot in lots
)
tell("lots, on hold without a hold or the other way round", len(lots), wrong)

faults = [(key, count) for key, count in outcomes.items() if "FAULT" in key[1]]
tell("answers, with a fault of the program", sum(outcomes.values()), len(faults))
for (kind, outcome), count in faults:
    print(f"FAULT {kind} {count} times: {outcome}")
for outcome in ("done", "asked back", "refused", "no answer"):
    kinds = {kind: n for (kind, other), n in outcomes.items() if other == outcome}
    print(f"COUNT {outcome}: {sum(kinds.values())} {kinds}")
for what, count, wrong in rows:
    print(f"ROW {what}\t{count}\t{wrong}")
