"""For an Odoo shell: how long the validation of receipts takes, one line of JSON.

Each receipt has 100 lines, each of a product of its own with a new lot.
"""

import json
import os
import time

LINES, RECEIPTS = 100, int(os.environ.get("LOT_BENCH_ROUNDS", "12"))

env.ref("base.user_admin").group_ids += env.ref("stock.group_production_lot")
warehouse = env["stock.warehouse"].search([], limit=1)
vendors = env.ref("stock.stock_location_suppliers")
products = env["product.product"].create(
    [
        {"name": f"Bench {index}", "is_storable": True, "tracking": "lot"}
        for index in range(LINES)
    ]
)


def receive(number):
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
                        "product_uom_qty": 5,
                        "location_id": vendors.id,
                        "location_dest_id": warehouse.lot_stock_id.id,
                    },
                )
                for product in products
            ],
        }
    )
    receipt.action_confirm()
    for line in receipt.move_line_ids:
        line.write({"lot_name": f"BENCH-{number}-{line.id}", "picked": True})
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, (time.perf_counter(), time.process_time())
    receipt.with_context(skip_sms=True).button_validate()
    env.flush_all()
    assert receipt.state == "done"
    return {
        "wall": time.perf_counter() - start[0],
        "processor": time.process_time() - start[1],
        "queries": env.cr.sql_log_count - queries,
    }


rows = [receive(number) for number in range(RECEIPTS)]
print("RESULT", json.dumps({name: min(row[name] for row in rows) for name in rows[0]}))
