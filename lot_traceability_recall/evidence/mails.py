"""The evidence of what was said: the mails as they left, and the proofs sent."""

import re
from email.message import EmailMessage
from email.utils import format_datetime

from ..case import roles
from ..case.states import OVER
from ..tools.access_log import hide_key

UNSAFE = re.compile(r"[^\w.-]+")


def get_mails(recall) -> dict[str, bytes]:
    """The mail of each notice, by file name."""
    notices = recall.consignee_ids.notice_ids.filtered("mail_id")
    return {f"mails/{notice.id}.eml": _get_mail(notice) for notice in notices}


def get_letters(recall) -> dict[str, bytes]:
    """Letters as they were printed, and those that mails took along, byte for byte.

    They have the link to the reply page in them: while that is open, only who may
    answer for a consignee gets them.
    """
    if recall.state not in OVER and not roles.may(recall, "notify"):
        return {}
    # sudo: the files are nobody's to open by hand
    notices = recall.sudo().consignee_ids.notice_ids
    files = {}
    for notice in notices:
        for attachment in notice.letter_id | notice.mail_id.attachment_ids:
            name = UNSAFE.sub("_", attachment.name)
            files[f"letters/{notice.id}-{name}"] = attachment.raw or b""
    return files


def get_proofs(recall) -> dict[str, bytes]:
    """What consignees sent, by file name."""
    proofs = recall.consignee_ids.reply_ids.attachment_ids
    names = {proof: UNSAFE.sub("_", proof.name) for proof in proofs}
    return {f"proofs/{proof.id}-{name}": proof.raw for proof, name in names.items()}


def _get_mail(notice):
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
    # who has the link answers for the consignee: it is no evidence
    body = hide_key(str(mail.body_html or ""))
    message.set_content(body, subtype="html")
    return message.as_bytes()
