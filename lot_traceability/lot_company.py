"""Lots and companies: what binds a lot to another company than its own."""

from odoo.fields import Domain
from odoo.tools import SQL

from .retirement import IN_STOCK


def sql_foreign_to_company():
    """Ids of lots that were moved, or lie, in another company than their own."""
    return SQL(
        """
        SELECT line.lot_id
          FROM stock_move_line AS line
          JOIN stock_lot AS lot ON lot.id = line.lot_id
         WHERE line.state = 'done' AND line.company_id != lot.company_id
         UNION
        SELECT quant.lot_id
          FROM stock_quant AS quant
          JOIN stock_lot AS lot ON lot.id = quant.lot_id
          JOIN stock_location AS place ON place.id = quant.location_id
         WHERE quant.quantity != 0
           AND place.usage IN ('internal', 'transit')
           AND place.company_id != lot.company_id
        """
    )


def get_foreign_documents(lots, company):
    """Quants and move lines, with sudo, that bind lots to others than ``company``.

    Lots without company are bound by nothing.
    """
    quants, lines = lots.env["stock.quant"].sudo(), lots.env["stock.move.line"].sudo()
    if not company:
        return quants, lines
    of_lot = Domain("lot_id", "in", lots.ids)
    others = Domain("company_id", "not in", (company.id, False))
    return (
        quants.search(of_lot & others & IN_STOCK),
        lines.search(of_lot & others & Domain("state", "!=", "cancel")),
    )
