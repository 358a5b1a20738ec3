from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.calendar_days import (
    between,
    day_end,
    days_left,
    in_days,
    is_past,
    local_date,
    shift,
    to_gs1,
)

from ..alerts.settling import settle
from ..dates import extension, finished, label, opening, retest, second, states
from ..dates.changes import (
    DateChanges,
    check_order,
    get_rounded,
    get_settled,
    touches_dates,
)
from ..dates.following import FOLLOWING_DATES
from ..dates.new import prepare_dates
from ..dates.shipping import get_shipping_block
from ..fefo import shelf_life, stale
from .product_category import EXPIRY_KINDS
from .product_template import EXPIRY_PRECISIONS

_lt = LazyTranslate(__name__)

BY_OPENING = guards.Guard(way=_lt("Use “Open or Thaw” on the lot."))


class StockLot(models.Model):
    """What the dates of a lot mean on a day, in the time zone of its warehouse; how
    they come about, change, and are kept in its history."""

    _inherit = "stock.lot"

    _guards = {
        "expiry_limit_date": guards.Guard(
            way=_lt(
                "It comes from what the goods are made of, or from the day on which "
                "they are opened."
            )
        ),
        "opened_on": BY_OPENING,
        "printed_expiration_date": BY_OPENING,
        "opening_before": BY_OPENING,
        "opening_conversion_id": BY_OPENING,
    }

    # -- what dates mean ------------------------------------------------
    expiry_kind = fields.Selection(
        EXPIRY_KINDS, "Kind of Date", compute="_compute_expiry_kind"
    )
    expiry_precision = fields.Selection(
        EXPIRY_PRECISIONS,
        "Date on Label",
        prefetch="lot_traceability",
        help="How exact the expiration date on the label is.",
    )
    expiry_text = fields.Char(
        "Label Says",
        compute="_compute_expiry",
        help="The expiration date as the label names it: the day where the goods are, "
        "whatever the time zone of who reads it.",
    )
    expiry_days_left = fields.Integer(
        "Days Left",
        compute="_compute_expiry",
        help="Calendar days until the expiration date, which itself still counts.",
    )
    expiry_state = fields.Selection(
        states.EXPIRY_STATES,
        "Expiry Status",
        compute="_compute_expiry",
        search="_search_expiry_state",
        help="Today, in the time zone of the warehouse. Soon: the alert date is "
        "reached. To remove: the day of the removal date is over. Expired: that of the "
        "expiration date is.",
    )

    # -- how they come about and change -----------------------------------
    made_on = fields.Date(
        copy=False,
        prefetch="lot_traceability",
        help="The day on which the goods were made. Without another date, a new lot is "
        "good for the days of the product from this day on.",
    )
    expiry_limit_date = fields.Datetime(
        "Good until at Most",
        prefetch="lot_traceability",
        readonly=True,
        copy=False,
        help="What the goods are made of, or their being opened, allows no later "
        "expiration date, unless somebody with the right to extend it gives a reason.",
    )
    date_change_reason = fields.Char(
        "Reason for Change",
        store=False,
        help="Kept with the changed dates in the history of the lot.",
    )
    date_change_ids = fields.One2many("lot.date.change", "lot_id", "Date Changes")
    date_change_count = fields.Integer(compute="_compute_date_change_count")
    date_extension_count = fields.Integer(compute="_compute_date_extension_count")

    # -- retests, and goods that were opened ------------------------------
    retest_date = fields.Date(
        copy=False,
        index="btree_not_null",
        prefetch="lot_traceability",
        help="From this day on the lot is blocked until it passes a test. Never after "
        "the expiration date: what is expired is not tested back to life.",
    )
    retest_ids = fields.One2many("lot.retest", "lot_id", "Retests")
    retest_count = fields.Integer(compute="_compute_retest_count")
    is_retest_due = fields.Boolean(
        "Retest Due", compute="_compute_is_retest_due", search="_search_is_retest_due"
    )
    opened_on = fields.Date(
        readonly=True,
        prefetch="lot_traceability",
        copy=False,
        help="The day on which the goods were opened or thawed.",
    )
    printed_expiration_date = fields.Datetime(
        "Printed Date",
        prefetch="lot_traceability",
        readonly=True,
        copy=False,
        help="The expiration date on the unopened goods.",
    )

    opening_conversion_id = fields.Many2one(
        "lot.conversion",
        "Taken From Its Lot By",
        readonly=True,
        prefetch="lot_traceability",
        copy=False,
        help="By which this part of a lot became a lot of its own.",
    )
    opening_before = fields.Json(
        "Before Opening", readonly=True, prefetch="lot_traceability", copy=False
    )

    # -- alerts -----------------------------------------------------------
    expiry_alert_ids = fields.One2many("lot.expiry.alert", "lot_id", "Expiry Alerts")
    expiry_alert_count = fields.Integer(compute="_compute_expiry_alert_count")

    # ----------------------------------------------------------------------
    # Computed fields, and searching by them
    # ----------------------------------------------------------------------
    @api.depends("product_id.expiry_kind_used")
    def _compute_expiry_kind(self):
        for lot in self:
            lot.expiry_kind = lot.product_id.expiry_kind_used

    @api.depends(
        "use_expiration_date",
        "expiration_date",
        "removal_date",
        "alert_date",
        "location_id",
        "expiry_precision",
    )
    @api.depends_context("tz", "company", "lang")
    def _compute_expiry(self):
        now = fields.Datetime.now()
        for lot in self:
            expiration = lot.use_expiration_date and lot.expiration_date
            tz = lot._get_expiry_tz()
            lot.expiry_text = expiration and lot._get_expiry_text(tz)
            lot.expiry_days_left = days_left(expiration, now, tz) if expiration else 0
            lot.expiry_state = lot._get_expiry_state(now, tz)

    @api.model
    def _search_expiry_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return states.find_in_states(self.env, value)

    # overridden as a day counts until its end, and only where dates are used at all
    @api.depends("use_expiration_date", "location_id")
    @api.depends_context("tz", "company")
    def _compute_product_expiry_alert(self):
        result = super()._compute_product_expiry_alert()
        for lot in self.filtered("product_expiry_alert"):
            lot.product_expiry_alert = lot._is_past("expiration_date")
        return result

    # overridden as core calls a lot expired on its last day
    def _compute_display_name(self):
        super()._compute_display_name()
        if not self.env.context.get("formatted_display_name"):
            return
        now = fields.Datetime.now()
        for lot in self.filtered(lambda lot: lot.use_expiration_date):
            end = lot.expiration_date
            if end and end <= now and not lot._is_past("expiration_date", now):
                lot.display_name = self.env._(
                    "%(lot)s\t--Expires today--", lot=lot.name
                )

    @api.depends("retest_date", "use_expiration_date", "location_id")
    @api.depends_context("tz", "company")
    def _compute_is_retest_due(self):
        for lot in self:
            lot.is_retest_due = lot._is_retest_due(lot._get_today())

    @api.model
    def _search_is_retest_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        # a lot without a date is not found by the negation of a comparison
        found = Domain("id", "in", self._search(states.find_retest_due(self.env)))
        return found if True in value else ~found

    @api.depends("date_change_ids")
    def _compute_date_change_count(self):
        self._count("date_change_count", "lot.date.change")

    def _compute_date_extension_count(self):
        waiting = Domain("state", "=", "waiting")
        self._count("date_extension_count", "lot.date.extension", waiting)

    @api.depends("retest_ids")
    def _compute_retest_count(self):
        self._count("retest_count", "lot.retest")

    @api.depends("expiry_alert_ids")
    def _compute_expiry_alert_count(self):
        self._count("expiry_alert_count", "lot.expiry.alert")

    def _count(self, name, model, which=Domain.TRUE):
        counts = dict(
            self.env[model]._read_group(
                Domain("lot_id", "in", self.ids) & which, ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot[name] = counts.get(lot._origin, 0)

    # ----------------------------------------------------------------------
    # Odoo's hooks
    # ----------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        tz = self._get_expiry_tz()
        vals_list = [prepare_dates(self, vals, tz) for vals in vals_list]
        lots = super().create(vals_list)
        lots._round_dates()
        for lot, vals in zip(lots, vals_list, strict=True):
            lot._settle_dates(vals)
            check_order(lot, vals)
        return lots

    def write(self, vals):
        is_part = guards.handed(self.env, "part_of_a_change")
        if is_part or not touches_dates(vals):
            return super().write(vals)
        changes = DateChanges(self, vals)
        result = super().write(vals)
        self._round_dates()
        for lot in self:
            lot._settle_dates(vals)
        changes.check()
        if changes.log():
            settle(self)
        if guards.handed(self.env, "tells_finished", True):
            for lot in changes.get_shortened():
                finished.tell_finished(lot)
            finished.settle(changes.get_extended())
        stale.watch(self)
        return result

    def _round_dates(self):
        """A month or a year on the label counts until its last day."""
        for lot, vals in get_rounded(self).items():
            # neither checked nor kept by itself
            guards.hand_on(lot, part_of_a_change=True).write(vals)

    def _settle_dates(self, given):
        """What follows from the dates that are given is never later than they are."""
        vals = get_settled(self, given)
        if vals:
            guards.hand_on(self, part_of_a_change=True).write(vals)

    # overridden as core adds hours in UTC, and invents a day where a product says none
    @api.depends("product_id")
    def _compute_expiration_date(self):
        now, tz = fields.Datetime.now(), self._get_expiry_tz_of_new()
        self.expiration_date = False
        for lot in self:
            days = lot.product_id.use_expiration_date and lot.product_id.expiration_time
            if days:
                lot.expiration_date = shift(now, timedelta(days=days), tz)

    @api.depends("product_id", "expiration_date")
    def _compute_dates(self):
        before = {
            lot: {
                name: lot._origin[name]
                for name in ("expiration_date", *FOLLOWING_DATES)
            }
            for lot in self
            if lot.product_id.use_expiration_date
        }
        result = super()._compute_dates()
        for lot, old in before.items():
            lot._count_days(old)
        return result

    def _count_days(self, old):
        """The dates that core computed from the expiration date, on the calendar."""
        end = self.product_id.use_expiration_date and self.expiration_date
        if not end:
            return
        tz = self._get_expiry_tz() if self._origin else self._get_expiry_tz_of_new()
        template = self.product_id.product_tmpl_id
        for name in FOLLOWING_DATES:
            days = template[name.replace("_date", "_time")]
            if self[name] == end - timedelta(days=days):
                self[name] = shift(end, timedelta(days=-days), tz)
            elif old["expiration_date"] and old[name] and self[name]:
                by = between(old["expiration_date"], end, tz)
                self[name] = shift(old[name], by, tz)

    @api.onchange("made_on")
    def _onchange_made_on(self):
        """A lot that is not saved yet is good from the day it was made."""
        days = self.product_id.expiration_time
        if self.made_on and days and self.use_expiration_date and not self._origin:
            end = in_days(self.made_on, days)
            self.expiration_date = day_end(end, self._get_expiry_tz())

    @api.model
    def _alert_date_exceeded(self):
        # Odoo's scheduler alerts once for ever and also when expiry is switched off on
        # the product, so it must not see the lots that our scheduled action serves. It
        # keeps alert dates put on lots that never had an expiration date. No lot has
        # two senders, so the order in which the two run does not matter.
        others = guards.hand_on(self, alerts_not_ours=True)
        return super(StockLot, others)._alert_date_exceeded()

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        if guards.handed(self.env, "alerts_not_ours"):
            domain = Domain(domain) & Domain(
                [("use_expiration_date", "=", False), ("expiration_date", "=", False)]
            )
        return super()._search(domain, offset, limit, order, **kwargs)

    # ----------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------
    @public.records()
    def action_open_date_changes(self):
        """Open the history of the dates of these lots.

        :return: the action
        """
        self.check_access("read")
        return self._open_rows("action_lot_date_change")

    @public.records()
    def action_open_retests(self):
        """Open the tests of these lots.

        :return: the action
        """
        self.check_access("read")
        return self._open_rows("action_lot_retest")

    @public.records()
    def action_open_expiry_alerts(self):
        """Open the alerts sent for these lots.

        :return: the action
        """
        self.check_access("read")
        return self._open_rows("action_lot_expiry_alert")

    def _open_rows(self, name):
        action = self.env["ir.actions.actions"]._for_xml_id(
            f"lot_traceability_expiry.{name}"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    # ----------------------------------------------------------------------
    # The one rule: a day counts until its end, where the goods are
    # ----------------------------------------------------------------------
    def _get_expiry_tz(self):
        """The time zone of the warehouse in which the lot is, as far as it is one."""
        # a lot that is just being received is nowhere yet
        known = guards.handed(self.env, "zone_of_new_lots")
        if known or self.location_id or not self._origin:
            return known or self.location_id.warehouse_id._get_expiry_tz()
        # sudo: where a lot is says what day it is there; on several shelves it is one
        # day as long as they are in one zone
        quants = self.sudo().quant_ids.filtered(
            lambda quant: quant.quantity > 0 and quant.location_id.usage == "internal"
        )
        zones = {
            quant.location_id.warehouse_id._get_expiry_tz()
            for quant in quants.with_env(self.env).sudo()
        }
        return (
            zones.pop()
            if len(zones) == 1
            else self.env["stock.warehouse"]._get_expiry_tz()
        )

    def _get_expiry_tz_of_new(self):
        """The time zone in which a lot that is just created counts its days."""
        known = guards.handed(self.env, "zone_of_new_lots")
        return known or self.env["stock.warehouse"]._get_expiry_tz()

    def _get_today(self):
        return local_date(fields.Datetime.now(), self._get_expiry_tz())

    def _is_past(self, name, moment=None, tz=None):
        """Whether the day of a date is over at a moment (UTC; now if not given).

        Never for a product that does not use dates.
        """
        self.ensure_one()
        date = self.use_expiration_date and self[name]
        moment = moment or fields.Datetime.now()
        return bool(date) and is_past(date, moment, tz or self._get_expiry_tz())

    def _is_past_for(self, move):
        """Whether the lot is expired, or to be removed, on the day of a move."""
        moment, tz = move._get_operation_moment(), move._get_expiry_tz()
        return any(
            self._is_past(name, moment, tz)
            for name in ("expiration_date", "removal_date")
        )

    def _is_past_now(self):
        """Whether the lot is expired, or to be removed, where it is now."""
        return self._is_past("expiration_date") or self._is_past("removal_date")

    def _is_retest_due(self, day):
        """Unlike an expiration date, the day of the retest is blocked already."""
        return bool(
            self.use_expiration_date and self.retest_date and self.retest_date <= day
        )

    def _get_expiry_state(self, now, tz):
        if not self.use_expiration_date or not (
            self.expiration_date or self.removal_date or self.alert_date
        ):
            return False
        if self._is_past("expiration_date", now, tz):
            return "expired"
        if self._is_past("removal_date", now, tz):
            return "removal"
        is_soon = self.alert_date and days_left(self.alert_date, now, tz) <= 0
        return "soon" if is_soon else "ok"

    def _get_shipping_block(self, moment=None, tz=None, company=None, policies=None):
        """What speaks against giving goods of this lot away; see ``dates.shipping``.

        :param moment: in UTC; now if empty
        :param company: whose policies count; by default the lot's
        :param policies: to judge by instead of those
        """
        self.ensure_one()
        moment, tz = moment or fields.Datetime.now(), tz or self._get_expiry_tz()
        return get_shipping_block(self, moment, tz, company, policies)

    def _filter_expired(self):
        return self.filtered(lambda lot: lot._is_past("expiration_date"))

    def _filter_not_offered(self):
        # the till can ask nobody for a reason, so it offers none that needs one
        return self.filtered(lambda lot: lot._get_shipping_block())

    # -- retests, and goods that are opened -------------------------------
    def _record_retest(self, day, result, note, new_date=False, attachments=None):
        """Keep the result of a test; see ``dates.retest``."""
        return retest.record_retest(self, day, result, note, new_date, attachments)

    def _extend_date(self, name, day, reason, evidence="", **proof):
        """Set a later date, or none; see ``dates.extension``."""
        act = extension.extend(self, name, day, reason, evidence, **proof)
        if act.state == "waiting":
            second.tell(act)
        return act

    def _open(self, day, days, reason):
        """Let goods be good for some days from their opening; see ``dates.opening``."""
        opening.open_lots(self, day, days, reason)

    def _check_can_open(self, day):
        """Refuse to open what is open already or cannot be."""
        for lot in self:
            opening.check_can_open(lot, day)

    def _take_part(self, quant, quantity, number, reason):
        """Let a part of a lot be a lot of its own; see ``dates.opening``."""
        return opening.take_part(quant, quantity, number, reason)

    @public.record()
    def action_undo_opening(self):
        """Take the opening of the lot back, or of the part that became this lot.

        :raise UserError: if goods of it were moved or its dates changed since
        """
        self.check_access("write")
        opening.undo_opening(self)

    # -- how much of its life a lot still has -----------------------------
    def _get_total_life_days(self):
        """Days from the beginning to the end of its life, or None if not known."""
        days = self.product_id.expiration_time
        if not self.expiration_date or (days > 0 and not self.made_on):
            return days or None
        # the day on which it was made counts where the goods are
        end = local_date(self.expiration_date, self._get_expiry_tz())
        return (end - self._get_life_start()).days

    def _get_life_start(self):
        if self.made_on:
            return self.made_on
        # else the day the lot was made known
        start = self.create_date or fields.Datetime.now()
        return local_date(start, self._get_expiry_tz())

    def _get_missing_life(self, rule, day, tz):
        """Days that a lot lacks on a day for a rule; 0 if it fits."""
        if not rule or not self.expiration_date:
            return 0
        total = self._get_total_life_days() if rule.unit == "percent" else None
        required = shelf_life.get_required_days(rule.value, rule.unit, total)
        # a share of an unknown life cannot be asked for
        if required is None:
            return 0
        last_day = local_date(self.expiration_date, tz)
        return shelf_life.get_shortfall(last_day, day, required)

    # -- on labels and papers ---------------------------------------------
    def _get_expiry_text(self, tz=None):
        """The expiration date as exactly as the label names it, in words."""
        self.ensure_one()
        return label.get_text(self, tz or self._get_expiry_tz())

    def _get_expiry_label(self):
        """The expiration date with what it means, as on a label."""
        date = self._get_expiry_text()
        if self.expiry_kind == "use_by":
            return self.env._("Use by %(date)s", date=date)
        return self.env._("Best before %(date)s", date=date)

    def _get_label_elements(self):
        """Also the day it was made (11), and until when it is good (15 or 17)."""
        elements = super()._get_label_elements()
        if self.made_on:
            elements.append(("11", to_gs1(self.made_on, "day")))
        until = self._get_expiry_gs1()
        return [*elements, (until[:2], until[2:])] if until else elements

    def _get_date_label(self):
        if self.expiration_date and self.use_expiration_date:
            return self._get_expiry_label()
        return super()._get_date_label()

    def _get_expiry_gs1(self):
        """The expiration date as a GS1 element string: 15 best before, 17 use by."""
        self.ensure_one()
        return label.get_gs1(self, self._get_expiry_tz())
