{
    "name": "Lot Traceability",
    "summary": "Where a lot came from, what it went into, who has it now",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Lot Traceability Contributors, Odoo Community Association (OCA)",
    "license": "LGPL-3",
    "depends": ["stock", "barcodes_gs1_nomenclature"],
    "data": [
        "data/barcode_rule_data.xml",
        "views/res_config_settings_views.xml",
        "views/stock_lot_views.xml",
        "views/lot_trace_views.xml",
        "views/stock_move_line_views.xml",
        "views/stock_picking_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "lot_traceability/static/src/**/*",
        ],
        "web.assets_tests": [
            "lot_traceability/static/tests/tours/**/*",
        ],
    },
    "application": True,
}
