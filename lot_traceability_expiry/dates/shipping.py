"""What forbids that goods of a lot are given away at a moment."""

from datetime import datetime, tzinfo

from odoo.tools import format_date

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from .label import get_text
from .undated import get_undated_level


def get_shipping_block(lot, moment: datetime, tz: tzinfo, company=None) -> dict:
    """What forbids to give goods of a lot away at a moment.

    :param moment: in UTC
    :param tz: whose days count
    :param company: whose policy for undated goods counts; by default the lot's
    :return: empty dict, or ``level`` (``refuse``: nobody may, ``override``: with
        the right and a reason), ``cause`` (``use_by``, ``best_before``,
        ``removal``, ``retest`` or ``undated``) and ``text``
    """
    if lot._is_past("expiration_date", moment, tz):
        level = "refuse" if lot.expiry_kind == "use_by" else "override"
        cause = lot.expiry_kind
    elif lot._is_retest_due(local_date(moment, tz)):
        level, cause = "refuse", "retest"
    elif lot._is_past("removal_date", moment, tz):
        level, cause = "override", "removal"
    elif level := get_undated_level(lot, company):
        cause = "undated"
    else:
        return {}
    return {"level": level, "cause": cause, "text": _get_text(lot, cause, tz)}


def _get_text(lot, cause, tz):
    env = lot.env
    values = {"product": lot.product_id.display_name, "lot": lot.name}
    if cause == "retest":
        return env._(
            "%(product)s, %(lot)s: has to be retested since %(date)s",
            date=format_date(env, lot.retest_date),
            **values,
        )
    if cause == "removal":
        return env._(
            "%(product)s, %(lot)s: was to be removed from stock by %(date)s",
            date=format_date(env, local_date(lot.removal_date, tz)),
            **values,
        )
    if cause == "undated":
        return env._("%(product)s, %(lot)s: has no expiration date", **values)
    values["date"] = get_text(lot, tz)
    if cause == "use_by":
        return env._("%(product)s, %(lot)s: use by %(date)s", **values)
    return env._("%(product)s, %(lot)s: best before %(date)s", **values)
