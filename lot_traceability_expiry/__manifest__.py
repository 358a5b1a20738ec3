{
    "name": "Lot Traceability - Expiry",
    "summary": "One alert per lot and alert date, to the right person",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Lot Traceability Contributors, Odoo Community Association (OCA)",
    "license": "LGPL-3",
    "depends": ["lot_traceability", "product_expiry"],
    "data": [
        "security/ir.model.access.csv",
        "security/lot_traceability_expiry_security.xml",
        "data/ir_cron.xml",
        "views/lot_expiry_alert_views.xml",
        "views/res_config_settings_views.xml",
        "views/stock_lot_views.xml",
        "views/lot_traceability_expiry_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "lot_traceability_expiry/static/tests/tours/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
}
