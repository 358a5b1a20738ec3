"""The letters of Turkish with and without a dot are the same in a number: the forms in
which such numbers are compared are worked out again."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    cr.execute(
        """SELECT id FROM stock_lot
        WHERE name ~ %(found)s OR supplier_number ~ %(found)s""",
        {"found": "[\u0130\u0131\u0307\u1428]"},
    )
    lot_ids = [row[0] for row in cr.fetchall()]
    if version and lot_ids:
        api.Environment(cr, SUPERUSER_ID, {})["lot.number"]._rebuild(lot_ids)
