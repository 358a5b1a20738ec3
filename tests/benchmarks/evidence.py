"""For an Odoo shell: how long it takes to freeze, to log, to verify and to export.

``LOT_ROWS`` says how many rows. Prints seconds of Odoo's processor, and of the wall.
"""

import os
import time

from odoo.addons.lot_traceability.evidence import checking, facts, log, sealing
from odoo.addons.lot_traceability.tests.builder import StockBuilder

ROWS = int(os.environ.get("LOT_ROWS") or 100_000)
LINES = min(ROWS, 1_000)

company = env["res.company"].create({"name": "Bench of Evidence"})
env.user.company_ids |= company
env["stock.warehouse"].create({"company_id": company.id, "name": "Bench", "code": "BE"})
build = StockBuilder(env, company)
product = build.product("Frozen", company_id=company.id)
lots = build.env["stock.lot"].create(
    [
        {"product_id": product.id, "name": f"F-{number}", "company_id": company.id}
        for number in range(LINES)
    ]
)
receipt = build.transfer(
    dict.fromkeys(lots, 5),
    build.warehouse.in_type_id,
    build.suppliers,
    build.stock,
    partner=build.partner("Vendor"),
)
lines = receipt.move_line_ids


def measure(title, act):
    env.flush_all()
    env.invalidate_all()
    wall, processor = time.perf_counter(), time.process_time()
    answer = act()
    wall = time.perf_counter() - wall
    processor = time.process_time() - processor
    print(f"| {title} | {processor:.1f} | {wall:.1f} |", flush=True)
    return answer


def freeze():
    for _round in range(ROWS // LINES):
        facts.freeze(lines, is_later=True)


def note():
    for number in range(ROWS // LINES):
        log.note(lots, "other", new=f"Entry of round {number}", company=company)


def seal():
    sealing.seal_rows(env.cr, company.id)


print(f"| {ROWS:,} rows | seconds of Odoo's processor | seconds |")
print("|---|---:|---:|")
measure("frozen", freeze)
measure("written into the log", note)
measure("sealed", seal)
verdict = measure("verified", lambda: checking.verify(company))
assert not verdict.problem, verdict
assert verdict.count >= ROWS
content = measure("exported", lambda: checking.export(company))
print(f"{len(content) / 1e6:.0f} MB")
env.cr.rollback()
