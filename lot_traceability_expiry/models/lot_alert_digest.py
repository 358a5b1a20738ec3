from odoo import models


class LotAlertRule(models.Model):
    _name = "lot.alert.rule"
    _inherit = ["lot.alert.rule"]

    def _get_digests(self, alerts):
        """Yield ``(recipient, ids of alerts)``; recipient: values of a message."""
        if self.notify_mail:
            yield from self._get_mails(alerts)
        if self.channel_id:
            yield (("kind", "discuss"), ("channel_id", self.channel_id.id)), alerts.ids
        if self.webhook_url:
            yield (("kind", "webhook"), ("rule_id", self.id)), alerts.ids

    def _get_mails(self, alerts):
        """To whom is named, else to the responsible person of each lot."""
        for address in self._get_addresses():
            yield (("kind", "mail"), ("email", address)), alerts.ids
        named = self.user_ids | self.group_ids.all_user_ids
        by_user = {user: alerts for user in named}
        if not named and not self.emails:
            by_user = alerts.grouped("user_id")
        for user, theirs in by_user.items():
            if user.active and not user.share and user.email:
                seen = theirs.filtered(
                    lambda alert, companies=user.company_ids: (
                        alert.company_id <= companies
                    )
                )
                yield (("kind", "mail"), ("user_id", user.id)), seen.ids

    def _get_addresses(self):
        parts = (part.strip().lower() for part in (self.emails or "").split(","))
        return [part for part in parts if part]
