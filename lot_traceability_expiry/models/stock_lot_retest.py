from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.calendar_days import day_end, in_days, local_date


class StockLot(models.Model):
    """Goods that have to be tested again, and goods that were opened."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    retest_date = fields.Date(
        copy=False,
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

    @api.depends("retest_ids")
    def _compute_retest_count(self):
        groups = self.env["lot.retest"]._read_group(
            [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
        )
        counts = dict(groups)
        for lot in self:
            lot.retest_count = counts.get(lot._origin, 0)

    @api.depends("retest_date", "use_expiration_date", "location_id")
    @api.depends_context("tz", "company")
    def _compute_is_retest_due(self):
        for lot in self:
            lot.is_retest_due = lot._is_retest_due(lot._get_today())

    @api.model
    def _search_is_retest_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        now, used = fields.Datetime.now(), "product_id.use_expiration_date"
        due = Domain.OR(
            place & Domain("retest_date", "<=", local_date(now, tz))
            for tz, place in self._get_places_by_zone()
        ) & Domain(used, "=", True)
        # a lot without a date is not found by the negation of a comparison
        found = Domain("id", "in", self._search(due))
        return found if True in value else ~found

    def _get_today(self):
        return local_date(fields.Datetime.now(), self._get_expiry_tz())

    def _is_retest_due(self, day):
        """Unlike an expiration date, the day of the retest is blocked already."""
        return bool(
            self.use_expiration_date and self.retest_date and self.retest_date <= day
        )

    def _check_retest_date(self, old):
        """Refuse a new retest date after the expiration date."""
        new, expiration = self.retest_date, self.expiration_date
        if not new or new == old or not expiration:
            return
        end = local_date(expiration, self._get_expiry_tz())
        if new > end:
            raise ValidationError(
                self.env._(
                    "%(product)s, %(lot)s expires on %(end)s: it cannot be retested "
                    "on %(date)s. Choose a day before.",
                    product=self.product_id.display_name,
                    lot=self.name,
                    end=format_date(self.env, end),
                    date=format_date(self.env, new),
                )
            )

    @api.model
    def _prepare_dates(self, vals):
        """A retest that is not asked for is no later than the end."""
        asked = "retest_date" in vals
        vals = super()._prepare_dates(vals)
        expiration = fields.Datetime.to_datetime(vals.get("expiration_date"))
        if not asked and vals.get("retest_date") and expiration:
            end = local_date(expiration, self._get_expiry_tz())
            vals["retest_date"] = min(vals["retest_date"], end)
        return vals

    def action_open_retests(self):
        """Open the tests of these lots.

        :return: the action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_expiry.action_lot_retest"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    # -- retest -----------------------------------------------------------
    def _record_retest(self, day, result, note, new_date=False):
        """Keep the result of a test; a lot that passes gets a new retest date.

        :param day: on which it was tested
        :param new_date: the next retest; by default after the days of the product
        :raise ValidationError: if that is after the expiration date
        """
        tests = self.env["lot.retest"]
        for lot in self:
            old = lot.retest_date
            new = lot._get_next_retest(day, result, new_date)
            tests |= tests.sudo().create(
                {
                    "lot_id": lot.id,
                    "date": day,
                    "result": result,
                    "note": note,
                    "old_date": old,
                    "new_date": new,
                    "user_id": self.env.uid,
                }
            )
            lot.with_context(lot_date_reason=note).retest_date = new
        return tests

    def _get_next_retest(self, day, result, new_date):
        if result == "fail":
            # due, and so blocked, until a test is passed
            return min(self.retest_date or day, day)
        self._check_can_pass(day)
        if new_date:
            return new_date
        return self._get_retest_after(day)

    def _get_retest_after(self, day):
        """The day of the retest after one on a day: not past the end."""
        next_day = in_days(day, self.product_id.expiry_retest_days)
        if not self.expiration_date:
            return next_day
        end = local_date(self.expiration_date, self._get_expiry_tz())
        return min(next_day, end)

    def _check_can_pass(self, day):
        tz = self._get_expiry_tz()
        if self.expiration_date and local_date(self.expiration_date, tz) < day:
            raise UserError(
                self.env._(
                    "%(product)s, %(lot)s was expired when it was tested; no test "
                    "makes it good again. Scrap it, or record that it failed.",
                    product=self.product_id.display_name,
                    lot=self.name,
                )
            )

    # -- opened -----------------------------------------------------------
    def _open(self, day, days, reason):
        """Let goods that are opened or thawed be good for a number of days from then.

        :raise UserError: if they are open already or cannot be
        """
        for lot in self:
            lot._check_can_open(day)
            vals = {"opened_on": day}
            end = day_end(in_days(day, days), lot._get_expiry_tz())
            printed = lot.expiration_date
            vals["printed_expiration_date"] = printed
            vals["expiry_limit_date"] = min(
                filter(None, [end, printed, lot.expiry_limit_date])
            )
            vals |= lot._cap_dates(min(filter(None, [end, printed])))
            lot.with_context(lot_date_reason=reason).write(vals)

    def _check_can_open(self, day):
        problem = False
        if not self.use_expiration_date:
            problem = self.env._("the product does not use expiration dates")
        elif self.opened_on:
            date = format_date(self.env, self.opened_on)
            problem = self.env._("it was opened on %(date)s already", date=date)
        elif day > self._get_today():
            problem = self.env._("it cannot be opened on a day to come")
        elif self.made_on and day < self.made_on:
            problem = self.env._("it cannot be opened before it was made")
        if problem:
            raise UserError(
                self.env._(
                    "%(product)s, %(lot)s: %(problem)s.",
                    product=self.product_id.display_name,
                    lot=self.name,
                    problem=problem,
                )
            )
