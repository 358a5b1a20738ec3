"""What speaks against giving goods of a lot away at a moment: the one rule for
deliveries, production, the till and corrections."""

from datetime import datetime, tzinfo
from typing import NamedTuple

from odoo.tools import format_date

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from .label import get_text
from .undated import get_policy, get_undated_level

PAST_POLICIES = [
    ("ask", "Ask who sends them"),
    ("reason", "Only with the right, and a reason"),
    ("refuse", "Refuse"),
]
LEVELS = {"ask": "ask", "reason": "override", "refuse": "refuse"}


class Policies(NamedTuple):
    """By which policies goods are judged: past their best-before or removal date, and
    without a date."""

    past: str
    undated: str


STRICT = Policies("refuse", "refuse")


def get_policies(company) -> Policies:
    """Those of a company."""
    # sudo: the policy holds for everybody
    return Policies(company.sudo().lot_past_policy or "ask", get_policy(company))


def get_shipping_block(
    lot, moment: datetime, tz: tzinfo, company=None, policies: Policies | None = None
) -> dict:
    """What speaks against giving goods of a lot away at a moment.

    :param moment: in UTC
    :param tz: whose days count
    :param company: whose policies count; by default the lot's
    :param policies: to judge by instead of those
    :return: empty dict, or ``level`` (``refuse``: nobody may, ``override``: with
        the right and a reason, ``ask``: whoever sends them is asked), ``cause``
        (``use_by``, ``best_before``, ``removal``, ``retest`` or ``undated``) and
        ``text``
    """
    company = company or lot.company_id or lot.env.company
    past, undated = policies or get_policies(company)
    if lot._is_past("expiration_date", moment, tz):
        cause = lot.expiry_kind
        level = "refuse" if cause == "use_by" else LEVELS[past]
    elif lot._is_retest_due(local_date(moment, tz)):
        level, cause = "refuse", "retest"
    elif lot._is_past("removal_date", moment, tz):
        level, cause = LEVELS[past], "removal"
    elif level := get_undated_level(lot, policy=undated):
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
