{
    "name": "Odoo's Own Walk, to Compare",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Lot Traceability Contributors",
    "depends": ["lot_traceability"],
}
