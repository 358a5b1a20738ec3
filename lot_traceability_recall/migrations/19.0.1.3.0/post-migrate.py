from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.sql import table_exists

from odoo.addons.lot_traceability_recall.case import frozen


def migrate(cr, version):
    _say_notice(cr)
    _move_first_scopes(cr)


def _say_notice(cr):
    """Reminders said recall, whatever the kind; lots had one day of delivery."""
    cr.execute(
        """UPDATE mail_template SET body_html = replace(
                body_html::text, 'no answer from you to our recall.',
                'no answer from you to this notice.')::jsonb
        WHERE id IN (SELECT res_id FROM ir_model_data
            WHERE module = 'lot_traceability_recall'
            AND name = 'mail_template_recall_reminder')"""
    )
    cr.execute(
        """UPDATE lot_recall_consignee_line SET date_last = date_first
        WHERE date_last IS NULL"""
    )


def _move_first_scopes(cr):
    """Lots of the first version's recalls come into a first version of the scope, and
    the suspect ones are rows of their own."""
    if not table_exists(cr, "lot_recall_line_first"):
        return
    cr.execute(
        SQL(
            """
            INSERT INTO lot_recall_scope
                   (recall_id, company_id, version, state, frozen_date)
            SELECT id, company_id, 1, CASE WHEN state IN ('closed', 'cancelled')
                   THEN 'frozen' ELSE 'draft' END, date_closed
              FROM lot_recall recall
             WHERE id IN (SELECT recall_id FROM lot_recall_line_first)
               AND NOT EXISTS (
                   SELECT FROM lot_recall_scope WHERE recall_id = recall.id)
            """
        )
    )
    cr.execute(
        SQL(
            """
            INSERT INTO lot_recall_line
                   (scope_id, recall_id, company_id, lot_id, product_id, level,
                    certainty, via_lot_id, included)
            SELECT scope.id, scope.recall_id, scope.company_id, line.lot_id,
                   lot.product_id, line.level, line.certainty, line.via_lot_id, TRUE
              FROM lot_recall_line_first line
              JOIN lot_recall_scope scope ON scope.recall_id = line.recall_id
               AND scope.version = 1
              JOIN stock_lot lot ON lot.id = line.lot_id
             ORDER BY line.id
            """
        )
    )
    if table_exists(cr, "lot_recall_seed_first"):
        cr.execute(
            SQL(
                """
                INSERT INTO lot_recall_seed (recall_id, company_id, lot_id)
                SELECT recall.id, recall.company_id, seed.stock_lot_id
                  FROM lot_recall_seed_first seed
                  JOIN lot_recall recall ON recall.id = seed.lot_recall_id
                 WHERE NOT EXISTS (
                       SELECT FROM lot_recall_seed WHERE recall_id = recall.id
                          AND lot_id = seed.stock_lot_id)
                """
            )
        )
        cr.execute(SQL("DROP TABLE lot_recall_seed_first"))
    cr.execute(SQL("DROP TABLE lot_recall_line_first"))
    # what is closed keeps the names that it has today, now with its lots
    env = api.Environment(cr, SUPERUSER_ID, {})
    for recall in env["lot.recall"].search([("state", "=", "closed")]):
        recall.frozen_facts = frozen.collect(recall)
