from odoo import SUPERUSER_ID, api

from odoo.addons.lot_traceability_recall.case import frozen


def migrate(cr, version):
    """What was recovered of several products had been added across their units."""
    cr.execute(
        """WITH counted AS (
            SELECT recall.id, (
                SELECT count(DISTINCT product_id) FROM (
                    SELECT product_id FROM lot_recall_balance
                    WHERE recall_id = recall.id
                    UNION ALL
                    SELECT product_id FROM lot_recall_consignee_line
                    WHERE recall_id = recall.id) part) AS products
            FROM lot_recall recall WHERE recall.balance_date IS NOT NULL)
        UPDATE lot_recall SET
            recovered_basis = CASE WHEN products = 1 AND shipped_quantity > 0
                THEN 'quantity' END,
            shipped_quantity = CASE WHEN products = 1 THEN shipped_quantity ELSE 0 END,
            recovered_quantity =
                CASE WHEN products = 1 THEN recovered_quantity ELSE 0 END,
            recovered_percent = CASE WHEN products = 1 THEN recovered_percent ELSE 0 END
        FROM counted WHERE counted.id = lot_recall.id"""
    )
    # what is closed keeps the names that it has today
    env = api.Environment(cr, SUPERUSER_ID, {})
    for recall in env["lot.recall"].search([("state", "=", "closed")]):
        recall.frozen_facts = frozen.collect(recall)
