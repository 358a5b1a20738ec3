from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.calendar_days import (
    day_end,
    in_days,
    last_day,
    local_date,
)
from .lot_date_change import LOGGED_DATES


class StockLot(models.Model):
    """How the dates of a lot come about, change, and are kept in its history."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

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

    @api.depends("date_change_ids")
    def _compute_date_change_count(self):
        groups = self.env["lot.date.change"]._read_group(
            [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
        )
        counts = dict(groups)
        for lot in self:
            lot.date_change_count = counts.get(lot._origin, 0)

    @api.onchange("made_on")
    def _onchange_made_on(self):
        """A lot that is not saved yet is good from the day it was made."""
        days = self.product_id.expiration_time
        if self.made_on and days and self.use_expiration_date and not self._origin:
            end = in_days(self.made_on, days)
            self.expiration_date = day_end(end, self._get_expiry_tz())

    def action_open_date_changes(self):
        """Open the history of the dates of these lots.

        :return: the action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_expiry.action_lot_date_change"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    # -- new lots ---------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create([self._prepare_dates(vals) for vals in vals_list])
        lots._round_dates()
        return lots

    @api.model
    def _prepare_dates(self, vals):
        product_id = vals.get("product_id") or self.env.context.get(
            "default_product_id"
        )
        product = self.env["product.product"].browse(product_id)
        if not product.use_expiration_date:
            return vals
        vals = dict(vals)
        vals.setdefault("expiry_precision", product.expiry_precision)
        tz = self._get_expiry_tz()
        made_on = fields.Date.to_date(vals.get("made_on"))
        if made_on and product.expiration_time and "expiration_date" not in vals:
            day = in_days(made_on, product.expiration_time)
            vals["expiration_date"] = day_end(day, tz)
        if product.expiry_retest_days and "retest_date" not in vals:
            start = made_on or local_date(fields.Datetime.now(), tz)
            vals["retest_date"] = in_days(start, product.expiry_retest_days)
        return vals

    def _round_dates(self):
        """A month or a year on the label counts until its last day."""
        for lot in self.filtered("expiration_date"):
            if (lot.expiry_precision or "day") == "day":
                continue
            tz = lot._get_expiry_tz()
            day = local_date(lot.expiration_date, tz)
            end = last_day(day, lot.expiry_precision)
            if day != end:
                lot.with_context(lot_rounding=True).write(
                    lot._shift_dates(day_end(end, tz))
                )

    def _shift_dates(self, expiration):
        """Values of all dates, each as far from the expiration date as before."""
        vals = {"expiration_date": expiration}
        for name in ("use_date", "removal_date", "alert_date"):
            if self[name] and self.expiration_date:
                vals[name] = expiration - (self.expiration_date - self[name])
        return vals

    def _cap_dates(self, expiration):
        """Values of all dates, none of them later than the expiration date."""
        vals = {"expiration_date": expiration}
        for name in ("use_date", "removal_date", "alert_date"):
            if self[name] and self[name] > expiration:
                vals[name] = expiration
        return vals

    # -- changes ----------------------------------------------------------
    def write(self, vals):
        if self.env.context.get("lot_rounding") or not self._touches_dates(vals):
            return super().write(vals)
        reason = (vals.get("date_change_reason") or "").strip()
        reason = reason or self.env.context.get("lot_date_reason") or ""
        before = {lot: lot._get_dates() for lot in self}
        result = super().write(vals)
        self._round_dates()
        self._check_dates(before, reason)
        changes = {
            lot: lot._get_changes(dates)
            for lot, dates in before.items()
            if lot._get_changes(dates)
        }
        self._log_changes(changes, reason)
        self._remind_again(changes)
        return result

    def _touches_dates(self, vals):
        names = {*LOGGED_DATES, "expiry_precision"}
        return bool(names & vals.keys())

    def _get_dates(self):
        return {name: self[name] for name in LOGGED_DATES}

    def _get_changes(self, before):
        """``{field: (old, new)}`` of the dates that are not as they were."""
        return {
            name: (old, self[name]) for name, old in before.items() if old != self[name]
        }

    def _check_dates(self, before, reason):
        """Refuse what makes goods look fresher than they are allowed to be."""
        for lot, dates in before.items():
            old, new, limit = (
                dates["expiration_date"],
                lot.expiration_date,
                lot.expiry_limit_date,
            )
            if limit and old != new and (not new or new > max(limit, old or limit)):
                lot._check_extension(limit, reason)
            lot._check_retest_date(dates["retest_date"])

    def _check_extension(self, limit, reason):
        group = "lot_traceability_expiry.group_expiry_extend"
        if self.env.su or (self.env.user.has_group(group) and reason):
            return
        raise UserError(
            self.env._(
                "%(product)s, %(lot)s is good until %(date)s at most, as what it is "
                "made of or its being opened allows no more. Somebody with the right "
                "“Extend expiration dates” can set a later date, with a reason.",
                product=self.product_id.display_name,
                lot=self.name,
                date=format_date(self.env, local_date(limit, self._get_expiry_tz())),
            )
        )

    def _log_changes(self, changes, reason):
        now = fields.Datetime.now()
        rows = [
            lot._prepare_date_change(name, *values, reason, now)
            for lot, dates in changes.items()
            for name, values in dates.items()
        ]
        # sudo: nobody may write the history by hand
        records = self.env["lot.date.change"].sudo().create(rows)
        bodies = {
            lot.id: found._get_note()
            for lot, found in records.sudo(False).grouped("lot_id").items()
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)

    def _prepare_date_change(self, name, old, new, reason, now):
        tz = self._get_expiry_tz()
        is_day = self._fields[name].type == "date"

        def get_day(value):
            return value if is_day or not value else local_date(value, tz)

        return {
            "lot_id": self.id,
            "name": name,
            "old_date": get_day(old),
            "new_date": get_day(new),
            "old_moment": not is_day and old,
            "new_moment": not is_day and new,
            "reason": reason or False,
            "user_id": self.env.uid,
            "date": now,
        }

    def _remind_again(self, changes):
        """Odoo reminds of a lot once for ever, also if its date moves."""
        moved = [lot.id for lot, dates in changes.items() if "alert_date" in dates]
        reminded = self.browse(moved).filtered("product_expiry_reminded")
        reminded.product_expiry_reminded = False
