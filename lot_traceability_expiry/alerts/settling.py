"""Alerts that are over: what really happened to the goods, or to their date, closes
them with their to-dos."""

from collections import defaultdict

from odoo import fields

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from .places import get_places, looks_at, narrow
from .todos import find_todos, refresh_todos

# ways by which the last goods of a lot left, by the usage of where they went
OUTCOMES_OF_USAGE = {
    "customer": "used",
    "production": "used",
    "supplier": "returned",
    "transit": "moved",
    "inventory": "scrapped",
}


def settle(lots) -> None:
    """Close the alerts of lots that are gone, whose date moved or whose product has no
    dates any more, and let the other to-dos say what is true now."""
    # sudo: what happened counts, whoever did it
    lots, today = lots.sudo(), fields.Date.today()
    alerts = lots.env["lot.expiry.alert"].search(
        [
            ("lot_id", "in", lots.ids),
            "|",
            ("outcome", "=", False),
            ("settled_quantity", ">", 0),
        ]
    )
    if not alerts:
        return
    on_hand = get_on_hand(alerts)
    gone = alerts.filtered(lambda alert: on_hand[alert] <= 0)
    # whatever comes after this is more than there was
    gone.filtered("settled_quantity").settled_quantity = 0
    opened = alerts.filtered(lambda alert: not alert.outcome)
    if not opened:
        return
    found = _find_outcomes(opened, gone & opened)
    for outcome, closed in found.items():
        close(closed, outcome, on_hand)
    left = opened.filtered(lambda alert: not alert.outcome)
    left.filtered(lambda alert: alert.checked_on != today).checked_on = today
    todos = find_todos(lots.env, left.lot_id.ids)
    refresh_todos(todos.exists(), get_places(left.lot_id))


def get_on_hand(alerts) -> dict:
    """``{alert: quantity}`` of its lot in stock of its company, where its rule looks,
    in the unit of the product."""
    places = get_places(alerts.lot_id)
    return {
        alert: sum(
            quantity
            for company, _location, quantity in narrow(
                alert.rule_id, places.get(alert.lot_id, [])
            )
            if alert.company_id in (company, company.browse())
        )
        for alert in alerts
    }


def close(alerts, outcome: str, on_hand: dict, note=False, user=None) -> None:
    """Record what became of the lots, and finish the to-dos that nothing is left of.

    :param on_hand: see :func:`get_on_hand`: more than that opens the lot again
    :param user: who says so; OdooBot if it is known from what happened
    """
    env = alerts.env
    alerts.write(
        {
            "outcome": outcome,
            "outcome_note": note,
            "outcome_user_id": user.id if user else False,
            "outcome_date": fields.Datetime.now(),
            "is_outcome_found": not user,
        }
    )
    for alert in alerts:
        alert.settled_quantity = max(on_hand.get(alert, 0), 0)
    still = env["lot.expiry.alert"].search(
        [("lot_id", "in", alerts.lot_id.ids), ("outcome", "=", False)]
    )
    by_lot = still.grouped("lot_id")
    todos = find_todos(env, alerts.lot_id.ids)
    done = todos.browse()
    for todo in todos:
        others = by_lot.get(todo.lot_expiry_alert_id.lot_id, still.browse())
        mine = others.filtered(
            lambda alert, user=todo.user_id: (
                user in alert.user_id | alert.escalated_user_id
            )
        )
        if not mine:
            done |= todo
        elif todo.lot_expiry_alert_id not in mine:
            todo.lot_expiry_alert_id = mine.sorted("id")[-1]
    if done:
        labels = dict(alerts._fields["outcome"]._description_selection(env))
        done.action_feedback(note or labels[outcome])


def _find_outcomes(alerts, gone):
    """``{outcome: alerts}`` of those that are over."""
    found = defaultdict(alerts.browse)
    ways = _find_ways(gone)
    for alert in alerts:
        if not alert.lot_id.use_expiration_date:
            found["off"] |= alert
        elif alert in gone:
            found[ways.get(alert, "gone")] |= alert
        elif not is_due(alert):
            found["date"] |= alert
    return found


def is_due(alert) -> bool:
    """Whether the lot has still a date by which its alert was due."""
    lot, rule = alert.lot_id, alert.rule_id
    date = lot[rule.date_field or "expiration_date"]
    if not date or not lot.use_expiration_date:
        return False
    tz = alert.warehouse_id._get_expiry_tz()
    day, today = local_date(date, tz), local_date(fields.Datetime.now(), tz)
    # a lot that companies share may count its days elsewhere
    if abs((day - alert.day).days) <= (0 if alert.warehouse_id else 1):
        return True
    if alert.step_unit != "days":
        return day < alert.day
    return (day - today).days <= alert.step_value


def _find_ways(alerts):
    """``{alert: outcome}`` by where most of the goods went since the first alert."""
    if not alerts:
        return {}
    since = min(filter(None, alerts.mapped("date_sent")), default=False)
    domain = [
        ("lot_id", "in", alerts.lot_id.ids),
        ("state", "=", "done"),
        ("location_id.usage", "=", "internal"),
    ]
    if since:
        domain.append(("date", ">=", since))
    lines = alerts.env["stock.move.line"].search(domain).grouped("lot_id")
    ways = {}
    for alert in alerts:
        totals = defaultdict(float)
        for line in lines.get(alert.lot_id, ()):
            if outcome := _get_way(line, alert.rule_id):
                totals[outcome] += line.quantity_product_uom
        if totals:
            ways[alert] = max(totals, key=totals.get)
    return ways


def _get_way(line, rule):
    """What became of the goods of a line; nothing while they stay where it looks."""
    company, dest = line.company_id, line.location_dest_id
    if not looks_at(rule, company, line.location_id):
        return ""
    if dest.usage == "internal":
        return "" if looks_at(rule, company, dest) else "moved"
    outcome = OUTCOMES_OF_USAGE.get(dest.usage, "gone")
    is_counted = line.move_id.is_inventory and outcome == "scrapped"
    return "gone" if is_counted else outcome
