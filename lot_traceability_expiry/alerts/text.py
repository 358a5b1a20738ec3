"""What people read of an alert, in their language and by the days of the stock.

The language and the time zone are those of the alert's environment.
"""

from markupsafe import Markup

from odoo import fields
from odoo.tools import format_amount, format_date

from odoo.addons.lot_traceability.tools.calendar_days import days_left, local_date
from odoo.addons.lot_traceability.tools.quantity import format_quantity


def get_summary(alert) -> str:
    """When, on which day, and of which product."""
    env, expiration = alert.env, alert.lot_id.expiration_date
    when, product = get_when(alert), alert.product_id.display_name
    if not expiration:
        return env._("%(when)s: %(product)s", when=when, product=product)
    return env._(
        "%(when)s (%(date)s): %(product)s",
        when=when,
        date=format_date(env, local_date(expiration, env.tz)),
        product=product,
    )


def get_step_text(env, value: float, unit: str) -> str:
    """What a step of a rule says."""
    number = f"{abs(value):.1f}".removesuffix(".0")
    if unit == "percent":
        return env._("%(number)s %% of life left", number=number)
    if not value:
        return env._("On the day")
    if abs(value) == 1:
        return env._("1 day after") if value < 0 else env._("1 day before")
    if value < 0:
        return env._("%(number)s days after", number=number)
    return env._("%(number)s days before", number=number)


def get_title(env, count: int) -> str:
    """What a message is about."""
    if count == 1:
        return env._("Expiry alerts: 1 lot")
    return env._("Expiry alerts: %(count)s lots", count=count)


def get_days_text(env, days: int) -> str:
    """How many days are left, as in a table."""
    if days == 0:
        return env._("today")
    if abs(days) == 1:
        return env._("1 day ago") if days < 0 else env._("1 day")
    if days < 0:
        return env._("%(days)s days ago", days=-days)
    return env._("%(days)s days", days=days)


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
        when=get_when(alert),
        product=alert.product_id.display_name,
        lot=alert.lot_id.name,
    )
    if not alert.company_id:
        return line
    line += f", {format_quantity(env, alert.quantity, alert.product_uom_id)}"
    if alert.value:
        line += f", {format_amount(env, alert.value, alert.currency_id)}"
    return line


def as_chat(text: str) -> str:
    """A text in which chat programs (Slack and the like) find no command, as they do in
    ``<!channel>``."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    return text


def get_when(alert) -> str:
    """How near the expiration date is, or how long ago it was."""
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
        when=get_when(alert),
    )


def _get_on_hand_html(alert, user, places):
    """Only what lies in companies of the reader, the largest quantity first."""
    env = alert.env
    texts = [
        env._(
            "%(quantity)s in %(location)s",
            quantity=format_quantity(env, quantity, alert.product_uom_id),
            location=location.with_env(env).display_name,
        )
        for company, location, quantity in places
        if not company or company in user.company_ids
    ]
    return Markup("<br/>").join(texts)
