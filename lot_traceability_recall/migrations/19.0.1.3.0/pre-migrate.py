from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists


def migrate(cr, version):
    """Recalls of the first version had one scope, and no versions of it: its lots are
    put aside until there is one to put them in."""
    is_first = table_exists(cr, "lot_recall_line")
    if not is_first or column_exists(cr, "lot_recall_line", "scope_id"):
        return
    cr.execute(
        SQL("CREATE TABLE lot_recall_line_first AS SELECT * FROM lot_recall_line")
    )
    cr.execute(SQL("DELETE FROM lot_recall_line"))
    if table_exists(cr, "lot_recall_stock_lot_rel"):
        cr.execute(
            SQL(
                "CREATE TABLE lot_recall_seed_first AS"
                " SELECT * FROM lot_recall_stock_lot_rel"
            )
        )
    # nothing was put on hold by them: they are found, and wait for an approval
    cr.execute(
        SQL("UPDATE lot_recall SET state = 'scoped' WHERE state = 'in_progress'")
    )
    for wizard in ("delivery", "lot", "stock"):
        if table_exists(cr, f"lot_recall_wizard_{wizard}"):
            table = SQL.identifier(f"lot_recall_wizard_{wizard}")
            cr.execute(SQL("DELETE FROM %s", table))
