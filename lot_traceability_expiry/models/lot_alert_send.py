from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain


class LotAlertRule(models.Model):
    _name = "lot.alert.rule"
    _inherit = ["lot.alert.rule"]

    def _send_alerts(self, lot_ids):
        """Send one batch of a rule, as far as it is still due."""
        self.ensure_one()
        due = {row.lot_id: row for row in self._get_due(lot_ids)}
        lots = self.env["stock.lot"].browse(due)
        places = self._get_places(lots)
        alerts = self.env["lot.expiry.alert"].create(
            [self._prepare_alert_vals(lot, due[lot.id], places[lot]) for lot in lots]
        )
        if self.notify_activity:
            alerts._schedule_activities(places)
        if self.escalate_value:
            alerts.filtered(
                lambda alert: due[alert.lot_id.id].value >= self.escalate_value
            )._escalate(places)
        # Odoo must not alert them again in case this app is uninstalled one day.
        lots.filtered(
            lambda lot: not lot.product_expiry_reminded
        ).product_expiry_reminded = True
        return alerts

    def _get_places(self, lots):
        """``{lot: [(company, location, quantity)]}``, the largest quantity first."""
        groups = self.env["stock.quant"]._read_group(
            lots._prepare_on_hand_domain() & Domain("lot_id", "in", lots.ids),
            ["lot_id", "company_id", "location_id"],
            ["quantity:sum"],
        )
        places = defaultdict(list)
        for lot, *place in sorted(groups, key=lambda row: (-row[-1], row[2].id)):
            places[lot].append(tuple(place))
        return places

    def _prepare_alert_vals(self, lot, due, places):
        alerts = self.env["lot.expiry.alert"]
        main_company = alerts._get_main_company(lot, places)
        companies = {company for company, _location, _quantity in places}
        shared = not lot.company_id and len(companies) > 1
        return {
            "lot_id": lot.id,
            "step_id": due.step_id,
            "day": due.day,
            "user_id": alerts._get_responsible(self, lot, main_company).id,
            "company_id": not shared and main_company.id,
            "warehouse_id": not shared and places[0][1].warehouse_id.id,
            "quantity": 0 if shared else due.quantity,
            "value": 0 if shared else due.value,
            "date_sent": fields.Datetime.now(),
            "message_pending": self._has_messages(),
        }

    def _has_messages(self):
        return bool(self.notify_mail or self.channel_id or self.webhook_url)
