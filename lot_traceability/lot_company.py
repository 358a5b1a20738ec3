"""Lots and companies: what binds a lot to another company than its own."""

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .retirement import IN_STOCK
from .tools.quantity import format_quantity

# what is shown of what stands in the way; the rest is counted
SHOWN_DOCUMENTS = 10


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


def check_company(lots, company):
    """Refuse a company whose people would not see what happened to a lot.

    :raise UserError: with the stock and moves of a lot that are of another company
    """
    bound = get_foreign_documents(lots, company)
    lot = next((records.lot_id[:1] for records in bound if records), None)
    if not lot:
        return
    raise UserError(
        lots.env._(
            "%(product)s, %(lot)s cannot belong to %(company)s while it has stock or "
            "moves in another company:\n%(rows)s\n\n"
            "Choose the company of those, or no company if both share the lot. Goods "
            "that the other company got are a lot of its own.",
            product=lot.product_id.display_name,
            lot=lot.name,
            company=company.name,
            rows="\n".join(f"- {row}" for row in get_obstacle_rows(lot, company)),
        )
    )


def get_obstacle_rows(lot, company):
    """What binds a lot to others than ``company``, as texts; what the user may not
    read is only counted."""
    env = lot.env
    documents = get_foreign_documents(lot, company)
    readable = [records.sudo(False)._filtered_access("read") for records in documents]
    rows = describe_documents(env, *readable)
    hidden = sum(map(len, documents)) - sum(map(len, readable))
    if hidden:
        rows.append(env._("%(count)s in companies you cannot see", count=hidden))
    return rows


def describe_documents(env, quants, lines):
    """The first of these quants and of the documents of these lines, as texts."""
    rows = [
        env._(
            "%(quantity)s in %(location)s (%(company)s)",
            quantity=format_quantity(env, quant.quantity, quant.product_uom_id),
            location=quant.location_id.display_name,
            company=quant.company_id.name or env._("no company"),
        )
        for quant in quants[:SHOWN_DOCUMENTS]
    ]
    documents = lines.grouped(lambda line: (line.reference, line.company_id))
    rows += [
        env._(
            "%(document)s (%(company)s)",
            document=reference or env._("Move"),
            company=company.name,
        )
        for reference, company in list(documents)[:SHOWN_DOCUMENTS]
    ]
    more = len(quants[SHOWN_DOCUMENTS:]) + len(list(documents)[SHOWN_DOCUMENTS:])
    if more:
        rows.append(env._("and %(count)s more", count=more))
    return rows
