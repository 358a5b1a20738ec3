"""*No Lot Below Zero*: no operation takes more out of a lot than a place has of it."""

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.quantity import format_quantity
from . import sold


# -- when it is done ------------------------------------------------------
def refuse_below_zero(lines):
    """Refuse lines, just done, that took too much.

    :raise UserError: with the lots, places and quantities
    """
    if not any(company.lot_no_negative for company in lines.company_id):
        return
    checked = lines.filtered(
        lambda line: (
            line.company_id.lot_no_negative
            and line.lot_id
            and line.location_id.usage == "internal"
        )
    )
    if not checked:
        return
    # sudo: the rule counts, whatever of the stock the user may see
    quants = lines.env["stock.quant"].sudo().search(_get_domain(checked))
    rows = [row for line in checked for row in _get_texts(line, quants)]
    if rows:
        sold.refuse(lines.env, UserError(_get_message(lines.env, rows)))


def _get_domain(lines):
    return (
        Domain("lot_id", "in", lines.lot_id.ids)
        & Domain("location_id", "in", lines.location_id.ids)
        & Domain("quantity", "<", 0)
    )


def _get_texts(line, quants):
    """What to say of one line that took too much."""
    quant = quants.filtered(
        lambda quant: (
            quant.lot_id == line.lot_id
            and quant.location_id == line.location_id
            and quant.package_id == line.package_id
            and quant.owner_id == line.owner_id
            and quant.product_uom_id.compare(quant.quantity, 0) < 0
        )
    )
    if not quant:
        return []
    wanted = line.quantity_product_uom
    return [
        line.env._(
            "%(document)s: %(wanted)s of %(product)s, %(lot)s from "
            "%(place)s, where %(available)s are",
            document=line._get_document_name(),
            wanted=format_quantity(line.env, wanted, quant.product_uom_id),
            product=line.product_id.display_name,
            lot=line.lot_id.name,
            place=line.location_id.display_name,
            available=format_quantity(line.env, sum(quant.mapped("quantity")) + wanted),
        )
    ]


def _get_message(env, rows):
    return env._(
        "No lot may go below zero:\n%(rows)s\n\n"
        "Choose the lot that was really taken, lower the quantity, or first book "
        "the receipt or count that is missing.",
        rows="\n".join(f"- {row}" for row in rows),
    )


# -- of work that is done -------------------------------------------------
def find_past(env, company, since) -> list[int]:
    """Ids of the lines of a company, done since a moment, that took too much then:
    what each place has now, less what came and went after them."""
    env.flush_all()
    query = SQL(
        """
        WITH moved AS (
            SELECT line.id, line.date, line.lot_id, line.owner_id, side.*
              FROM stock_move_line line
        CROSS JOIN LATERAL (VALUES
                (line.location_id, line.package_id, -line.quantity_product_uom),
                (line.location_dest_id, line.result_package_id,
                 line.quantity_product_uom)
                   ) AS side (location_id, package_id, quantity)
              JOIN stock_location place
                ON place.id = side.location_id AND place.usage = 'internal'
             WHERE line.state = 'done' AND line.lot_id IS NOT NULL
               AND line.company_id = %(company)s AND line.date >= %(since)s
        ), stock AS (
            SELECT lot_id, location_id, package_id, owner_id, sum(quantity) AS quantity
              FROM stock_quant
             WHERE lot_id IN (SELECT lot_id FROM moved)
          GROUP BY 1, 2, 3, 4
        ), later AS (
            SELECT moved.*, COALESCE(sum(quantity) OVER (
                    PARTITION BY lot_id, location_id, package_id, owner_id
                    ORDER BY date DESC, id DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS since
              FROM moved
        )
        SELECT DISTINCT later.id
          FROM later
     LEFT JOIN stock
            ON stock.lot_id = later.lot_id AND stock.location_id = later.location_id
           AND stock.package_id IS NOT DISTINCT FROM later.package_id
           AND stock.owner_id IS NOT DISTINCT FROM later.owner_id
         WHERE later.quantity < 0
           AND COALESCE(stock.quantity, 0) - later.since < -0.000001
        """,
        company=company.id,
        since=since,
    )
    return [row[0] for row in env.execute_query(query)]


# -- when what is done is corrected -----------------------------------------
class Fall:
    """Compares before and after: a correction works on both ends of a line, and on two
    lots.

    :param lots: those that the lines are, and will be, about
    """

    def __init__(self, lots):
        self.lots = lots
        self.before = _get_negative(lots)

    def refuse(self, lines):
        """:param lines: those that have changed
        :raise UserError: if a lot is below zero, and further than before
        """
        lines = lines.filtered("company_id.lot_no_negative")
        if not lines:
            return
        rows = [
            quant.env._(
                "%(product)s, %(lot)s would be %(quantity)s in %(place)s",
                product=quant.product_id.display_name,
                lot=quant.lot_id.name,
                quantity=format_quantity(quant.env, quantity, quant.product_uom_id),
                place=quant.location_id.display_name,
            )
            for quant, quantity in _get_negative(self.lots | lines.lot_id).items()
            if quant.product_uom_id.compare(quantity, self.before.get(quant, 0)) < 0
        ]
        if rows:
            names = {line._get_document_name(): None for line in lines}
            message = _get_message(lines.env, rows)
            raise UserError("\n".join([", ".join(names), message]))


def _get_negative(lots):
    """``{quant: quantity}`` of lots, wherever they are."""
    if not lots:
        return {}
    # sudo: the rule counts, whatever of the stock the user may see
    quants = lots.env["stock.quant"].sudo()
    quants = quants.search(
        Domain("lot_id", "in", lots.ids)
        & Domain("location_id.usage", "=", "internal")
        & Domain("quantity", "<", 0)
    )
    return {quant: quant.quantity for quant in quants}
