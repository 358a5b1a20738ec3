{
    "name": "Lot Traceability - Recall",
    "summary": "From a suspect lot to scrapped stock, with a record of it all",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Lot Traceability Contributors, Odoo Community Association (OCA)",
    "license": "LGPL-3",
    "depends": ["lot_traceability"],
    "data": [
        "security/lot_traceability_recall_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence.xml",
        "views/lot_recall_views.xml",
        "views/stock_scrap_views.xml",
        "wizards/lot_recall_wizard_views.xml",
        "views/stock_lot_views.xml",
        "views/lot_traceability_recall_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "lot_traceability_recall/static/tests/tours/**/*",
        ],
    },
}
