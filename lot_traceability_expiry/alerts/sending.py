"""The daily run: what is due is alerted batch by batch, then the messages go out.

What is due is told by the records that exist, so a run that is cut short is taken up by
the next one where the last commit left it.
"""

from odoo import fields
from odoo.api import Environment

from odoo.addons.lot_traceability.tools.batch_job import run_in_batches

from .due import find_due
from .escalation import escalate, find_to_escalate, send_escalations
from .places import get_places, narrow
from .recipients import can_be_told, find_responsible, get_fallback
from .settling import settle
from .todos import find_todos, schedule_todos


def run(env: Environment, batch_size: int) -> bool:
    """Send what is due, and commit after each batch.

    :return: whether all was done before the time was up
    """
    messages = env["lot.alert.message"]
    return (
        _send_due(env, batch_size)
        and run_in_batches(
            env,
            find_to_escalate(env).ids,
            batch_size,
            lambda ids: send_escalations(env, ids),
            # the messages come after all batches, if necessary in another run
            more=1,
        )
        and messages._queue_pending()
        and messages._send_queued()
        and _settle(env, batch_size)
    )


def _settle(env, batch_size):
    """What is over is closed, the to-dos say what is true today, and who is not there
    any more is replaced; once a day, so that a run that is cut short goes on where it
    was."""
    lots, today = env["stock.lot"], fields.Date.today()
    rows = env["lot.expiry.alert"]._read_group(
        [("outcome", "=", False), ("checked_on", "!=", today)], ["lot_id"]
    )
    return not rows or run_in_batches(
        env,
        [lot.id for (lot,) in rows],
        batch_size,
        lambda ids: _settle_batch(lots.browse(ids)),
    )


def _settle_batch(lots):
    settle(lots)
    _replace_absent(
        lots.env["lot.expiry.alert"].search(
            [("lot_id", "in", lots.ids), ("outcome", "=", False)]
        )
    )


def _replace_absent(alerts):
    """Give what is open to somebody else, if whoever had it left, or became a user of
    the portal: Odoo leaves such a to-do where nobody sees it, or deletes it."""
    places, replaced = get_places(alerts.lot_id), {}
    for alert in alerts.filtered("user_id"):
        where = places.get(alert.lot_id, [])
        company = alert.company_id or _get_main_company(alert.lot_id, where)
        if not can_be_told(alert.user_id, company):
            replaced[alert] = _find_told(alert.rule_id, alert.lot_id, company)
    absent = alerts.browse(alert.id for alert in replaced)
    had = {(alert.lot_id.id, alert.user_id) for alert in absent}
    todos = find_todos(alerts.env, absent.lot_id.ids)
    todos.filtered(lambda todo: (todo.res_id, todo.user_id) in had).unlink()
    for alert, (user, fault) in replaced.items():
        alert.write({"user_id": user.id, "fault": fault or "replaced"})
    by_todo = absent.filtered(
        lambda alert: _is_by_todo(alert.rule_id) and places.get(alert.lot_id)
    )
    schedule_todos(by_todo, places)


def _is_by_todo(rule):
    """What a rule tells to nobody goes to whom the company falls back on."""
    return rule.notify_activity or not rule._has_messages()


def _send_due(env, batch_size):
    rules = env["lot.alert.rule"].search([("step_ids", "!=", False)])
    due = [(rule, [row.lot_id for row in find_due(rule)]) for rule in rules]
    more = sum(len(lot_ids) for _rule, lot_ids in due) + 1
    for rule, lot_ids in due:
        more -= len(lot_ids)
        if not run_in_batches(env, lot_ids, batch_size, rule._send_alerts, more):
            return False
    return True


def send_alerts(rule, lot_ids):
    """Send one batch of a rule, as far as it is still due.

    :return: the ``lot.expiry.alert`` records
    """
    rule.ensure_one()
    due = {row.lot_id: row for row in find_due(rule, lot_ids)}
    lots = rule.env["stock.lot"].browse(due)
    places = get_places(lots)
    told = {}
    alerts = rule.env["lot.expiry.alert"].create(
        [_prepare_alert(rule, lot, due[lot.id], places[lot], told) for lot in lots]
    )
    if _is_by_todo(rule):
        schedule_todos(alerts, places)
    if rule.escalate_value:
        dear = alerts.filtered(
            lambda alert: due[alert.lot_id.id].value >= rule.escalate_value
        )
        escalate(dear, places)
    # Odoo must not alert them again in case this app is uninstalled one day
    lots.filtered(
        lambda lot: not lot.product_expiry_reminded
    ).product_expiry_reminded = True
    return alerts


def _prepare_alert(rule, lot, due, places, told):
    """Values of an alert.

    :param told: who is told, by product and company, as far as it was asked
    """
    places = narrow(rule, places) or places
    main_company = _get_main_company(lot, places)
    companies = {company for company, _location, _quantity in places}
    shared = not lot.company_id and len(companies) > 1
    key = lot.product_id, main_company
    if key not in told:
        told[key] = _find_told(rule, lot, main_company)
    user, fault = told[key]
    step = rule.env["lot.alert.step"].browse(due.step_id)
    return {
        "lot_id": lot.id,
        "rule_id": rule.id,
        "step_id": step.id,
        "step_value": step.value,
        "step_unit": step.unit,
        "day": due.day,
        "user_id": user.id,
        "fault": fault,
        "company_id": not shared and main_company.id,
        "warehouse_id": not shared and places[0][1].warehouse_id.id,
        "quantity": 0 if shared else due.quantity,
        "value": 0 if shared else due.value,
        "date_sent": fields.Datetime.now(),
        # the to-do says what is true now
        "checked_on": fields.Date.today(),
        "message_pending": rule._has_messages(),
    }


def _get_main_company(lot, places):
    """The company of a lot, or of most of its stock if companies share it."""
    if lot.company_id:
        return lot.company_id
    quantities = {}
    for company, _location, quantity in places:
        quantities[company] = quantities.get(company, 0) + quantity
    found = max(quantities, key=quantities.get) if quantities else False
    return found or lot.env.company


def _find_told(rule, lot, company):
    """``(user, fault)``: who acts on a lot, and what is wrong with that."""
    if not (rule.notify_activity or rule._has_messages()):
        return get_fallback(company), "rule"
    user, fault = find_responsible(rule, lot, company)
    manager = rule.escalate_user_id
    if not fault and manager and not can_be_told(manager, company):
        fault = "manager"
    return user, fault
