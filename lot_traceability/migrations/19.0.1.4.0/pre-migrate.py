"""What an import takes for a list of numbers has three answers now. The placeholders
that nobody changed no longer refuse ``000`` and ``123``."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_columns

OLD = "TBD, TBC, TBA, N/A, NONE, UNKNOWN, XXX, ???, 000, 123"


def migrate(cr, version):
    if not version:
        return
    columns = table_columns(cr, "lot_import")
    if columns.get("expressions", {}).get("udt_name") == "bool":
        # what was checked before means what it meant then
        cr.execute(
            SQL(
                """ALTER TABLE lot_import ALTER COLUMN expressions TYPE varchar
                USING CASE WHEN expressions THEN 'always' ELSE 'never' END"""
            )
        )
    if column_exists(cr, "res_company", "lot_forbidden_names"):
        cr.execute(
            SQL(
                """UPDATE res_company SET lot_forbidden_names = %s
                WHERE lot_forbidden_names = %s""",
                OLD.removesuffix(", 000, 123"),
                OLD,
            )
        )
