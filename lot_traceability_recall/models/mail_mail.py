from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        # notices of recalls follow the outbox
        result = super().write(vals)
        if "state" in vals:
            # sudo: the outbox is sent by whoever comes by
            notices = self.env["lot.recall.notice"].sudo()
            notices = notices.search([("mail_id", "in", self.ids)])
            if notices:
                notices._on_mail_state(vals["state"], vals.get("failure_reason"))
        return result
