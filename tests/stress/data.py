"""In an Odoo shell: the few lots that all clients of the stress work on."""

from odoo.fields import Command

env.company.lot_no_negative = True
product = env["product.product"].create(
    {
        "name": "Stress",
        "default_code": "STRESS",
        "is_storable": True,
        "tracking": "lot",
    }
)
place = env["stock.warehouse"].search([], limit=1).lot_stock_id
for number in range(4):
    lot = env["stock.lot"].create(
        {"name": f"STRESS-{number}", "product_id": product.id}
    )
    quant = (
        env["stock.quant"]
        .with_context(inventory_mode=True)
        .create(
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "location_id": place.id,
                "inventory_quantity": 1000,
            }
        )
    )
    quant.action_apply_inventory()
admin = env.ref("base.user_admin")
groups = [
    "lot_traceability.group_lot_hold",
    "lot_traceability_recall.group_recall_quality",
    "lot_traceability_recall.group_recall_coordinator",
    "lot_traceability_recall.group_recall_manager",
    "stock.group_stock_manager",
    "stock.group_production_lot",
    "lot_traceability.group_lot_log",
]
found = [env.ref(name, raise_if_not_found=False) for name in groups]
admin.group_ids = [Command.link(group.id) for group in found if group]
# nobody answers there: what is sent hangs until it gives up
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {"name": "Hangs", "smtp_host": "127.0.0.1", "smtp_port": int(MAIL_PORT)}
)
env.cr.commit()
