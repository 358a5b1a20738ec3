from odoo.tools import SQL


def migrate(cr, version):
    """The job of the imports is a method of ``lot.import``: its old model goes, and
    would take the scheduled action with it."""
    cr.execute(
        SQL(
            """
            UPDATE ir_act_server SET model_id = new.id
              FROM ir_cron, ir_model_data AS data, ir_model AS new
             WHERE data.module = 'lot_traceability' AND data.name = 'cron_lot_import'
               AND ir_cron.id = data.res_id AND new.model = 'lot.import'
               AND ir_act_server.id = ir_cron.ir_actions_server_id
            """
        )
    )
