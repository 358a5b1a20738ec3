from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.calendar_days import local_date
from ..tools.fefo import Stock, Verdict, judge


class LotFefo(models.AbstractModel):
    """Was stock with an earlier removal date free when a lot was picked?

    The removal date is what Odoo's FEFO reserves by; days are those of the warehouse.
    """

    _name = "lot.fefo"
    _description = "Judges lots by First Expired, First Out"

    @api.model
    def _judge(self, lines, freed=None):
        """Judge lines in the state before they are done, with one query for all.

        :param freed: lines whose reservation the picker could have used instead
        :return: ``{line: Verdict}`` of the lines that FEFO is about
        """
        judged = lines.filtered(lambda line: line._is_fefo_judged())
        if not judged:
            return {}
        stock = self._get_stock(judged, freed or lines.browse())
        return {line: self._judge_line(line, stock) for line in judged}

    def _judge_line(self, line, stock):
        move, tz = line.move_id, line.move_id._get_expiry_tz()
        day = local_date(line.removal_date, tz)
        area = move.location_id.parent_path or ""
        late = move.picking_id.sudo().expiry_left_on
        rows = self._sum_by_lot(
            (lot, location, free)
            for lot, location, free, since in stock[line.product_id, line.owner_id]
            if location.parent_path.startswith(area) and not (late and since > late)
        )
        if not rows:
            return Verdict()
        earlier = [
            Stock(lot.id, lot_day, free, self._get_obstacle(lot, move))
            for lot, free in rows.items()
            if (lot_day := local_date(lot.removal_date, tz)) < day
        ]
        return judge(line.lot_id.id, day, earlier, line.product_id.uom_id.is_zero)

    def _sum_by_lot(self, rows):
        free = defaultdict(float)
        for lot, _location, quantity in rows:
            free[lot] += quantity
        return free

    def _get_stock(self, lines, freed):
        """``{(product, owner): [(lot, location, free, there since)]}`` of what is dated
        before."""
        # sudo: what is free is free, as in the reservation
        quants = self.env["stock.quant"].sudo()
        groups = quants._read_group(
            self._get_stock_domain(lines),
            ["product_id", "owner_id", "lot_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum", "in_date:min"],
        )
        own = defaultdict(float)
        for line in freed:
            own[line.lot_id.id, line.location_id.id, line.owner_id.id] += (
                line.quantity_product_uom
            )
        stock = defaultdict(list)
        for product, owner, lot, location, quantity, reserved, since in groups:
            free = quantity - reserved + own[lot.id, location.id, owner.id]
            stock[product, owner].append((lot, location, free, since))
        return stock

    def _get_stock_domain(self, lines):
        quarantine = self.env["stock.warehouse"]
        quarantine = quarantine.browse(
            lines.move_id.picking_type_id.warehouse_id.ids
        )._get_quarantine_locations()
        return (
            Domain("product_id", "in", lines.product_id.ids)
            & Domain("location_id", "child_of", lines.move_id.location_id.ids)
            & Domain("lot_id", "!=", False)
            & Domain("removal_date", "<", max(lines.mapped("removal_date")))
            & Domain("quantity", ">", 0)
            & (
                ~Domain("location_id", "child_of", quarantine.ids)
                if quarantine
                else Domain.TRUE
            )
        )

    # -- why a lot is rightly left ----------------------------------------
    def _get_obstacle(self, lot, move):
        """Why a lot must not go out with a move, in words; empty if it may."""
        if lot.on_hold:
            return self.env._("on hold")
        if lot._is_past_removal(move):
            return self.env._("past its removal date")
        moment, tz = move._get_booking_moment(), move._get_expiry_tz()
        if lot._is_retest_due(local_date(moment, tz)):
            return self.env._("to be retested")
        missing = move._get_missing_life(lot)
        if missing:
            return self.env._("shelf life %(days)s days too short", days=missing)
        return ""

    @api.model
    def _describe(self, line, verdict):
        """What the picker reads of a verdict."""
        row = verdict.better or verdict.skipped
        if not row:
            return self.env._("Earliest date")
        values = {
            "lot": self.env["stock.lot"].browse(row.lot).sudo().name,
            "date": format_date(self.env, row.day),
        }
        if verdict.better:
            free = f"{row.free:g} {line.product_id.uom_id.name}"
            return self.env._(
                "Later than %(lot)s (%(date)s): %(free)s free", free=free, **values
            )
        why = row.obstacle or self.env._("reserved or taken")
        return self.env._("Later than %(lot)s (%(date)s): %(why)s", why=why, **values)
