from odoo import api, fields, models
from odoo.tools.mail import email_normalize

from .. import guards

# how people handle a message, not what it says
OPEN_FIELDS = {
    "has_error",
    "linked_message_ids",
    "message_link_preview_ids",
    "needaction",
    "notification_ids",
    "notified_partner_ids",
    "pinned_at",
    "reaction_ids",
    "starred",
    "starred_partner_ids",
}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        for vals in vals_list:
            self._refuse_forged_lot_evidence(vals)
            if self._get_lot_evidence_kind(vals.get("model")):
                # a default that a user has set is none of the evidence
                vals.setdefault("date", now)
        return super().create(vals_list)

    def write(self, vals):
        is_guarded = not vals.keys() <= OPEN_FIELDS and not guards.is_system(self.env)
        if is_guarded:
            self._refuse_if_lot_evidence()
        result = super().write(vals)
        if is_guarded and vals.keys() & {"model", "res_id", "message_type"}:
            # nothing is moved among it either
            self._refuse_if_lot_evidence()
        return result

    def unlink(self):
        if not guards.is_system(self.env):
            self._refuse_if_lot_evidence()
        return super().unlink()

    def _get_lot_evidence(self):
        """Messages on documents whose chatter is evidence."""
        # sudo: what is evidence does not depend on who asks
        return self.sudo().filtered(
            lambda message: (
                (kind := self._get_lot_evidence_kind(message.model)) == "all"
                or (kind == "notes" and message.message_type != "comment")
            )
        )

    def _get_lot_evidence_kind(self, model_name):
        return model_name in self.env and getattr(
            self.env[model_name], "_lot_evidence", None
        )

    def _refuse_if_lot_evidence(self):
        if self._get_lot_evidence():
            raise self.env["mail.thread"]._get_lot_evidence_error()

    def _refuse_forged_lot_evidence(self, vals):
        """What people write there is theirs, and of now."""
        if guards.is_system(self.env):
            return
        context = self.env.context
        given = {
            name: vals.get(name, context.get(f"default_{name}"))
            for name in ("model", "author_id", "date", "tracking_value_ids")
        }
        if not given["model"] or not self._get_lot_evidence_kind(given["model"]):
            return
        author = given["author_id"] or self.env.user.partner_id.id
        is_forged = bool(given["date"] or given["tracking_value_ids"])
        # without an author the address is shown as who wrote it
        address = vals.get("email_from", context.get("default_email_from"))
        if address and not given["author_id"]:
            is_forged |= email_normalize(address) != self.env.user.email_normalized
        if is_forged or author != self.env.user.partner_id.id:
            raise self.env["mail.thread"]._get_lot_evidence_error()
