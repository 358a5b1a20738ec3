"""Alerts about which nobody said what was done: the manager is told, once per alert."""

from datetime import datetime, time, timedelta

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from .places import get_on_hand_domain, get_places
from .todos import create_todos, prepare_todo


def find_to_escalate(env: Environment, alert_ids=None):
    """Alerts whose lots are still here, and nobody has said what was done.

    :param alert_ids: looks only at these; at all alerts if None
    """
    rules = env["lot.alert.rule"].search(
        [("escalate_days", ">", 0), ("escalate_user_id", "!=", False)]
    )
    late = Domain.OR(
        Domain("rule_id", "=", rule.id)
        & Domain("date_sent", "<", _get_start_of_day(1 - rule.escalate_days))
        for rule in rules
    )
    domain = Domain("outcome", "=", False) & Domain("escalated_date", "=", False)
    domain &= Domain("lot_id.quant_ids", "any", get_on_hand_domain())
    if alert_ids is not None:
        domain &= Domain("id", "in", alert_ids)
    domain &= Domain("product_id.use_expiration_date", "=", True)
    alerts = env["lot.expiry.alert"].search(late & domain, order="date_sent, id")
    return alerts.filtered(_is_still_due)


def _is_still_due(alert):
    """Whether the date that was alerted is still the one of the lot."""
    date = alert.lot_id[alert.rule_id.date_field]
    if not date:
        return False
    day = local_date(date, alert.warehouse_id._get_expiry_tz())
    # a lot that companies share may count its days elsewhere
    return day <= alert.day + timedelta(days=1)


def send_escalations(env: Environment, alert_ids) -> None:
    """Escalate one batch, as far as it is still due."""
    alerts = find_to_escalate(env, alert_ids)
    escalate(alerts, get_places(alerts.lot_id), "time")


def escalate(alerts, places: dict, reason: str = "value") -> None:
    """Give the managers of the rules a to-do for each alert.

    :param places: ``{lot: [(company, location, quantity)]}``
    :param reason: ``value`` or ``time``
    """
    create_todos(
        alerts.env,
        [
            prepare_todo(
                alert, alert.rule_id.escalate_user_id, places[alert.lot_id], reason
            )
            for alert in alerts
        ],
    )
    for rule, found in alerts.grouped("rule_id").items():
        found.write(
            {
                "escalated_date": fields.Datetime.now(),
                "escalated_user_id": rule.escalate_user_id.id,
            }
        )


def _get_start_of_day(days):
    """Days count, not hours: the scheduled action is not on the second."""
    today = fields.Datetime.now().date()
    return datetime.combine(today + timedelta(days=days), time.min)
