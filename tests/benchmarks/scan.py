"""How long a scan takes on a transfer with many lines.

Run in an Odoo shell, on a database that may be thrown away::

    LOT_LINES=200 odoo-bin shell -d benchmark < scan.py

A delivery of that many lots of as many products is reserved; each of its lots is
scanned, by its plain number and by a GS1 label in turns, as the scan field does it.
"""

import os
import statistics
import time

LINES = int(os.environ.get("LOT_LINES", "200"))


def make_gtin(number):
    """A GTIN with 13 digits for each product, in the range for use of one's own."""
    body = f"20{number:010d}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return body + str(-total % 10)


env.ref("base.user_admin").group_ids += env.ref("stock.group_production_lot")
warehouse = env["stock.warehouse"].search([], limit=1)
products = env["product.product"].create(
    [
        {
            "name": f"Scan {number}",
            "is_storable": True,
            "tracking": "lot",
            "barcode": make_gtin(number),
        }
        for number in range(LINES)
    ]
)
lots = env["stock.lot"].create(
    [
        {"name": f"SCAN-{number}", "product_id": product.id}
        for number, product in enumerate(products)
    ]
)
for lot in lots:
    env["stock.quant"]._update_available_quantity(
        lot.product_id, warehouse.lot_stock_id, 10, lot_id=lot
    )
delivery = env["stock.picking"].create(
    {
        "picking_type_id": warehouse.out_type_id.id,
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
        "move_ids": [
            (
                0,
                0,
                {
                    "product_id": product.id,
                    "product_uom_qty": 2,
                    "location_id": warehouse.lot_stock_id.id,
                    "location_dest_id": env.ref("stock.stock_location_customers").id,
                },
            )
            for product in products
        ],
    }
)
delivery.action_confirm()
delivery.action_assign()
assert len(delivery.move_line_ids) == LINES, len(delivery.move_line_ids)

seconds, queries = [], []
for number, lot in enumerate(lots):
    text = lot.name
    if number % 2:
        text = f"01{lot.product_id.barcode.zfill(14)}10{lot.name}"
    env.flush_all()
    env.invalidate_all()
    started, before = time.perf_counter(), env.cr.sql_log_count
    answer = delivery.scan_number(text)
    env.flush_all()
    assert answer["answer"] == "booked", answer
    seconds.append(time.perf_counter() - started)
    queries.append(env.cr.sql_log_count - before)
print(
    f"{LINES} lines, {len(seconds)} scans: median {statistics.median(seconds):.3f} s, "
    f"longest {max(seconds):.3f} s, {statistics.median(queries):.0f} queries"
)
env.cr.rollback()
