"""Who is told of alerts: one message a day per recipient and company, whatever the
rules."""

from collections import defaultdict
from collections.abc import Iterator

from odoo.fields import Command
from odoo.tools import email_normalize

from .recipients import can_be_told, get_fallback


def get_digests(rule, alerts) -> Iterator[tuple[tuple, list[int]]]:
    """What a rule tells to whom: yields ``(recipient, ids of alerts)``.

    The recipient is a tuple of values of a ``lot.alert.message``.
    """
    if rule.notify_mail:
        yield from _get_mails(rule, alerts)
    if rule.channel_id:
        yield (("kind", "discuss"), ("channel_id", rule.channel_id.id)), alerts.ids
    if rule.webhook_url:
        yield (("kind", "webhook"), ("rule_id", rule.id)), alerts.ids


def _get_mails(rule, alerts):
    """To whom is named, else to the responsible person of each lot."""
    # who was archived is asked for, too: nobody is passed over in silence
    rule = rule.with_context(active_test=False)
    addresses = get_addresses(rule)
    for address in addresses:
        yield (("kind", "mail"), ("email", address)), alerts.ids
    users = rule.user_ids | rule.group_ids.all_user_ids.filtered("active")
    if users:
        for user in users:
            yield (("kind", "mail"), ("user_id", user.id)), alerts.ids
    elif rule.group_ids:
        yield (("kind", "mail"), ("user_id", False)), alerts.ids
    elif not addresses:
        for user, theirs in alerts.grouped("user_id").items():
            yield (("kind", "mail"), ("user_id", user.id)), theirs.ids


def get_addresses(rule) -> list[str]:
    """The addresses of people without a login, in lower case."""
    parts = (part.strip().lower() for part in (rule.emails or "").split(","))
    return [part for part in parts if part]


def prepare_messages(digests: dict, alerts) -> list[dict]:
    """Values of the messages, one per recipient and company, each lot once.

    What cannot be told to whom it is meant for is kept as a failed message, and told to
    the person to whom the company falls back.

    :param digests: ``{recipient: ids of alerts}``
    :param alerts: all of them
    """
    parts, faults = defaultdict(alerts.browse), {}
    for recipient, ids in digests.items():
        values, found = dict(recipient), alerts.browse(ids)
        if values["kind"] != "mail":
            parts[recipient] |= found
            continue
        for company, theirs in _split(values, found).items():
            key = (*recipient, ("company_id", company.id))
            fault = _find_fault(alerts.env, values, company)
            if fault is None:
                continue
            if not fault:
                parts[key] |= theirs
                continue
            faults[key] = (fault, theirs)
            fallback = get_fallback(company)
            if fallback.email:
                key = ("kind", "mail"), ("user_id", fallback.id), *key[-1:]
                parts[key] |= theirs
    _join_addresses(alerts.env, parts)
    rows = [_prepare(key, found) for key, found in parts.items() if found]
    for key, (fault, found) in faults.items():
        rows.append(_prepare(key, found) | {"state": "failed", "error": fault})
    return rows


def _split(values, alerts):
    """What companies share is told by the company of the user."""
    user = alerts.env["res.users"].browse(values.get("user_id") or [])
    by_company = defaultdict(alerts.browse)
    for alert in alerts:
        company = alert.company_id or user.company_id
        by_company[company or alert.rule_id.company_id or alert.env.company] |= alert
    return by_company


def _find_fault(env, values, company):
    """Why a recipient cannot be told, as a text; empty if it can be, None if it is not
    meant for them at all."""
    if "email" in values:
        return ""
    user = env["res.users"].browse(values["user_id"] or [])
    if not user:
        return env._("No recipient: the rule or the product names nobody.")
    name = user.name
    if user._is_superuser() or not user.active or user.share:
        return env._("%(name)s is archived or no user who can act.", name=name)
    if company not in user.company_ids:
        # people are named in rules for all companies, and read of theirs
        return None
    if not can_be_told(user, company):
        return env._("%(name)s has no right to read lots.", name=name)
    if not email_normalize(user.email or ""):
        return env._("%(name)s has no e-mail address.", name=name)
    return ""


def _join_addresses(env, parts):
    """An address that is also that of a user gets one mail."""
    users = {}
    for key in parts:
        values = dict(key)
        if values.get("user_id"):
            user = env["res.users"].browse(values["user_id"])
            address = email_normalize(user.email or "")
            first = users.setdefault((address, values["company_id"]), key)
            if first != key:
                parts[first] |= parts[key]
                parts[key] = parts[key].browse()
    for key in list(parts):
        values = dict(key)
        first = users.get((values.get("email"), values.get("company_id")))
        if values.get("email") and first:
            parts[first] |= parts[key]
            parts[key] = parts[key].browse()


def _prepare(key, alerts):
    return dict(key) | {"alert_ids": [Command.set(alerts.sorted("id").ids)]}
