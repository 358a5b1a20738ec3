"""Who is told of alerts: one message a day per recipient, whatever the rules."""

from collections.abc import Iterator


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
    for address in get_addresses(rule):
        yield (("kind", "mail"), ("email", address)), alerts.ids
    named = rule.user_ids | rule.group_ids.all_user_ids
    by_user = {user: alerts for user in named}
    if not named and not rule.emails:
        by_user = alerts.grouped("user_id")
    for user, theirs in by_user.items():
        if user.active and not user.share and user.email:
            seen = theirs.filtered(
                lambda alert, companies=user.company_ids: alert.company_id <= companies
            )
            yield (("kind", "mail"), ("user_id", user.id)), seen.ids


def get_addresses(rule) -> list[str]:
    """The addresses of people without a login, in lower case."""
    parts = (part.strip().lower() for part in (rule.emails or "").split(","))
    return [part for part in parts if part]
