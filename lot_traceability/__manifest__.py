{
    "name": "Lot Traceability",
    "summary": "Where a lot came from, what it went into, who has it now",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Lot Traceability Contributors, Odoo Community Association (OCA)",
    "license": "LGPL-3",
    "depends": ["stock"],
    "external_dependencies": {"python": ["openpyxl"]},
    "data": [
        "security/ir.model.access.csv",
        "security/lot_import_security.xml",
        "data/ir_cron.xml",
        "views/res_config_settings_views.xml",
        "views/stock_lot_views.xml",
        "views/lot_trace_views.xml",
        "views/lot_import_row_views.xml",
        "views/lot_import_views.xml",
        "views/lot_traceability_menus.xml",
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
