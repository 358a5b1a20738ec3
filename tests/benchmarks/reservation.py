"""For an Odoo shell, behind ``rounds``: how long the reservation of a delivery takes.

Each delivery has 100 lines, each of a product of its own with dates and four lots. A
minimum shelf life is asked for where ``LOT_BENCH_RULE`` is set.
"""

import os
from datetime import timedelta

from odoo import fields

LINES, LOTS = 100, 4

warehouse = env["stock.warehouse"].search([], limit=1)
customers = env.ref("stock.stock_location_customers")
fefo = env.ref("product_expiry.removal_fefo")
category = env["product.category"].create(
    {"name": "Bench", "removal_strategy_id": fefo.id}
)
products = env["product.product"].create(
    [
        {
            "name": f"Bench {index}",
            "is_storable": True,
            "tracking": "lot",
            "use_expiration_date": True,
            "expiration_time": 100,
            "categ_id": category.id,
        }
        for index in range(LINES)
    ]
)
lots = env["stock.lot"].create(
    [
        {
            "name": f"BENCH-{number}",
            "product_id": product.id,
            "expiration_date": fields.Datetime.now() + timedelta(days=20 + number),
        }
        for product in products
        for number in range(LOTS)
    ]
)
for lot in lots:
    env["stock.quant"]._update_available_quantity(
        lot.product_id, warehouse.lot_stock_id, 5, lot_id=lot
    )
if os.environ.get("LOT_BENCH_RULE"):
    env["lot.shelf.life.rule"].create({"minimum": 21})
places = {
    "location_id": warehouse.lot_stock_id.id,
    "location_dest_id": customers.id,
}
delivery = env["stock.picking"].create(
    {
        "picking_type_id": warehouse.out_type_id.id,
        "partner_id": env.ref("base.main_partner").id,
        "move_ids": [
            (0, 0, {"product_id": product.id, "product_uom_qty": 7, **places})
            for product in products
        ],
        **places,
    }
)
delivery.action_confirm()


def free(_number):
    delivery.do_unreserve()


def reserve(_prepared):
    delivery.action_assign()
    assert delivery.state == "assigned"


play(env, free, reserve)
