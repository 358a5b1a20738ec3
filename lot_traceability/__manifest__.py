{
    "name": "Lot Traceability",
    "summary": "Where a lot came from, what it went into, who has it now",
    "version": "19.0.1.1.0",
    "category": "Supply Chain/Inventory",
    "author": "Lot Traceability Contributors, Odoo Community Association (OCA)",
    "license": "LGPL-3",
    "depends": ["stock"],
    "data": [
        "security/lot_traceability_security.xml",
        "security/ir.model.access.csv",
        "data/lot_numbering.xml",
        "views/lot_numbering_views.xml",
        "views/lot_traceability_menus.xml",
        "views/product_views.xml",
        "views/stock_picking_type_views.xml",
        "views/res_config_settings_views.xml",
        "views/stock_lot_views.xml",
        "views/lot_trace_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "lot_traceability/static/src/**/*",
        ],
        "web.assets_tests": [
            "lot_traceability/static/tests/tours/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "application": True,
}
