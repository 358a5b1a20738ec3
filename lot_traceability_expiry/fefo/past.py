"""Which picks that are done took a lot although an earlier one was there."""

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.lot_traceability.adoption.trial import get_done_domain
from odoo.addons.lot_traceability.tools.calendar_days import local_date

from .judging import Stock, judge
from .picks import is_judged
from .replay import Movement, replay


def find_deviations(env, company, since) -> list[int]:
    """Ids of the lines of a company, done since a moment, that deviate from FEFO.

    By what was there then; what was reserved or held is not known any more.
    """
    env.flush_all()
    # sudo: what a rule would stop does not depend on who asks
    lines = env["stock.move.line"].sudo()
    picks = lines.search(
        get_done_domain(company, since)
        & Domain("location_id.usage", "=", "internal")
        & Domain("lot_id.removal_date", "!=", False)
        & Domain("product_id.use_expiration_date", "=", True)
    ).filtered(lambda line: line._is_fefo_pick() and is_judged(line.move_id))
    if not picks:
        return []
    by_id = {line.id: line for line in picks}
    products = picks.product_id.ids
    places = _Places(env)
    lots = env["stock.lot"].sudo()
    lots.search_fetch(
        Domain("product_id", "in", products), ["removal_date", "expiration_date"]
    )
    found = []
    for movement, there in replay(
        _read_movements(env, products, since), _read_stock(env, products)
    ):
        line = by_id.get(movement.id)
        if line and _deviates(line, movement, there, places, lots):
            found.append(line.id)
    return found


class _Places:
    """Which places are inside others, and which are no stock to pick from."""

    def __init__(self, env):
        rows = env["stock.location"].sudo().with_context(active_test=False)
        rows = rows.search_fetch([], ["parent_path", "usage"])
        self.paths = {row.id: row.parent_path or "" for row in rows}
        quarantine = env["stock.warehouse"].sudo().search([])
        self.closed = tuple(
            place.parent_path for place in quarantine._get_quarantine_locations()
        )

    def is_open(self, place: int, area: str) -> bool:
        path = self.paths.get(place, "")
        return path.startswith(area) and not path.startswith(self.closed)


def _deviates(line, movement, there, places, lots):
    tz = line.move_id._get_expiry_tz()
    moment = line._get_booking_moment()
    day = local_date(line.lot_id.removal_date, tz)
    area = places.paths.get(line.move_id.location_id.id, "")
    earlier = []
    for (lot_id, place), quantity in there.items():
        if lot_id == movement.lot or quantity <= 0:
            continue
        lot = lots.browse(lot_id)
        removal = lot.removal_date
        if (
            removal
            and local_date(removal, tz) < day
            and places.is_open(place, area)
            # what is past its date is nobody's turn
            and not lot._is_past("expiration_date", moment, tz)
            and not lot._is_past("removal_date", moment, tz)
        ):
            earlier.append(Stock(lot_id, local_date(removal, tz), quantity))
    verdict = judge(movement.lot, day, earlier, line.product_id.uom_id.is_zero)
    return bool(verdict.better)


def _read_movements(env, product_ids, since):
    rows = env.execute_query(
        SQL(
            """
            SELECT line.id, line.product_id, line.lot_id,
                   CASE WHEN source.usage = 'internal' THEN source.id ELSE 0 END,
                   CASE WHEN target.usage = 'internal' THEN target.id ELSE 0 END,
                   line.quantity_product_uom
              FROM stock_move_line line
              JOIN stock_location source ON source.id = line.location_id
              JOIN stock_location target ON target.id = line.location_dest_id
             WHERE line.state = 'done' AND line.date >= %s
               AND line.product_id = ANY(%s) AND line.lot_id IS NOT NULL
          ORDER BY line.date DESC, line.id DESC
            """,
            since,
            product_ids,
        )
    )
    return [Movement(*row) for row in rows]


def _read_stock(env, product_ids):
    return env.execute_query(
        SQL(
            """
            SELECT quant.product_id, quant.lot_id, quant.location_id, quant.quantity
              FROM stock_quant quant
              JOIN stock_location place ON place.id = quant.location_id
             WHERE place.usage = 'internal' AND quant.lot_id IS NOT NULL
               AND quant.product_id = ANY(%s)
            """,
            product_ids,
        )
    )
