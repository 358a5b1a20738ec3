from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.calendar_days import (
    day_start,
    days_left,
    get_zone,
    in_days,
    is_past,
    local_date,
    to_gs1,
)
from .product_category_dates import EXPIRY_KINDS
from .product_template_dates import EXPIRY_PRECISIONS

EXPIRY_STATES = [
    ("ok", "Fresh"),
    ("soon", "Expires Soon"),
    ("removal", "To Remove"),
    ("expired", "Expired"),
]


class StockLot(models.Model):
    """What the dates of a lot mean on a day, in the time zone of its warehouse."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    expiry_kind = fields.Selection(
        EXPIRY_KINDS, "Kind of Date", compute="_compute_expiry_kind"
    )
    expiry_precision = fields.Selection(
        EXPIRY_PRECISIONS,
        "Date on Label",
        help="How exact the expiration date on the label is.",
    )
    expiry_days_left = fields.Integer(
        "Days Left",
        compute="_compute_expiry",
        help="Calendar days until the expiration date, which itself still counts.",
    )
    expiry_state = fields.Selection(
        EXPIRY_STATES,
        "Expiry Status",
        compute="_compute_expiry",
        search="_search_expiry_state",
        help="Today, in the time zone of the warehouse. Soon: the alert date is "
        "reached. To remove: the day of the removal date is over. Expired: that of the "
        "expiration date is.",
    )

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
    )
    @api.depends_context("tz", "company")
    def _compute_expiry(self):
        now = fields.Datetime.now()
        for lot in self:
            expiration = lot.use_expiration_date and lot.expiration_date
            tz = lot._get_expiry_tz()
            lot.expiry_days_left = days_left(expiration, now, tz) if expiration else 0
            lot.expiry_state = lot._get_expiry_state(now, tz)

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

    # overridden as a day counts until its end, and only where dates are used at all
    @api.depends("use_expiration_date", "location_id")
    @api.depends_context("tz", "company")
    def _compute_product_expiry_alert(self):
        super()._compute_product_expiry_alert()
        for lot in self.filtered("product_expiry_alert"):
            lot.product_expiry_alert = lot._is_past("expiration_date")

    # -- the one rule -----------------------------------------------------
    def _get_expiry_tz(self):
        """The time zone of the warehouse in which the lot is, as far as it is one."""
        named = self.env.context.get("lot_expiry_tz")
        warehouse = self.location_id.warehouse_id
        return get_zone(named) if named else warehouse._get_expiry_tz()

    def _is_past(self, name, moment=None, tz=None):
        """Whether the day of a date is over at a moment (UTC; now if not given).

        Never for a product that does not use dates.
        """
        self.ensure_one()
        date = self.use_expiration_date and self[name]
        moment = moment or fields.Datetime.now()
        return bool(date) and is_past(date, moment, tz or self._get_expiry_tz())

    def _get_shipping_block(self, moment=None, tz=None):
        """What forbids to give goods of this lot away at a moment (UTC; now if empty).

        :return: empty dict, or ``level`` (``refuse``: nobody may, ``override``: with
            the right and a reason), ``cause`` (``use_by``, ``best_before``,
            ``removal`` or ``retest``) and ``text``
        """
        self.ensure_one()
        moment, tz = moment or fields.Datetime.now(), tz or self._get_expiry_tz()
        if self._is_past("expiration_date", moment, tz):
            level = "refuse" if self.expiry_kind == "use_by" else "override"
            cause = self.expiry_kind
        elif self._is_retest_due(local_date(moment, tz)):
            level, cause = "refuse", "retest"
        elif self._is_past("removal_date", moment, tz):
            level, cause = "override", "removal"
        else:
            return {}
        text = self._get_block_text(cause, tz)
        return {"level": level, "cause": cause, "text": text}

    def _get_block_text(self, cause, tz):
        values = {"product": self.product_id.display_name, "lot": self.name}
        if cause == "retest":
            return self.env._(
                "%(product)s, %(lot)s: has to be retested since %(date)s",
                date=format_date(self.env, self.retest_date),
                **values,
            )
        if cause == "removal":
            date = format_date(self.env, local_date(self.removal_date, tz))
            return self.env._(
                "%(product)s, %(lot)s: was to be removed from stock by %(date)s",
                date=date,
                **values,
            )
        values["date"] = self._get_expiry_text(tz)
        if cause == "use_by":
            return self.env._("%(product)s, %(lot)s: use by %(date)s", **values)
        return self.env._("%(product)s, %(lot)s: best before %(date)s", **values)

    # -- as it is printed -------------------------------------------------
    def _get_expiry_text(self, tz=None):
        """The expiration date as exactly as the label names it, in words."""
        self.ensure_one()
        if not self.expiration_date:
            return ""
        day = local_date(self.expiration_date, tz or self._get_expiry_tz())
        formats = {"month": "MM/yyyy", "year": "yyyy"}
        return format_date(
            self.env, day, date_format=formats.get(self.expiry_precision, False)
        )

    def _get_expiry_gs1(self):
        """The expiration date as a GS1 element string: 15 best before, 17 use by."""
        self.ensure_one()
        if not self.use_expiration_date or not self.expiration_date:
            return ""
        day = local_date(self.expiration_date, self._get_expiry_tz())
        identifier = "17" if self.expiry_kind == "use_by" else "15"
        return identifier + to_gs1(day, self.expiry_precision or "day")

    def _get_core_gs1_dates(self):
        """What core writes for the dates, in UTC and always with a day."""
        return "".join(
            identifier + self[name].strftime("%y%m%d")
            for identifier, name in (("15", "use_date"), ("17", "expiration_date"))
            if self[name]
        )

    # -- searching --------------------------------------------------------
    @api.model
    def _search_expiry_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        parts = []
        for tz, place in self._get_places_by_zone():
            parts.append(place & self._get_states_domain(value, tz))
        found = Domain.OR(parts) & Domain("product_id.use_expiration_date", "=", True)
        if False not in value:
            return found
        names = ("expiration_date", "removal_date", "alert_date")
        return (
            found
            | Domain("product_id.use_expiration_date", "=", False)
            | Domain.AND([Domain(name, "=", False) for name in names])
        )

    @api.model
    def _get_places_by_zone(self):
        """``[(time zone, domain of the lots whose days it counts)]``."""
        # sudo: where a lot is says what day it is there
        warehouses = self.env["stock.warehouse"].sudo()
        default, others = warehouses._get_expiry_tz(), warehouses
        parts = []
        zones = warehouses.with_context(active_test=False).search([])
        for tz, group in zones.grouped(lambda place: place._get_expiry_tz()).items():
            if tz != default:
                others |= group
                place = Domain("warehouse_id", "in", group.ids)
                parts.append((tz, Domain("location_id", "any", place)))
        elsewhere = Domain("warehouse_id", "in", others.ids)
        rest = ~Domain("location_id", "any", elsewhere) if others else Domain.TRUE
        return [*parts, (default, rest)]

    @api.model
    def _get_states_domain(self, states, tz):
        today = local_date(fields.Datetime.now(), tz)
        start, tomorrow = day_start(today, tz), day_start(in_days(today, 1), tz)
        expired = Domain("expiration_date", "<", start)
        removal = Domain("removal_date", "<", start)
        soon = Domain("alert_date", "<", tomorrow)
        good = self._not_before("expiration_date", start)
        stays = good & self._not_before("removal_date", start)
        known = Domain("expiration_date", "!=", False)
        known |= Domain("removal_date", "!=", False) | Domain("alert_date", "!=", False)
        domains = {
            "expired": expired,
            "removal": good & removal,
            "soon": stays & soon,
            "ok": stays & known & self._not_before("alert_date", tomorrow),
        }
        return Domain.OR([domain for key, domain in domains.items() if key in states])

    def _not_before(self, name, moment):
        return Domain(name, ">=", moment) | Domain(name, "=", False)
