from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang

from ..tools.calendar_days import days_left, local_date


class LotExpiryAlert(models.Model):
    """What people read of an alert, in their language and by the days of the stock."""

    _name = "lot.expiry.alert"
    _inherit = ["lot.expiry.alert"]

    def _schedule_activities(self, places):
        """One to-do per alert for the responsible person."""
        self.env["mail.activity"].create(
            [
                alert._prepare_activity_vals(alert.user_id, places[alert.lot_id])
                for alert in self
            ]
        )

    def _prepare_activity_vals(self, user, places, reason=False):
        _company, location, _quantity = places[0]
        reader = self.with_context(
            lang=user.lang or self.env.lang,
            tz=str(location.warehouse_id._get_expiry_tz()),
        )
        summary = reader._get_summary()
        if reason:
            summary = f"{reader._get_reason(reason)}: {summary}"
        return {
            "activity_type_id": self._get_activity_type_id(),
            "automated": True,
            "date_deadline": fields.Date.context_today(reader),
            "lot_expiry_alert_id": self.id,
            "note": reader._get_note(user, places),
            "res_id": self.lot_id.id,
            "res_model_id": self.env["ir.model"]._get_id("stock.lot"),
            "summary": summary,
            "user_id": user.id,
        }

    @api.model
    def _get_activity_type_id(self):
        # Cached, where a record would be read for each lot.
        return (
            self.env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_todo")
            or self.env["stock.lot"]._default_activity_type().id
        )

    def _get_summary(self):
        return self.env._(
            "%(when)s: %(product)s",
            when=self._get_when(),
            product=self.product_id.display_name,
        )

    def _get_reason(self, reason):
        """Why somebody's manager is told."""
        if reason == "value":
            return self.env._("High value")
        return self.env._("Not handled")

    def _get_when(self):
        if not self.lot_id.expiration_date:
            return self.env._("Alert date reached")
        now = fields.Datetime.now()
        days = days_left(self.lot_id.expiration_date, now, self.env.tz)
        near = {
            -1: self.env._("Expired yesterday"),
            0: self.env._("Expires today"),
            1: self.env._("Expires tomorrow"),
        }
        if days in near:
            return near[days]
        if days < 0:
            return self.env._("Expired %(days)s days ago", days=-days)
        return self.env._("Expires in %(days)s days", days=days)

    def _get_note(self, user, places):
        rows = [
            (self.env._("Product"), self.product_id.display_name),
            (self.env._("Lot/Serial Number"), self.lot_id.name),
            (self.env._("Expiration date"), self._get_expiration_text()),
            (self.env._("On hand"), self._get_on_hand_html(user, places)),
        ]
        advice = self.env._(
            "Use it first, sell it off, return it or scrap it; then record the outcome "
            "on the alert of the lot."
        )
        items = Markup().join(Markup("<li>%s: <b>%s</b></li>") % row for row in rows)
        return Markup("<p>%s</p><ul>%s</ul>") % (advice, items)

    def _get_expiration_text(self):
        expiration = self.lot_id.expiration_date
        if not expiration:
            return self.env._("not set")
        return self.env._(
            "%(date)s (%(when)s)",
            date=format_date(self.env, local_date(expiration, self.env.tz)),
            when=self._get_when(),
        )

    def _get_on_hand_html(self, user, places):
        """Only what lies in companies of the reader, the largest quantity first."""
        texts = [
            self.env._(
                "%(quantity)s %(uom)s in %(location)s",
                quantity=formatLang(self.env, quantity, dp="Product Unit"),
                uom=self.product_uom_id.name,
                location=location.with_env(self.env).display_name,
            )
            for company, location, quantity in places
            if not company or company in user.company_ids
        ]
        return Markup("<br/>").join(texts)

    def _get_line(self):
        """The alert in one line of a message."""
        line = self.env._(
            "%(when)s: %(product)s, lot %(lot)s",
            when=self._get_when(),
            product=self.product_id.display_name,
            lot=self.lot_id.name,
        )
        if not self.company_id:
            return line
        quantity = formatLang(self.env, self.quantity, dp="Product Unit")
        line += f", {quantity} {self.product_uom_id.name}"
        if self.value:
            line += f", {format_amount(self.env, self.value, self.currency_id)}"
        return line
