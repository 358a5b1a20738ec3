"""For an Odoo shell, behind ``rounds``: how long the validation of receipts takes.

Each receipt has 100 lines, each of a product of its own with a new lot.
"""

LINES = 100

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
    return receipt


def validate(receipt):
    receipt.with_context(skip_sms=True).button_validate()
    assert receipt.state == "done"


play(env, receive, validate)
