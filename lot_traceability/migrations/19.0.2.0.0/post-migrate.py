"""The letters of Turkish with and without a dot are the same in a number: the forms in
which such numbers are compared are worked out again. And a lot that came back from
another company is no copy of its own copy any more."""

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
    _open_circles(cr)


def _open_circles(cr):
    """The lot that was there first is the one that was copied."""
    cr.execute(
        """
        WITH RECURSIVE chain AS (
            SELECT id, origin_lot_id AS origin FROM stock_lot
             WHERE origin_lot_id IS NOT NULL
             UNION
            SELECT chain.id, lot.origin_lot_id
              FROM chain JOIN stock_lot lot ON lot.id = chain.origin
             WHERE lot.origin_lot_id IS NOT NULL
        )
        UPDATE stock_lot SET origin_lot_id = NULL
         WHERE id IN (
            SELECT id FROM chain GROUP BY id
            HAVING bool_or(origin = id) AND min(origin) = id)
        """
    )
