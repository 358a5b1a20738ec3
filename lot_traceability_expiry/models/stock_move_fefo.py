from odoo import fields, models
from odoo.fields import Domain

from ..tools.calendar_days import local_date
from ..tools.shelf_life import get_first_moment, get_required_days


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move"]

    # -- shelf life --------------------------------------------------------
    def _get_shelf_life_direction(self):
        """``incoming``, ``outgoing`` or None where no minimum shelf life counts."""
        if self.origin_returned_move_id:
            return None
        if self.location_id.usage == "supplier":
            return "incoming"
        places = (self.location_dest_id, self.location_final_id)
        goes_out = any(place.usage == "customer" for place in places)
        return "outgoing" if goes_out else None

    def _get_shelf_life_rule(self):
        """What lots of this move must have left of their life, or None."""
        rules = self.env["lot.shelf.life.rule"]
        company = self.company_id or self.env.company
        # most companies have no rule for a direction, and pay for nothing
        if not rules._get_directions(company.id):
            return None
        direction = self.product_id.use_expiration_date and (
            self._get_shelf_life_direction()
        )
        if direction not in rules._get_directions(company.id):
            return None
        partner = self._get_shelf_life_partner()
        return rules._find(company, direction, partner, self.product_id)

    def _get_shelf_life_partner(self):
        """Whom the goods go to or come from, also if a further move brings them."""
        move, seen = self, self.browse()
        while move and move not in seen:
            partner = move.picking_id.partner_id or move.partner_id
            if partner:
                return partner
            seen += move
            move = move.move_dest_ids[:1]
        return self.env["res.partner"]

    def _get_shelf_life_date(self, tz=None):
        """The day on which the goods move: as planned, and not before today; of what is
        booked late, when they moved."""
        # sudo: what was written there counts for whoever validates
        moment = self.picking_id.sudo().expiry_left_on
        if not moment:
            now = fields.Datetime.now()
            moment = max(self.date or now, now)
        return local_date(moment, tz or self._get_expiry_tz())

    def _get_missing_life(self, lot):
        """Days that a lot lacks on the day of the move; 0 if it fits."""
        rule, day = self._get_shelf_life_rule(), self._get_shelf_life_date()
        return lot._get_missing_life(rule, day, self._get_expiry_tz())

    def _get_life_context(self, day, tz):
        """Let the stock that is gathered for this move be fresh enough for it."""
        rule = self._get_shelf_life_rule()
        if not rule:
            return {}
        total = self.product_id.expiration_time
        if rule.unit == "days" or total > 0:
            required = get_required_days(rule.value, rule.unit, total)
            limit = get_first_moment(day, required, tz)
            return {"shelf_life_from": limit}
        short = self._get_lots_in_stock().filtered(
            lambda lot: lot._get_missing_life(rule, day, tz)
        )
        return {"shelf_life_not_lots": tuple(short.ids)}

    def _lacks_dated_goods(self):
        """Whether not all is reserved of goods whose dates count."""
        return (
            self.product_id.use_expiration_date
            and self.state in ("confirmed", "partially_available")
            and not self._should_bypass_reservation()
            and self.product_uom.compare(self.quantity, self.product_uom_qty) < 0
        )

    def _get_lots_in_stock(self):
        """Lots of the product where the move takes its goods."""
        # sudo: as the reservation itself
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                Domain("product_id", "=", self.product_id.id)
                & Domain("location_id", "child_of", self.location_id.id)
                & Domain("lot_id", "!=", False)
                & Domain("quantity", ">", 0),
                [],
                ["lot_id:recordset"],
            )
        )
        return groups[0][0]

    # -- done --------------------------------------------------------------
    def _action_done(self, *args, **kwargs):
        # before backorders reserve what the picker left
        lines = self.move_line_ids.filtered(
            lambda line: line.state not in ("done", "cancel")
        )
        picked = lines.filtered(lambda line: line.picked and line.move_id.picked)
        verdicts = self.env["lot.pick.check"]._pass(picked, freed=lines - picked)
        result = super()._action_done(*args, **kwargs)
        done = picked.exists().filtered(lambda line: line.state == "done")
        kept = {line: verdict for line, verdict in verdicts.items() if line in done}
        if kept:
            self.env["lot.fefo.pick"]._log(kept)
        return result

    # -- FEFO --------------------------------------------------------------
    def _is_fefo_judged(self):
        """Whether somebody chose here what leaves the stock first."""
        source, dest = self.location_id, self.location_dest_id
        if (
            source.usage != "internal"
            or not self.picking_type_id
            or not self.product_id.use_expiration_date
            or self.origin_returned_move_id
            or self.scrap_id
            or self.is_inventory
        ):
            return False
        quarantine = self.picking_type_id.warehouse_id._get_quarantine_locations()
        if any(
            source._child_of(place) or dest._child_of(place) for place in quarantine
        ):
            return False
        if dest.usage == "internal":
            # goods that stay in stock can still be taken in their turn
            stock = dest.warehouse_id.lot_stock_id
            return dest.warehouse_id != source.warehouse_id or not dest._child_of(stock)
        return dest.usage in ("customer", "production", "transit")
