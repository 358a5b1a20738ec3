from odoo import models
from odoo.exceptions import UserError

from .. import guards


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # what of the chatter is evidence: "all", or "notes": what the system wrote there
    _lot_evidence = None

    def _check_can_update_message_content(self, messages):
        # overridden as the web client edits and deletes messages as the superuser
        messages._refuse_if_lot_evidence()
        return super()._check_can_update_message_content(messages)

    def message_change_thread(self, new_thread, new_parent_message=False):
        # overridden as Odoo moves the messages as the superuser
        if not guards.is_system(self.env) and (
            self._lot_evidence or new_thread._lot_evidence
        ):
            raise self._get_lot_evidence_error()
        return super().message_change_thread(
            new_thread, new_parent_message=new_parent_message
        )

    def _get_lot_evidence_error(self):
        """What is told to who tries to rewrite the chatter."""
        return UserError(
            self.env._(
                "What is on record here is evidence: it cannot be changed or deleted. "
                "Write another note that says what is wrong with it."
            )
        )
