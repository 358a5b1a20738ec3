"""The rows of a digest: each lot once, the most urgent first, as its reader sees it."""

from datetime import date

from odoo import fields
from odoo.tools import format_amount, format_date

from odoo.addons.lot_traceability.tools.calendar_days import days_left, local_date
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from .places import get_places, get_seen
from .text import get_days_text


def pick_alerts(alerts):
    """One alert for each lot, that of the last step; the most urgent lots first."""
    by_lot = {}
    for alert in alerts.sorted("id"):
        by_lot[alert.lot_id] = alert
    return alerts.browse(
        alert.id for alert in sorted(by_lot.values(), key=_get_urgency)
    )


def _get_urgency(alert):
    end = alert.lot_id.expiration_date
    return (end.date() if end else alert.day or date.max, -alert.value, alert.id)


def get_rows(alerts, companies) -> list[dict]:
    """What is shown of alerts, in the language of their environment.

    :param companies: whose stock the reader may see
    """
    env, places = alerts.env, get_places(alerts.lot_id)
    base = env["ir.config_parameter"].sudo().get_param("web.base.url")
    return [_get_row(alert, places[alert.lot_id], companies, base) for alert in alerts]


def _get_row(alert, places, companies, base):
    env, lot = alert.env, alert.lot_id
    tz = alert.warehouse_id._get_expiry_tz()
    end = lot.expiration_date
    seen = [
        place
        for place in get_seen(alert, places)
        if not place[0] or place[0] in companies
    ]
    quantity = sum(place[2] for place in seen) if seen else alert.quantity
    day = local_date(end, tz) if end else alert.day
    left = days_left(end, fields.Datetime.now(), tz) if end else None
    names = [place.with_env(env).display_name for _company, place, _quantity in seen]
    more = f" (+{len(names) - 2})" if len(names) > 2 else ""
    warehouses = list(
        dict.fromkeys(place.warehouse_id.name for _company, place, _quantity in seen)
    )
    return {
        "product": alert.product_id.display_name,
        "lot": lot.name,
        "url": f"{base}/mail/view?model=stock.lot&res_id={lot.id}",
        "date": format_date(env, day),
        "left": get_days_text(env, left) if left is not None else "",
        "is_expired": left is not None and left < 0,
        "step": alert.step_text,
        "place": ", ".join(names[:2]) + more,
        "warehouse": ", ".join(filter(None, warehouses)),
        "quantity": format_quantity(env, quantity, alert.product_uom_id),
        "value": format_amount(env, alert.value, alert.currency_id)
        if alert.value and alert.currency_id
        else "",
    }
