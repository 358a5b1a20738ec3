from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class LotExpiryAlert(models.Model):
    _name = "lot.expiry.alert"
    _inherit = ["lot.expiry.alert"]

    @api.model
    def _get_to_escalate(self, alert_ids=None):
        """Alerts whose lots are still here, and nobody has said what was done."""
        rules = self.env["lot.alert.rule"].search(
            [("escalate_days", ">", 0), ("escalate_user_id", "!=", False)]
        )
        late = Domain.OR(
            Domain("rule_id", "=", rule.id)
            & Domain("date_sent", "<", self._get_start_of_day(1 - rule.escalate_days))
            for rule in rules
        )
        domain = Domain("outcome", "=", False) & Domain("escalated_date", "=", False)
        domain &= Domain(
            "lot_id.quant_ids", "any", self.env["stock.lot"]._prepare_on_hand_domain()
        )
        if alert_ids is not None:
            domain &= Domain("id", "in", alert_ids)
        return self.search(late & domain, order="date_sent, id")

    @api.model
    def _get_start_of_day(self, days):
        """Days count, not hours: the scheduled action is not on the second."""
        today = fields.Datetime.now().date()
        return datetime.combine(today + timedelta(days=days), time.min)

    @api.model
    def _send_escalations(self, alert_ids):
        """Escalate one batch, as far as it is still due."""
        alerts = self._get_to_escalate(alert_ids)
        places = self.env["lot.alert.rule"]._get_places(alerts.lot_id)
        alerts._escalate(places, "time")

    def _escalate(self, places, reason="value"):
        """Tell the manager, once per alert."""
        self.env["mail.activity"].create(
            [
                alert._prepare_activity_vals(
                    alert.rule_id.escalate_user_id, places[alert.lot_id], reason
                )
                for alert in self
            ]
        )
        for rule, alerts in self.grouped("rule_id").items():
            alerts.write(
                {
                    "escalated_date": fields.Datetime.now(),
                    "escalated_user_id": rule.escalate_user_id.id,
                }
            )
