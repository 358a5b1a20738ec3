"""For an Odoo shell: 10,000 serials generated, checked and received in one dialog."""

import json
import time

COUNT = 10_000

env.ref("base.user_admin").group_ids += env.ref("stock.group_production_lot")
warehouse = env["stock.warehouse"].search([], limit=1)
vendors = env.ref("stock.stock_location_suppliers")
numbering = env["lot.numbering"].create(
    {"name": "Bench", "pattern": "BENCH-{year}-{6 digits}", "restart": "year"}
)
product = env["product.product"].create(
    {
        "name": "Bench Serial",
        "is_storable": True,
        "tracking": "serial",
        "lot_numbering_id": numbering.id,
    }
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
preview = measure(
    "preview",
    lambda: move.preview_lot_numbers(context, "generate", "", COUNT, ""),
)
assert preview["count"] == COUNT, preview
rows = measure(
    "generate",
    lambda: move.action_generate_lot_line_vals(context, "generate", "", COUNT, ""),
)
names = [row["lot_name"] for row in rows]
assert len(set(names)) == COUNT
problems = measure(
    "check", lambda: env["lot.number"]._get_problems(product, names)
)
assert not problems
commands = [(5, 0, 0)] + [(0, 0, {"lot_name": name, "quantity": 1}) for name in names]
measure("write lines", lambda: move.write({"move_line_ids": commands}))
move.picked = True
measure(
    "validate", lambda: receipt.with_context(skip_sms=True).button_validate()
)
assert receipt.state == "done"
print("RESULT", json.dumps(figures))
