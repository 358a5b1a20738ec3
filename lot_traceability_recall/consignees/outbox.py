"""What is in the outbox leaves at once: Odoo's own job looks there once an hour."""

from odoo.api import Environment


def send_now(env: Environment) -> None:
    """Have the mails sent as soon as this transaction is written."""
    # sudo: whoever may answer or send may have it done at once
    env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
