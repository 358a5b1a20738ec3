"""The to-dos of alerts: one that lives for each lot and person."""

from odoo import fields

from .places import get_seen
from .text import get_note, get_reason, get_summary


def put_todos(env, vals_list: list[dict]) -> None:
    """Make to-dos, or let those that the person has on the lot say what is new: no mail
    tells of each of them.

    :param vals_list: see :func:`prepare_todo`
    """
    activities = env["mail.activity"].with_context(mail_activity_quick_update=True)
    # the last one says most
    wanted = {(vals["res_id"], vals["user_id"]): vals for vals in vals_list}
    living = find_todos(env, [lot_id for lot_id, _user_id in wanted])
    for todo in living:
        vals = wanted.pop((todo.res_id, todo.user_id.id), None)
        if vals:
            _change(todo, vals)
    activities.create(list(wanted.values()))


def find_todos(env, lot_ids):
    """The to-dos of alerts that are open on these lots."""
    return env["mail.activity"].search(
        [
            ("res_model", "=", "stock.lot"),
            ("res_id", "in", lot_ids),
            ("lot_expiry_alert_id", "!=", False),
        ],
        order="id",
    )


def schedule_todos(alerts, places: dict) -> None:
    """One to-do per lot for the responsible person.

    :param places: ``{lot: [(company, location, quantity)]}``, the largest first
    """
    put_todos(
        alerts.env,
        [
            prepare_todo(alert, alert.user_id, places[alert.lot_id])
            for alert in alerts
            if alert.user_id
        ],
    )


def refresh_todos(todos, places: dict) -> None:
    """Let to-dos say what is true today; each keeps its day."""
    for todo in todos:
        alert = todo.lot_expiry_alert_id
        where = places.get(alert.lot_id)
        if not where:
            continue
        reason = None
        if todo.user_id != alert.user_id:
            limit = alert.rule_id.escalate_value
            reason = "value" if limit and alert.value >= limit else "time"
        vals = prepare_todo(alert, todo.user_id, where, reason)
        _change(todo, {name: vals[name] for name in ("note", "summary")})


def _change(todo, vals):
    names = ("date_deadline", "lot_expiry_alert_id", "note", "summary")
    changed = {
        name: vals[name]
        for name in names
        if name in vals
        and todo._fields[name].convert_to_write(todo[name], todo) != vals[name]
    }
    if changed:
        todo.write(changed)


def prepare_todo(alert, user, places, reason: str | None = None) -> dict:
    """Values of a to-do on the lot of an alert, in the language of who does it.

    :param reason: why a manager is told: ``value`` or ``time``
    """
    places = get_seen(alert, places)
    _company, location, _quantity = places[0]
    reader = alert.with_context(
        lang=user.lang or alert.env.lang,
        tz=str(location.warehouse_id._get_expiry_tz()),
    )
    summary = get_summary(reader)
    if reason:
        summary = f"{get_reason(reader, reason)}: {summary}"
    return {
        "activity_type_id": _get_activity_type_id(alert.env),
        "automated": True,
        "date_deadline": fields.Date.context_today(reader),
        "lot_expiry_alert_id": alert.id,
        "note": get_note(reader, user, places),
        "res_id": alert.lot_id.id,
        "res_model_id": alert.env["ir.model"]._get_id("stock.lot"),
        "summary": summary,
        "user_id": user.id,
    }


def _get_activity_type_id(env):
    # cached, where a record would be read for each lot
    return (
        env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_todo")
        or env["stock.lot"]._default_activity_type().id
    )
