"""The to-dos of alerts: for the responsible person, and for the manager."""

from odoo import fields

from .text import get_note, get_reason, get_summary


def create_todos(env, vals_list: list[dict]):
    """To-dos that say themselves what is to be done: no mail tells of each of them.

    :return: the ``mail.activity`` records
    """
    activities = env["mail.activity"].with_context(mail_activity_quick_update=True)
    return activities.create(vals_list)


def schedule_todos(alerts, places: dict) -> None:
    """One to-do per alert for the responsible person.

    :param places: ``{lot: [(company, location, quantity)]}``, the largest first
    """
    create_todos(
        alerts.env,
        [prepare_todo(alert, alert.user_id, places[alert.lot_id]) for alert in alerts],
    )


def prepare_todo(alert, user, places, reason: str | None = None) -> dict:
    """Values of a to-do on the lot of an alert, in the language of who does it.

    :param reason: why a manager is told: ``value`` or ``time``
    """
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
