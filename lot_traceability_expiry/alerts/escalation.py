"""Alerts about which nobody said what was done: the manager is told, once per alert."""

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain

from odoo.addons.lot_traceability.tools.calendar_days import (
    day_start,
    in_days,
    local_date,
)
from odoo.addons.lot_traceability.tools.zone import get_zone_of_warehouse

from .places import get_on_hand_domain, get_places
from .recipients import can_be_told, get_fallback
from .settling import is_due
from .todos import prepare_todo, put_todos


def find_to_escalate(env: Environment, alert_ids=None):
    """Alerts whose lots are still here, and nobody has said what was done.

    :param alert_ids: looks only at these; at all alerts if None
    """
    rules = env["lot.alert.rule"].search(
        [("escalate_days", ">", 0), ("escalate_user_id", "!=", False)]
    )
    late = Domain.OR(
        Domain("rule_id", "=", rule.id)
        & Domain("date_sent", "<", _get_start_of_day(rule, 1 - rule.escalate_days))
        for rule in rules
    )
    domain = Domain("outcome", "=", False) & Domain("escalated_date", "=", False)
    domain &= Domain("lot_id.quant_ids", "any", get_on_hand_domain())
    if alert_ids is not None:
        domain &= Domain("id", "in", alert_ids)
    domain &= Domain("product_id.use_expiration_date", "=", True)
    alerts = env["lot.expiry.alert"].search(late & domain, order="date_sent, id")
    return alerts.filtered(is_due)


def _get_manager(alert):
    """The manager of the rule, or whom the company falls back on."""
    manager, company = alert.rule_id.escalate_user_id, alert.company_id
    if not company or can_be_told(manager, company):
        return manager
    return get_fallback(company)


def send_escalations(env: Environment, alert_ids) -> None:
    """Escalate one batch, as far as it is still due."""
    alerts = find_to_escalate(env, alert_ids)
    escalate(alerts, get_places(alerts.lot_id), "time")


def escalate(alerts, places: dict, reason: str = "value") -> None:
    """Give the managers of the rules a to-do for each alert.

    :param places: ``{lot: [(company, location, quantity)]}``
    :param reason: ``value`` or ``time``
    """
    managers = {alert: _get_manager(alert) for alert in alerts}
    put_todos(
        alerts.env,
        [
            prepare_todo(alert, manager, places[alert.lot_id], reason)
            for alert, manager in managers.items()
            if manager
        ],
    )
    for manager, found in alerts.grouped(managers.get).items():
        found.write(
            {
                "escalated_date": fields.Datetime.now(),
                "escalated_user_id": manager.id,
                **({} if manager else {"fault": "manager"}),
            }
        )


def _get_start_of_day(rule, days):
    """Days count, not hours: the scheduled action is not on the second. They are those
    where the company is."""
    zone = get_zone_of_warehouse(rule.env["stock.warehouse"], rule.company_id)
    today = local_date(fields.Datetime.now(), zone)
    return day_start(in_days(today, days), zone)
