from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools.calendar_days import local_date
from odoo.addons.lot_traceability.tools.existing import get_existing
from odoo.addons.lot_traceability.tools.partner import get_partner

from ..alerts.settling import settle
from ..fefo import stale
from ..fefo.filling import fill_up
from ..fefo.pick_check import pass_lines
from ..fefo.picks import is_at_subcontractor, is_given_away
from ..fefo.reservation import with_dates

_lt = LazyTranslate(__name__)

# goods that go into production and come out under their own dates again
NOT_CONSUMED = ("lot_conversion_id", "consume_unbuild_id", "unbuild_id")


def _is_between_companies(place):
    return place.usage == "transit" and not place.company_id


class StockMove(models.Model):
    """Which moves give goods away, the day by which they are judged, and what the lots
    that are reserved and picked have to be."""

    _inherit = "stock.move"

    _guards = {"is_cleared_out": guards.Guard(way=_lt("Use Clear Out Expired Stock."))}

    is_cleared_out = fields.Boolean(
        "Cleared Out",
        readonly=True,
        copy=False,
        help="Taken out of the stock by Clear Out Expired Stock.",
    )

    # -- day and place ----------------------------------------------------
    def _get_expiry_tz(self):
        """The time zone whose days count: of the warehouse that has the goods."""
        warehouse = (
            self.location_id.warehouse_id
            or self.location_dest_id.warehouse_id
            or self.picking_type_id.warehouse_id
        )
        # a dropshipment is in none: the days are those of whose goods they are
        company = self.company_id or self.env.company
        return warehouse.with_company(company)._get_expiry_tz()

    def _get_operation_moment(self):
        """When the goods move (UTC), the one clock of a move: as somebody said, else as
        planned for the last step, and not before now."""
        # sudo: what was written there counts for whoever validates
        said = self.picking_id.sudo().expiry_left_on
        if said:
            return said
        now = fields.Datetime.now()
        planned = [self.date or now, now]
        if self.state != "done":
            planned += [
                move.date
                for move in self._get_steps_after()
                if move.date and move.state not in ("done", "cancel")
            ]
        return max(planned)

    def _get_operation_day(self, tz=None):
        """The day on which the goods move, where they are."""
        return local_date(self._get_operation_moment(), tz or self._get_expiry_tz())

    def _get_steps_after(self):
        """The moves that bring the goods further."""
        # sudo: a further step counts, whoever may read it
        found, moves = self.browse(), self.sudo().move_dest_ids
        while moves:
            found |= moves
            moves = moves.move_dest_ids - found - self
        return found

    # -- what may go ------------------------------------------------------
    def _get_refusing_levels(self, dest=None):
        """Which levels of a block stop this move; none for what does not give away.

        Quarantine, inspection, scrap and return to the vendor are always possible.

        :param dest: where a line of it goes, which may be elsewhere than the move
        """
        dest = dest or self.location_dest_id
        if is_given_away(dest):
            # what came from another company of ours may go back to it
            is_back = dest.usage == "transit" and self._is_return()
            return () if is_back else ("refuse", "override", "ask")
        if dest.usage != "production" or self._is_taken_apart():
            return ()
        # what a subcontractor used up is gone, whoever may say why
        is_gone = is_at_subcontractor(self.location_id)
        return ("refuse",) if is_gone else ("refuse", "override", "ask")

    def _get_lots_to_ask_about(self):
        lots = super()._get_lots_to_ask_about()
        blocks = self.move_line_ids._get_shipping_blocks()
        return lots | lots.browse(
            line.lot_id.id
            for line, block in blocks.items()
            if block["level"] != "refuse"
        )

    def _has_any(self, names):
        """Whether the move belongs to one of these documents, and is no component."""
        component = "raw_material_production_id"
        if component in self._fields and self[component]:
            return False
        return any(name in self._fields and self[name] for name in names)

    def _is_return(self):
        """Whether goods go back the way on which they came. That another move is named
        as the one that is returned does not make it so."""
        origin = self.origin_returned_move_id
        if not origin:
            return False
        # sudo: whoever returns goods need not read where they came from
        origin, lots = origin.sudo(), self.sudo().move_line_ids.lot_id
        return (
            origin.state == "done"
            and lots <= origin.move_line_ids.lot_id
            and origin.product_id == self.product_id
            and origin.location_id.usage == self.location_dest_id.usage
            and origin.location_dest_id.usage == self.location_id.usage
        )

    def _is_out_of_use(self, dest=None):
        """Whether the goods are taken out of use: to quarantine, scrap, back to the
        vendor, or wherever else lots on hold may go. There any date may go."""
        dest = dest or self.location_dest_id
        if dest.usage in ("supplier", "inventory"):
            return True
        if dest.usage != "internal":
            return False
        # asked as of goods in stock, also of those that a customer brings back
        return dest._takes_held_lots(dest) or any(
            dest._child_of(place)
            for place in dest.warehouse_id._get_quarantine_locations()
        )

    def _is_taken_apart(self):
        """Whether goods come out again under their own dates; never at a customer. That
        an unbuild order is named does not make it so: it has to be at it."""
        usages = (self.location_id.usage, self.location_dest_id.usage)
        if "customer" in usages or not self._has_any(NOT_CONSUMED):
            return False
        return bool(self.lot_conversion_id) or self._is_unbuilt()

    def _is_unbuilt(self):
        # sudo: what the order takes apart does not depend on who asks
        move = self.sudo()
        # Odoo names it in the one or the other
        order = move.consume_unbuild_id or move.unbuild_id
        made = order.product_id | order.bom_id.byproduct_ids.product_id
        made |= order.mo_id.move_finished_ids.product_id
        is_at_it = order.state != "done" or self.state == "done"
        return is_at_it and self.product_id in made

    # -- minimum shelf life -----------------------------------------------
    def _get_shelf_life_directions(self, dest=None):
        """Whose minimum shelf life counts: ``incoming``, ``outgoing`` (or both) or
        ``production``."""
        if self._is_return():
            return []
        dest, found = dest or self.location_dest_id, []
        if self._is_received():
            found.append("incoming")
        if is_given_away(dest) or is_given_away(self.location_final_id):
            # what is received for a customer is judged for him when it leaves
            if not found or is_given_away(dest):
                found.append("outgoing")
        elif dest.usage == "production" and not self._is_taken_apart():
            found.append("production")
        return found

    def _is_received(self):
        """Whether goods come from a vendor, a subcontractor or another company."""
        source = self.location_id
        return (
            self._is_subcontracted()
            or source.usage == "supplier"
            or _is_between_companies(source)
        )

    def _get_shelf_life_rules(self, dest=None):
        """``[(rule, partner)]``: what lots of this move must have left of their life,
        and for whom."""
        return [row for rows in self._find_shelf_life_rules(dest) for row in rows]

    def _find_shelf_life_rules(self, dest=None):
        """The same for each direction."""
        rules = self.env["lot.shelf.life.rule"]
        company = self.company_id or self.env.company
        # most companies have no rule for a direction, and pay for nothing
        known = rules._get_directions(company.id)
        if not known or not self.product_id.use_expiration_date:
            return []
        directions, found = self._get_shelf_life_directions(dest), []
        for direction in directions:
            if direction not in known:
                continue
            partners = self._get_shelf_life_partners(direction)
            if direction == "outgoing" and len(directions) > 1 and self.partner_id:
                # the transfer of a dropshipment names the vendor, its move the customer
                partners = self.partner_id
            rows = {}
            for partner in partners or [partners]:
                rule = rules._find(company, direction, partner, self.product_id)
                if rule:
                    rows.setdefault(rule, partner)
            if rows:
                found.append(list(rows.items()))
        return found

    def _get_reservation_rules(self):
        """What lots that are reserved for this move must have left: a rule for each
        customer for whom it is."""
        found = self._find_shelf_life_rules()
        return [rule for rule, _partner in found[-1]] if found else []

    def _get_shelf_life_partners(self, direction, seen=()):
        """Whom the goods go to or come from, also if further moves bring them: one
        pick can be for several, and names perhaps only the next warehouse."""
        own = get_partner(self)
        if is_given_away(self.location_dest_id) or (own and direction == "incoming"):
            return own
        seen = {*seen, self.id}
        found = own.browse()
        for move in self.move_dest_ids:
            if move.state != "cancel" and move.id not in seen:
                found |= move._get_shelf_life_partners(direction, seen)
        return found or own

    def _get_missing_life(self, lot):
        """Days that a lot lacks on the day of the move; 0 if it fits."""
        day, tz = self._get_operation_day(), self._get_expiry_tz()
        return max(
            (
                lot._get_missing_life(rule, day, tz)
                for rule in self._get_reservation_rules()
            ),
            default=0,
        )

    # -- reservation ------------------------------------------------------
    def _get_available_quantity(self, *args, **kwargs):
        return super(StockMove, with_dates(self))._get_available_quantity(
            *args, **kwargs
        )

    def _update_reserved_quantity_vals(self, *args, **kwargs):
        return super(StockMove, with_dates(self))._update_reserved_quantity_vals(
            *args, **kwargs
        )

    def _free_unfit_reservations(self):
        result = super()._free_unfit_reservations()
        stale.free(self)
        return result

    def _tell_unfit_reservations(self):
        result = super()._tell_unfit_reservations()
        stale.tell(self.move_line_ids)
        stale.settle_moves(self)
        return result

    def _settle_reservations(self):
        result = super()._settle_reservations()
        stale.settle_moves(self)
        return result

    def _set_quantity_done_prepare_vals(self, qty):
        if self._should_bypass_reservation():
            return super()._set_quantity_done_prepare_vals(qty)
        # a quantity that is typed takes what may be reserved first
        move = with_dates(self)
        commands = super(StockMove, move)._set_quantity_done_prepare_vals(qty)
        return fill_up(self._without_held_lots(), commands)

    def _lacks_dated_goods(self):
        """Whether not all is reserved of goods whose dates count."""
        return (
            self.product_id.use_expiration_date
            and self.state in ("confirmed", "partially_available")
            and not self._should_bypass_reservation()
            and self.product_uom.compare(self.quantity, self.product_uom_qty) < 0
        )

    # -- done --------------------------------------------------------------
    def _action_cancel(self):
        result = super()._action_cancel()
        stale.settle_moves(self)
        return result

    def _action_done(self, *args, **kwargs):
        # before backorders reserve what the picker left
        lines = self.move_line_ids.filtered(
            lambda line: (
                line.product_id.use_expiration_date
                and line.state not in ("done", "cancel")
            )
        )
        picked = lines.filtered(lambda line: line.picked and line.move_id.picked)
        named = picked.filtered(lambda line: not line.lot_id)
        verdicts = pass_lines(picked - named, freed=lines - picked) if picked else {}
        result = super()._action_done(*args, **kwargs)
        if verdicts or named:
            done = get_existing(picked, "product_id").filtered(
                lambda line: line.state == "done"
            )
            # which lot a number alone means, and how long it is good, is known now
            verdicts |= pass_lines(named & done)
            kept = {line: verdict for line, verdict in verdicts.items() if line in done}
            if kept:
                self.env["lot.fefo.pick"]._log(kept)
        if lines:
            stale.settle_moves(lines.exists().move_id | result)
        # what is sold out, scrapped or cleared needs nobody any more
        moved = result.move_line_ids.lot_id.filtered("use_expiration_date")
        if moved:
            settle(moved)
        past = moved.filtered(lambda lot: lot._is_past_now())
        if past:
            # taken out of use, they were freed of what they were reserved for
            stale.settle_all(self.env, past.product_id)
        return result
