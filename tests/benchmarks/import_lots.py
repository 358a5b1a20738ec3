"""How long an import of lots takes, and how much memory.

Run in an Odoo shell, on a database that may be thrown away::

    LOT_ROWS=100000 LOT_KIND=xlsx odoo-bin shell -d benchmark < import_lots.py

Half of the rows are serial numbers, half are lots. The job commits its batches.
"""

import base64
import os
import resource
import time

from odoo.addons.lot_traceability.imports.table_file import write_table
from odoo.addons.lot_traceability.tests.builder import StockBuilder

ROWS = int(os.environ.get("LOT_ROWS", "2000"))
KIND = os.environ.get("LOT_KIND", "csv")


def measure(title, work):
    started, worked = time.monotonic(), time.process_time()
    queries = env.cr.sql_log_count
    result = work()
    seconds = time.monotonic() - started
    print(
        f"{title:<8}{seconds:8.1f} s, {time.process_time() - worked:6.1f} s of CPU "
        f"{ROWS / seconds:9.0f} rows/s "
        f"{env.cr.sql_log_count - queries:9} queries "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB peak"
    )
    return result


def make_file(stamp):
    build = StockBuilder(env)
    device = build.product(f"Device {stamp}", "serial")
    flour = build.product(f"Flour {stamp}")
    rows = [["Product", "Number", "Quantity", "Internal Reference"]]
    for number in range(ROWS // 2):
        rows.append([device.name, f"SN-{stamp}-{number:07}X", "1", ""])
        rows.append([flour.name, f"LOT-{stamp}-{number:07}X", "12", f"R{number}"])
    return write_table(KIND, rows)


content = make_file(int(time.time()))
document = env["lot.import"].create(
    {"file": base64.b64encode(content), "file_name": f"benchmark.{KIND}"}
)
env.cr.commit()
print(f"{ROWS} rows of {KIND}, {len(content) / 1e6:.1f} MB")
measure("check", document.action_check)
env.cr.commit()
env["ir.config_parameter"].set_param("lot_traceability.import_background_from", "0")
document.action_import()
env.cr.commit()
measure("import", env["lot.import"]._cron_run)
print(f"{document.state}: {document.done_count} numbers, {document.error_count} errors")
