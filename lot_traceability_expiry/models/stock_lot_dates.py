from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.calendar_days import (
    days_left,
    get_zone,
    is_past,
    local_date,
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
