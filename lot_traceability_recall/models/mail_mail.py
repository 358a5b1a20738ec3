from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability import guards

# what becomes of a mail, not what it says
OPEN_FIELDS = {"state", "failure_reason", "failure_type", "scheduled_date"}


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        if not vals.keys() <= OPEN_FIELDS:
            self._refuse_if_notice()
        # notices of recalls follow the outbox
        result = super().write(vals)
        # while it leaves, Odoo writes that it failed before it is sent
        if "state" in vals and not guards.handed(self.env, "recall_mail_leaves"):
            notices = self._get_recall_notices()
            if notices:
                notices._on_mail_state(vals["state"], vals.get("failure_reason"))
        return result

    def send(self, *args, **kwargs):
        # whoever sends the outbox keeps the identifier that a notice left with
        mails = self
        if self._get_recall_notices():
            mails = guards.hand_on(guards.by_button(self), recall_mail_leaves=True)
        return super(MailMail, mails).send(*args, **kwargs)

    def _postprocess_sent_message(self, *args, **kwargs):
        # overridden as each mail comes by here, and it is sure what became of it
        for notice in self._get_recall_notices():
            mail = notice.mail_id
            notice._on_mail_state(mail.state, mail.failure_reason)
        return super()._postprocess_sent_message(*args, **kwargs)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_notice(self):
        self._refuse_if_notice()

    def _refuse_if_notice(self):
        """What consignees were told stays as it left."""
        if not guards.is_system(self.env) and self._get_recall_notices():
            raise UserError(
                self.env._(
                    "This is the notice of a recall, and kept as it was sent. To tell "
                    "something else, send another one."
                )
            )

    def _get_recall_notices(self):
        # sudo: the outbox is sent by whoever comes by
        notices = self.env["lot.recall.notice"].sudo()
        return notices.search([("mail_id", "in", self.ids)])
