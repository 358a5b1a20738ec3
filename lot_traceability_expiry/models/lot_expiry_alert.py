from collections import defaultdict

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang, split_every

from ..tools.calendar_days import days_left


class LotExpiryAlert(models.Model):
    _name = "lot.expiry.alert"
    _description = "Expiry Alert"
    _order = "date_sent desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    expiration_date = fields.Datetime(related="lot_id.expiration_date")
    expiry_days_left = fields.Integer(related="lot_id.expiry_days_left")
    expiry_state = fields.Selection(related="lot_id.expiry_state")
    alert_date = fields.Datetime(
        required=True, help="The alert date of the lot when the alert was sent."
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", help="The person who got the activity."
    )
    company_id = fields.Many2one(
        "res.company",
        help="Where the lot was in stock. Empty if more than one company had it.",
    )
    date_sent = fields.Datetime(
        "Sent On", help="Empty for what Odoo had alerted before this app was installed."
    )

    _lot_alert_date_uniq = models.UniqueIndex(
        "(lot_id, (alert_date::date))",
        "A lot is alerted once per alert date.",
    )

    def action_open_lot(self):
        """Open the lot of an alert.

        :return: the action
        """
        self.ensure_one()
        return self.lot_id._get_records_action()

    # -- scheduled action -----------------------------------------------
    @api.model
    def _cron_send_alerts(self, batch_size=100):
        """Send the alerts that are due, and commit after each batch.

        What is due is told by the alerts that exist, so a run that is cut short is
        taken up by the next one where the last commit left it.
        """
        # Nobody has the right to create alerts, whoever runs the scheduled action.
        sender, cron = self.sudo(), self.env["ir.cron"]
        lot_ids = sender.env["stock.lot"]._get_lots_to_alert().ids
        cron._commit_progress(remaining=len(lot_ids))
        for ids in split_every(max(batch_size, 1), lot_ids):
            sender._send_alerts(ids)
            if not cron._commit_progress(len(ids)):
                break
            # Others went on working in the meantime.
            self.env.invalidate_all()

    @api.model
    def _send_alerts(self, lot_ids):
        """Send one batch, as far as it is still due."""
        lots = self.env["stock.lot"]._get_lots_to_alert(Domain("id", "in", lot_ids))
        places = self._get_places(lots)
        companies = {lot: self._get_main_company(lot, places[lot]) for lot in lots}
        users = {lot: self._get_responsible(lot, companies[lot]) for lot in lots}
        self.env["mail.activity"].create(
            [
                self._prepare_activity_vals(lot, users[lot], companies[lot], places)
                for lot in lots
            ]
        )
        # Odoo must not alert them again in case this app is uninstalled one day.
        lots.filtered(
            lambda lot: not lot.product_expiry_reminded
        ).product_expiry_reminded = True
        return self.create(
            [self._prepare_alert_vals(lot, users[lot], places[lot]) for lot in lots]
        )

    @api.model
    def _get_places(self, lots):
        """``{lot: [(company, location, quantity)]}``, the largest quantity first."""
        groups = self.env["stock.quant"]._read_group(
            self.env["stock.lot"]._prepare_on_hand_domain()
            & Domain("lot_id", "in", lots.ids),
            ["lot_id", "company_id", "location_id"],
            ["quantity:sum"],
        )
        places = defaultdict(list)
        for lot, *place in sorted(groups, key=lambda row: (-row[-1], row[2].id)):
            places[lot].append(tuple(place))
        return places

    @api.model
    def _get_main_company(self, lot, places):
        """The company of a lot, or of most of its stock if companies share it."""
        if lot.company_id:
            return lot.company_id
        quantities = defaultdict(float)
        for company, _location, quantity in places:
            quantities[company] += quantity
        return max(quantities, key=quantities.get) or self.env.company

    @api.model
    def _get_responsible(self, lot, company):
        """The first who is there to act in the company, else OdooBot as Odoo does."""
        users = (
            lot.product_id.with_company(company).responsible_id
            + company.lot_expiry_responsible_id
            + lot.product_id.responsible_id
        )
        return users.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )[:1] or self.env["res.users"].browse(SUPERUSER_ID)

    @api.model
    def _prepare_alert_vals(self, lot, user, places):
        companies = {company for company, _location, _quantity in places}
        shared = len(companies) > 1
        return {
            "lot_id": lot.id,
            "alert_date": lot.alert_date,
            "user_id": user.id,
            "company_id": lot.company_id.id or (not shared and companies.pop().id),
            "date_sent": fields.Datetime.now(),
        }

    # -- what the person reads ------------------------------------------
    @api.model
    def _prepare_activity_vals(self, lot, user, company, places):
        reader = self.with_context(
            lang=user.lang or self.env.lang,
            tz=user.tz or company.partner_id.tz or "UTC",
        )
        return {
            "activity_type_id": self._get_activity_type_id(),
            "automated": True,
            "date_deadline": fields.Date.context_today(reader),
            "note": reader._get_note(lot, user, places[lot]),
            "res_id": lot.id,
            "res_model_id": self.env["ir.model"]._get_id(lot._name),
            "summary": reader._get_summary(lot),
            "user_id": user.id,
        }

    @api.model
    def _get_activity_type_id(self):
        # Cached, where a record would be read for each lot.
        return (
            self.env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_todo")
            or self.env["stock.lot"]._default_activity_type().id
        )

    def _get_summary(self, lot):
        return self.env._(
            "%(when)s: %(product)s",
            when=self._get_when(lot),
            product=lot.product_id.with_env(self.env).display_name,
        )

    def _get_when(self, lot):
        if not lot.expiration_date:
            return self.env._("Alert date reached")
        days = days_left(lot.expiration_date, fields.Datetime.now(), self.env.tz)
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

    def _get_note(self, lot, user, places):
        rows = [
            (self.env._("Product"), lot.product_id.with_env(self.env).display_name),
            (self.env._("Lot/Serial Number"), lot.name),
            (self.env._("Expiration date"), self._get_expiration_text(lot)),
            (self.env._("On hand"), self._get_on_hand_html(lot, user, places)),
        ]
        advice = self.env._(
            "Use it first, sell it off, return it or scrap it; then mark this as done."
        )
        items = Markup().join(Markup("<li>%s: <b>%s</b></li>") % row for row in rows)
        return Markup("<p>%s</p><ul>%s</ul>") % (advice, items)

    def _get_expiration_text(self, lot):
        if not lot.expiration_date:
            return self.env._("not set")
        return self.env._(
            "%(date)s (%(when)s)",
            date=format_date(self.env, lot.expiration_date),
            when=self._get_when(lot),
        )

    def _get_on_hand_html(self, lot, user, places):
        """Only what lies in companies of the reader, the largest quantity first."""
        uom = lot.product_uom_id.with_env(self.env).name
        texts = [
            self.env._(
                "%(quantity)s %(uom)s in %(location)s",
                quantity=formatLang(self.env, quantity, dp="Product Unit"),
                uom=uom,
                location=location.with_env(self.env).display_name,
            )
            for company, location, quantity in places
            if not company or company in user.company_ids
        ]
        return Markup("<br/>").join(texts)
