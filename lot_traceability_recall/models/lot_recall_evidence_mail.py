import re
from email.message import EmailMessage
from email.utils import format_datetime

from odoo import models

# who has the link answers for the consignee: it is no evidence
REPLY_LINK = re.compile(r"(/recall/reply/)[\w-]+")


class LotRecall(models.Model):
    """The evidence of what was said: the mails as they left, and the proofs sent."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    def _get_evidence_files(self):
        files = super()._get_evidence_files()
        for notice in self.consignee_ids.notice_ids.filtered("mail_id"):
            files[f"mails/{notice.id}.eml"] = self._get_mail_file(notice)
        for proof in self.consignee_ids.reply_ids.attachment_ids:
            name = re.sub(r"[^\w.-]+", "_", proof.name)
            files[f"proofs/{proof.id}-{name}"] = proof.raw
        return files

    def _get_mail_file(self, notice):
        """The mail of a notice, without the key to the reply page."""
        # sudo: who may read a notice may see what it said
        mail = notice.sudo().mail_id
        message = EmailMessage()
        for header, value in (
            ("Subject", mail.subject),
            ("From", mail.email_from),
            ("To", mail.email_to or notice.email),
            ("Date", format_datetime(mail.date or mail.create_date)),
            ("Message-Id", mail.message_id),
        ):
            message[header] = " ".join((value or "").split())
        body = REPLY_LINK.sub(r"\1...", str(mail.body_html or ""))
        message.set_content(body, subtype="html")
        return message.as_bytes()
