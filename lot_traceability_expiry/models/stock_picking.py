from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.calendar_days import local_date
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..fefo import stale
from ..fefo.verdicts import get_obstacle, sum_by_lot

_lt = LazyTranslate(__name__)

OVERRIDE_GROUP = "lot_traceability_expiry.group_expiry_override"


class StockPicking(models.Model):
    """Asks about lots that are past their dates, by the day on which they left, and
    says which lots were passed over if not everything could be reserved."""

    _inherit = "stock.picking"

    _guards = {
        "expiry_left_on": guards.Guard(
            way=_lt("Somebody with the right “Override expiration dates” can do it."),
            group=OVERRIDE_GROUP,
            # nothing leaves by what is said of goods that came in
            when=lambda picking: picking.picking_type_code != "incoming",
        ),
    }

    expiry_left_on = fields.Datetime(
        "Really Left On",
        copy=False,
        tracking=True,
        help="For a transfer that is booked late: its lots are judged by this moment, "
        "not by today. Empty: now.",
    )
    is_booked_late = fields.Boolean(
        compute="_compute_is_booked_late",
        help="A receipt that was planned for a day before today, and of which nobody "
        "has said when the goods really came.",
    )
    has_unfit_lots = fields.Boolean(
        compute="_compute_has_unfit_lots",
        help="Lots are there that must not be reserved for this transfer.",
    )

    has_stale_lots = fields.Boolean(
        "Reserved Lots Past Their Dates",
        compute="_compute_stale_lots",
        search="_search_has_stale_lots",
        help="Lots are reserved that are past their dates on the planned day, or have "
        "too little life left for the customer.",
    )
    stale_lots_text = fields.Text(
        "Must Not Go", compute="_compute_stale_lots", help="Each such lot, and why."
    )

    @api.model
    def get_empty_list_help(self, help_message):
        """Odoo says that transfers can be created, whatever list is empty."""
        if help_message and self.env.context.get("has_own_help"):
            return help_message
        return super().get_empty_list_help(help_message)

    @api.depends("move_line_ids.lot_id", "move_line_ids.quantity", "scheduled_date")
    @api.depends_context("lang", "uid")
    def _compute_stale_lots(self):
        for picking in self:
            found = stale.get_stale(picking.move_line_ids)
            picking.has_stale_lots = bool(found)
            texts = [stale.get_text(line, why) for line, why in found.items()]
            picking.stale_lots_text = "\n".join(dict.fromkeys(texts))

    @api.depends("scheduled_date", "state", "expiry_left_on", "picking_type_id")
    def _compute_is_booked_late(self):
        now = fields.Datetime.now()
        for picking in self:
            tz = picking.picking_type_id.warehouse_id._get_expiry_tz()
            planned = picking.scheduled_date
            picking.is_booked_late = (
                picking.picking_type_code == "incoming"
                and picking.state not in ("done", "cancel")
                and not picking.expiry_left_on
                and bool(planned)
                and local_date(planned, tz) < local_date(now, tz)
                and any(move.has_tracking != "none" for move in picking.move_ids)
            )

    @api.model
    def _search_has_stale_lots(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("id", "in", stale.find_lines(self.env).picking_id.ids)
        return found if True in value else ~found

    @api.depends("move_ids.state", "move_ids.quantity")
    def _compute_has_unfit_lots(self):
        for picking in self:
            picking.has_unfit_lots = bool(picking._get_problem_rows())

    @api.constrains("expiry_left_on")
    def _check_expiry_left_on(self):
        for picking in self:
            moment = picking.expiry_left_on
            if moment and moment > fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "%(document)s: goods cannot have moved in the future. Leave "
                        "“Really Left On” empty if they move now.",
                        document=picking.display_name,
                    )
                )

    # ----------------------------------------------------------------------
    # Odoo's hooks
    # ----------------------------------------------------------------------
    def write(self, vals):
        if "expiry_left_on" in vals:
            self._check_left_on_kept(vals["expiry_left_on"])
            before = {picking: picking._get_receipt_moment() for picking in self}
            result = super().write(vals)
            for picking, moment in before.items():
                picking._recount_dates(moment)
            return result
        return super().write(vals)

    def _get_receipt_moment(self):
        """From when the dates of new goods are counted (UTC)."""
        # sudo: what was written there counts for whoever works on it
        return self.sudo().expiry_left_on or self.scheduled_date

    def _recount_dates(self, before):
        """The dates of new goods, from the day on which they really came in."""
        after = self._get_receipt_moment()
        if not before or not after or self.state in ("done", "cancel"):
            return
        for line in self.move_line_ids.filtered("picking_type_use_create_lots"):
            line._count_from_receipt(before, after)

    def _check_left_on_kept(self, moment):
        """What is done stays as it was booked."""
        moment = fields.Datetime.to_datetime(moment) or False
        # sudo: whether something is over does not depend on who asks
        kept = self.sudo().filtered(
            lambda picking: picking.state == "done" and picking.expiry_left_on != moment
        )
        if kept and not guards.is_system(self.env):
            raise UserError(
                self.env._(
                    "%(document)s is done: when it really left stays as it was booked.",
                    document=", ".join(kept.mapped("display_name")),
                )
            )

    def action_assign(self):
        open_moves = self.move_ids.filtered(
            lambda move: move.state not in ("draft", "done", "cancel")
        )
        open_moves._free_unfit_reservations()
        result = super().action_assign()
        stale.settle(self)
        for picking in self:
            problems = picking._get_problem_rows()
            if problems:
                picking._note_unfit_lots(problems)
        return result

    def _pre_action_done_hook(self):
        # after the questions of others: they may change the lines
        answer = super()._pre_action_done_hook()
        if answer is not True:
            return answer
        return self.env["lot.pick.question"]._ask(self) or True

    def _action_done(self):
        late = self.filtered("expiry_left_on")
        said = {picking.id: picking.expiry_left_on for picking in late}
        pickings = guards.hand_on(self, done_on=said)
        result = super(StockPicking, pickings)._action_done()
        # sudo: whoever validates books on the day that was written there
        for picking in late.sudo():
            if picking.state == "done":
                picking._book_on_that_day()
        return result

    def _book_on_that_day(self):
        booked = fields.Datetime.now()
        self.date_done = self.expiry_left_on
        self._age_stock()
        log.note(
            self.move_line_ids.filtered("lot_id"),
            "date",
            old=booked,
            new=self.expiry_left_on,
            reason=self.env._("Booked late: when the goods really moved was said."),
        )

    def _age_stock(self):
        """What was received late by the books has been in stock since it really came:
        first in, first out."""
        lines = self.move_line_ids.filtered(
            lambda line: (
                line.location_id.usage not in ("internal", "transit")
                and line.location_dest_id.usage in ("internal", "transit")
            )
        )
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", lines.product_id.ids),
                ("location_id", "in", lines.location_dest_id.ids),
                ("quantity", ">", 0),
                ("in_date", ">", self.expiry_left_on),
            ]
        )
        keys = {(line.product_id, line.location_dest_id, line.lot_id) for line in lines}
        for quant in quants:
            if (quant.product_id, quant.location_id, quant.lot_id) in keys:
                quant.in_date = self.expiry_left_on

    def _scan(self, request):
        # a date on a label is a day where the goods are, not where the user is
        tz = str(self.picking_type_id.warehouse_id._get_expiry_tz())
        return super(StockPicking, self.with_context(tz=tz))._scan(request)

    # ----------------------------------------------------------------------
    # Odoo's question about expired lots
    # ----------------------------------------------------------------------
    def _get_lines_past_dates(self):
        """The lines whose lot was expired or to be removed on the day they left."""
        return self.move_line_ids.filtered(
            lambda line: line._is_past_dates() and not line._needs_no_question()
        )

    def _check_expired_lots(self):
        # core compares moments; what is past by the day is past for it as well
        found = super()._check_expired_lots()
        return found and found & self._get_lines_past_dates().picking_id

    def _action_generate_expired_wizard(self):
        action = super()._action_generate_expired_wizard()
        lots = self._get_lines_past_dates().lot_id
        context = dict(action["context"], default_lot_ids=[(6, 0, lots.ids)])
        return dict(action, context=context)

    # ----------------------------------------------------------------------
    # Lots that were passed over
    # ----------------------------------------------------------------------
    @api.readonly
    @public.records()
    def get_reservation_problems(self):
        """Which lots have free stock, but were not reserved, and why.

        :return: list of dicts, the earliest first: ``move_id``, ``product``,
            ``lot_id``, ``lot``, ``expiration_date`` (UTC), ``free`` (product unit),
            ``missing_days`` (of the minimum shelf life; 0 if it is for another reason)
            and ``why`` (text)
        """
        return self._get_problem_rows()

    def _get_problem_rows(self):
        self.check_access("read")
        moves = self.move_ids.filtered(lambda move: move._lacks_dated_goods())
        stock = self._get_free_lots(moves)
        return [row for move in moves for row in self._get_unfit_rows(move, stock)]

    @public.records()
    def action_reserve_anew(self):
        """Free the reserved lots that must not go any more, and reserve others.

        :return: True
        :raise AccessError: if the user may not change the transfers
        """
        self.check_access("write")
        return self.action_assign()

    @public.records()
    def action_allocate_by_shelf_life(self):
        """Preview which lots these and all competing open orders would get if those
        who need fresh goods chose first.

        :return: the action of the dialog
        :raise UserError: if there is nothing to allocate
        """
        self.check_access("write")
        return self.env["lot.allocation"]._open(self.move_ids)

    @public.records()
    def action_came_as_planned(self):
        """Say of receipts that are booked late that the goods came when they were
        planned.

        :return: True
        :raise AccessError: if the user may not change the transfers
        """
        self.check_access("write")
        for picking in self.filtered("is_booked_late"):
            picking.expiry_left_on = picking.scheduled_date
        return True

    @api.model
    def _cron_tell_stale_reservations(self):
        """Tell whoever is in charge of reservations that have passed their dates."""
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        env = self.env(
            context={**self.env.context, "allowed_company_ids": companies.ids}
        )
        stale.tell(stale.find_lines(env))
        stale.settle_all(env)

    @public.record()
    def action_explain_reservation(self):
        """Show which lots were passed over and why.

        :return: the action of the dialog
        """
        self.ensure_one()
        rows = [self._get_problem_text(row) for row in self._get_problem_rows()]
        nothing = self.env._(
            "No lot was passed over: there is just not enough free stock."
        )
        report = self.env["lot.reservation.report"].create(
            {"text": "\n".join(rows) or nothing}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why Not Reserved?"),
            "res_model": report._name,
            "res_id": report.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def _get_free_lots(self, moves):
        """``{product: [(lot, location, free)]}`` where the moves take their goods."""
        free = defaultdict(list)
        if not moves:
            return free
        # sudo: as the reservation itself; what is shown are lots of the own company
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                Domain("product_id", "in", moves.product_id.ids)
                & Domain("location_id", "child_of", moves.location_id.ids)
                & Domain("lot_id", "!=", False)
                & Domain("quantity", ">", 0),
                ["product_id", "lot_id", "location_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        for product, lot, location, quantity, reserved in groups:
            if product.uom_id.compare(quantity, reserved) > 0:
                free[product].append((lot, location, quantity - reserved))
        return free

    def _get_unfit_rows(self, move, stock):
        quantities = sum_by_lot(
            row for row in stock[move.product_id] if row[1]._child_of(move.location_id)
        )
        rows = [
            {
                "move_id": move.id,
                "product": move.product_id.display_name,
                "lot_id": lot.id,
                "lot": lot.name,
                "expiration_date": lot.expiration_date,
                "free": free,
                "missing_days": move._get_missing_life(lot),
                "why": why,
            }
            for lot, free in quantities.items()
            if (why := get_obstacle(lot, move))
        ]
        return sorted(rows, key=lambda row: (str(row["expiration_date"]), row["lot"]))

    def _note_unfit_lots(self, problems):
        """Once, however often the availability is checked."""
        items = Markup().join(
            Markup("<li>%s</li>") % self._get_problem_text(row) for row in problems
        )
        intro = self.env._("Not reserved, because they do not fit:")
        body = Markup("<p>%s</p><ul>%s</ul>") % (intro, items)
        if body not in (message.body for message in self.message_ids[:5]):
            self.message_post(body=body)

    def _get_problem_text(self, row):
        tz = self.picking_type_id.warehouse_id._get_expiry_tz()
        end = row["expiration_date"]
        day = end and local_date(end, tz)
        return self.env._(
            "%(product)s: %(lot)s (%(free)s free, expires %(date)s): %(why)s",
            product=row["product"],
            lot=row["lot"],
            free=format_quantity(self.env, row["free"]),
            date=format_date(self.env, day),
            why=row["why"],
        )
