"""For an Odoo shell: serials generated, checked and received in one dialog.

``LOT_BENCH_COUNT`` says how many; without the addon, only what Odoo does itself.
"""

import json
import os
import time

COUNT = int(os.environ.get("LOT_BENCH_COUNT", "10000"))
OURS = "lot.numbering" in env

env.ref("base.user_admin").group_ids += env.ref("stock.group_production_lot")
warehouse = env["stock.warehouse"].search([], limit=1)
vendors = env.ref("stock.stock_location_suppliers")
product = env["product.product"].create(
    {
        "name": "Bench Serial",
        "is_storable": True,
        "tracking": "serial",
    }
)
if OURS:
    product.lot_numbering_id = env["lot.numbering"].create(
        {"name": "Bench", "pattern": "BENCH-{year}-{6 digits}", "restart": "year"}
    )
receipt = env["stock.picking"].create(
    {
        "picking_type_id": warehouse.in_type_id.id,
        "location_id": vendors.id,
        "location_dest_id": warehouse.lot_stock_id.id,
        "move_ids": [
            (
                0,
                0,
                {
                    "product_id": product.id,
                    "product_uom_qty": COUNT,
                    "location_id": vendors.id,
                    "location_dest_id": warehouse.lot_stock_id.id,
                },
            )
        ],
    }
)
receipt.action_confirm()
move = receipt.move_ids
figures = {}


def measure(name, method):
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    answer = method()
    env.flush_all()
    figures[name] = {
        "seconds": round(time.perf_counter() - start, 2),
        "queries": env.cr.sql_log_count - queries,
    }
    return answer


context = {
    "default_product_id": product.id,
    "default_picking_id": receipt.id,
    "default_picking_type_id": receipt.picking_type_id.id,
    "default_tracking": "serial",
    "default_quantity": COUNT,
    "default_location_dest_id": warehouse.lot_stock_id.id,
    "default_company_id": env.company.id,
}
FIRST = "" if OURS else "BENCH-2026-000001"
if OURS:
    preview = measure(
        "preview",
        lambda: move.preview_lot_numbers(context, "generate", FIRST, COUNT, ""),
    )
    assert preview["count"] == COUNT, preview
rows = measure(
    "generate",
    lambda: move.action_generate_lot_line_vals(context, "generate", FIRST, COUNT, ""),
)
names = [row["lot_name"] for row in rows]
assert len(set(names)) == COUNT
if OURS:
    check = env["lot.number"]._get_problems
    assert not measure("check", lambda: check(product, names))


def as_written(row):
    """What the web client sends back of a line."""
    return {
        key: value["id"] if isinstance(value, dict) else value
        for key, value in row.items()
        if key in env["stock.move.line"]._fields
    }


commands = [(5, 0, 0)] + [(0, 0, as_written(row)) for row in rows]
measure("write lines", lambda: move.write({"move_line_ids": commands}))
move.picked = True
measure("validate", lambda: receipt.with_context(skip_sms=True).button_validate())
assert receipt.state == "done"
print("RESULT", json.dumps(figures))
