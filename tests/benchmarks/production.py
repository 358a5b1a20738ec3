"""For an Odoo shell, behind ``rounds``: how long manufacturing orders take to finish.

Each order makes one lot out of 30 lots of 30 products.
"""

COMPONENTS = 30

env.ref("base.user_admin").group_ids += env.ref("stock.group_production_lot")
warehouse = env["stock.warehouse"].search([], limit=1)
products = env["product.product"].create(
    [
        {"name": f"Bench {index}", "is_storable": True, "tracking": "lot"}
        for index in range(COMPONENTS + 1)
    ]
)
finished, components = products[0], products[1:]
lots = env["stock.lot"].create(
    [{"name": f"BENCH-{part.id}", "product_id": part.id} for part in components]
)
for lot in lots:
    env["stock.quant"]._update_available_quantity(
        lot.product_id, warehouse.lot_stock_id, 100, lot_id=lot
    )
bom = env["mrp.bom"].create(
    {
        "product_tmpl_id": finished.product_tmpl_id.id,
        "product_qty": 1,
        "bom_line_ids": [
            (0, 0, {"product_id": part.id, "product_qty": 1}) for part in components
        ],
    }
)


def produce(number):
    order = env["mrp.production"].create(
        {"product_id": finished.id, "product_qty": 1, "bom_id": bom.id}
    )
    order.action_confirm()
    order.action_assign()
    order.lot_producing_ids = env["stock.lot"].create(
        {"name": f"BENCH-{number}", "product_id": finished.id}
    )
    order.qty_producing = 1
    order._set_qty_producing()
    return order


def finish(order):
    order.button_mark_done()
    assert order.state == "done"
    assert len(order.move_raw_ids.move_line_ids.lot_id) == COMPONENTS


play(env, produce, finish)
