"""Lot holds were called "Holds", which was translated as a verb. A translation that is
there is kept by an update: the wrong words go first."""

from odoo.tools import SQL

WRONG = ["Hat", "Détient"]
NAMED = [
    ("ir_act_window", "name", "action_lot_hold"),
    ("ir_ui_menu", "name", "menu_lot_hold"),
    ("ir_model_fields", "field_description", "field_stock_lot__hold_ids"),
]


def migrate(cr, version):
    if not version:
        return
    for table, column, name in NAMED:
        cr.execute(
            SQL(
                """
                UPDATE %(table)s named
                   SET %(column)s = (
                       SELECT jsonb_object_agg(term.key, term.value)
                         FROM jsonb_each_text(named.%(column)s) term
                        WHERE term.key = 'en_US' OR NOT term.value = ANY (%(wrong)s))
                  FROM ir_model_data data
                 WHERE data.module = 'lot_traceability'
                   AND data.name = %(name)s
                   AND data.res_id = named.id
                """,
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                wrong=WRONG,
                name=name,
            )
        )
