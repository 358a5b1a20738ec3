"""What people read of an alert, in their language and by the days of the stock.

The language and the time zone are those of the alert's environment.
"""

from markupsafe import Markup

from odoo import fields
from odoo.tools import format_amount, format_date, formatLang

from odoo.addons.lot_traceability.tools.calendar_days import days_left, local_date


def get_summary(alert) -> str:
    """When, and of which product."""
    return alert.env._(
        "%(when)s: %(product)s",
        when=_get_when(alert),
        product=alert.product_id.display_name,
    )


def get_reason(alert, reason: str) -> str:
    """Why somebody's manager is told: ``value`` or ``time``."""
    if reason == "value":
        return alert.env._("High value")
    return alert.env._("Not handled")


def get_note(alert, user, places) -> Markup:
    """What the to-do of a user says; only what lies in companies of the user.

    :param places: list of company, location and quantity
    """
    env = alert.env
    rows = [
        (env._("Product"), alert.product_id.display_name),
        (env._("Lot/Serial Number"), alert.lot_id.name),
        (env._("Expiration date"), _get_expiration_text(alert)),
        (env._("On hand"), _get_on_hand_html(alert, user, places)),
    ]
    advice = env._(
        "Use it first, sell it off, return it or scrap it; then record the outcome "
        "on the alert of the lot."
    )
    items = Markup().join(Markup("<li>%s: <b>%s</b></li>") % row for row in rows)
    return Markup("<p>%s</p><ul>%s</ul>") % (advice, items)


def get_line(alert) -> str:
    """The alert in one line of a message."""
    env = alert.env
    line = env._(
        "%(when)s: %(product)s, lot %(lot)s",
        when=_get_when(alert),
        product=alert.product_id.display_name,
        lot=alert.lot_id.name,
    )
    if not alert.company_id:
        return line
    quantity = formatLang(env, alert.quantity, dp="Product Unit")
    line += f", {quantity} {alert.product_uom_id.name}"
    if alert.value:
        line += f", {format_amount(env, alert.value, alert.currency_id)}"
    return line


def as_chat(text: str) -> str:
    """A text in which chat programs (Slack and the like) find no command, as they do in
    ``<!channel>``."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    return text


def _get_when(alert):
    env, expiration = alert.env, alert.lot_id.expiration_date
    if not expiration:
        return env._("Alert date reached")
    days = days_left(expiration, fields.Datetime.now(), env.tz)
    near = {
        -1: env._("Expired yesterday"),
        0: env._("Expires today"),
        1: env._("Expires tomorrow"),
    }
    if days in near:
        return near[days]
    if days < 0:
        return env._("Expired %(days)s days ago", days=-days)
    return env._("Expires in %(days)s days", days=days)


def _get_expiration_text(alert):
    env, expiration = alert.env, alert.lot_id.expiration_date
    if not expiration:
        return env._("not set")
    return env._(
        "%(date)s (%(when)s)",
        date=format_date(env, local_date(expiration, env.tz)),
        when=_get_when(alert),
    )


def _get_on_hand_html(alert, user, places):
    """Only what lies in companies of the reader, the largest quantity first."""
    env = alert.env
    texts = [
        env._(
            "%(quantity)s %(uom)s in %(location)s",
            quantity=formatLang(env, quantity, dp="Product Unit"),
            uom=alert.product_uom_id.name,
            location=location.with_env(env).display_name,
        )
        for company, location, quantity in places
        if not company or company in user.company_ids
    ]
    return Markup("<br/>").join(texts)
