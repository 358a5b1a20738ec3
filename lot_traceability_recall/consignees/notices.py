"""The notice: its words, who has to be told, and handing it over to the outbox."""

import logging

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.parameter import read_int

from ..case import roles, states
from ..tools.access_log import hide_key
from ..tools.contact_links import REACHABLE
from . import letters, outbox

_logger = logging.getLogger(__name__)

TEMPLATES = {
    "notice": "lot_traceability_recall.mail_template_recall_notice",
    "reminder": "lot_traceability_recall.mail_template_recall_reminder",
}
# days to answer by class; class I, and none yet, have the first ones
CLASS_DAYS = {"2": "recall_days_2", "3": "recall_days_3"}
PENDING = ("to_send", "queued")


# -- words -------------------------------------------------------------
def get_title(recall) -> str:
    """What stands on top of a notice, marked as its class demands."""
    title = _get_titles(recall.env).get(recall.kind) or recall.env._("PRODUCT RECALL")
    # class I and II are marked as urgent; so is a recall that has no class yet
    if recall.recall_class in ("1", "2") or (
        recall.kind == "recall" and not recall.recall_class
    ):
        title = recall.env._("URGENT: %(title)s", title=title)
    if recall._is_rehearsal():
        return recall.env._("EXERCISE, NO REAL RECALL - %(title)s", title=title)
    return title


def _get_titles(env):
    return {
        "recall": env._("PRODUCT RECALL"),
        "correction": env._("PRODUCT CORRECTION"),
        "withdrawal": env._("MARKET WITHDRAWAL"),
        "stock_recovery": env._("STOCK RECOVERY"),
        "hold": env._("GOODS ON HOLD"),
    }


def get_opening(recall) -> str:
    """The first sentence of a notice: what is done with the goods."""
    env = recall.env
    texts = {
        "correction": env._("we correct goods that we delivered to you."),
        "withdrawal": env._("we take goods back that we delivered to you."),
        "stock_recovery": env._("we take goods back that we delivered to you."),
        "hold": env._("please do not use or sell for now what we delivered to you."),
    }
    return texts.get(recall.kind) or env._("we recall goods that we delivered to you.")


def get_instructions(recall) -> str:
    """What consignees shall do with the goods."""
    return recall.notice_instructions or recall.env._(
        "Stop using, selling and passing on these goods at once. Set aside what you "
        "have of them and mark it. Tell everybody to whom you passed some on. Then "
        "answer, also if you have nothing left."
    )


def get_reason(recall) -> str:
    """What is wrong, in words for customers."""
    return _get_words(recall, "notice_reason")


def get_hazard(recall) -> str:
    """What it can do to whoever uses the goods, in words for customers."""
    return _get_words(recall, "notice_hazard")


def _get_words(recall, name):
    """What is typed in the dialog that shows the notice, else what is kept."""
    typed = guards.handed(recall.env, "notice_words", {})
    return typed.get(name, recall[name]) or ""


def get_contact(recall) -> str:
    """Whom to ask: who is named in the recall, or its coordinator."""
    # sudo: name, phone and e-mail of who runs the recall, for its consignees
    user, company = recall.user_id.sudo(), recall.company_id.sudo()
    parts = (user.name, user.phone or company.phone, user.email or company.email)
    return recall.notice_contact or ", ".join(part for part in parts if part)


def get_answer_days(recall) -> int:
    # sudo: the deadline of a notice, for who may not read companies
    return recall.company_id.sudo()[
        CLASS_DAYS.get(recall.recall_class, "recall_days_1")
    ]


# -- who has to be told ------------------------------------------------
def get_untold_domain(recalls) -> list:
    """Lots at consignees, or more of one, of which no notice tells them yet."""
    return [
        ("recall_id", "in", recalls.ids),
        ("shipped", ">", 0),
        ("partner_id", "!=", False),
        (
            "consignee_id",
            "any",
            [("notice_ids", "not any", [("state", "in", PENDING)])],
        ),
        *("|", ("notice_id", "=", False)),
        ("notice_id.state", "in", ("failed", "bounced")),
    ]


def get_letter_domain(recalls) -> list:
    """Letters that wait to be printed and posted."""
    return [
        ("recall_id", "in", recalls.ids),
        ("method", "=", "letter"),
        ("state", "=", "to_send"),
        ("recall_id.state", "in", states.ACTIVE_STATES),
    ]


def check_may_notify(recall) -> None:
    """Nobody is told before the scope is approved.

    :raise AccessError: if the user's roles do not allow it
    :raise UserError: in another state
    """
    states.check_not_over(recall)
    roles.check(recall, "notify")
    states.check_state(recall, *states.ACTIVE_STATES)


def _check_contact(recall):
    if not recall._is_rehearsal() and not REACHABLE.search(get_contact(recall)):
        raise UserError(
            recall.env._(
                "The notice names nobody who can be reached: fill in the contact for "
                "questions, with a phone number or an e-mail address."
            )
        )


def check_words(recall) -> None:
    """Nothing leaves the company without a reason that is meant for customers.

    :raise UserError: if there is none
    """
    if not recall._is_rehearsal() and not (recall.notice_reason or "").strip():
        raise UserError(
            recall.env._(
                "Say on the tab Notice, under Reason and Hazard, what customers read. "
                "The internal reason of %(recall)s is not shown to them.",
                recall=recall.name,
            )
        )


# -- preparing ---------------------------------------------------------
def send(recall, consignees):
    """Prepare the notices; the scheduled action sends them from now on.

    :return: the notices
    """
    recall.check_access("write")
    check_may_notify(recall)
    check_words(recall)
    _check_contact(recall)
    # sudo: nobody has the right to write notices by hand
    notices = create(consignees.sudo())
    recall.env.ref("lot_traceability_recall.ir_cron_send_notices").sudo()._trigger()
    # with the first notices the recall is in the hands of its customers
    if recall.state == "approved":
        recall.action_notify()
    return notices


def create(consignees, kind: str = "notice"):
    """Prepare a notice for each consignee."""
    notices = consignees.env["lot.recall.notice"]
    # who is told anew shall not get the old mail as well, if someone retries it
    mails = consignees.notice_ids.mail_id
    mails.filtered(lambda mail: mail.state == "exception").cancel()
    # the index that allows one notice at a time looks at the database
    notices.flush_model(["state"])
    recalls = consignees.recall_id
    rehearsed = recalls.filtered(lambda recall: recall._is_rehearsal())
    if kind == "notice":
        # who has answered, and is told of more, is asked anew
        answered = consignees.filtered("reply_ids")
        answered.write({"deadline": False, "reminder_count": 0, "is_escalated": False})
    created = notices.create(
        [
            _prepare(consignee, kind, consignee.recall_id in rehearsed)
            for consignee in consignees
        ]
    )
    for notice in created:
        notice.consignee_id.line_ids.notice_id = notice
    return created


def _prepare(consignee, kind, is_rehearsal):
    return {
        "consignee_id": consignee.id,
        "kind": kind,
        "method": "email" if consignee.email else "letter",
        "email": consignee.email,
        "state": "rehearsed" if is_rehearsal else "to_send",
        "date": is_rehearsal and fields.Datetime.now(),
    }


def log_call(consignee, note: str, is_reached: bool):
    """Keep a call or a visit; who was reached is told.

    :return: the notice
    """
    notice = consignee.env["lot.recall.notice"].create(
        {
            "consignee_id": consignee.id,
            "method": "phone",
            "state": "sent" if is_reached else "failed",
            "date": fields.Datetime.now(),
            "note": note,
        }
    )
    if is_reached:
        consignee.line_ids.notice_id = notice
        consignee._set_deadline()
    return notice


def mark_posted(notices) -> None:
    """Note that letters were posted.

    :raise UserError: if one is no letter that waits
    """
    notices.check_access("read")
    wrong = notices.filtered(
        lambda one: (one.method, one.state) != ("letter", "to_send")
    )
    if wrong:
        raise UserError(
            notices.env._(
                "%(consignee)s does not wait for a letter.",
                consignee=wrong[0].consignee_id.display_name,
            )
        )
    notices.recall_id.check_access("write")
    states.check_not_over(notices.recall_id)
    roles.check(notices.recall_id, "notify")
    letters.keep_missing(notices)
    # sudo: nobody has the right to write notices by hand
    notices = notices.sudo()
    notices.write({"state": "sent", "date": fields.Datetime.now()})
    notices.consignee_id._set_deadline()


def _keep_link_out(mail):
    """The link is for the consignee: whoever reads the chatter sees that there was one,
    and not which. The mail that leaves has it, and its letter is the mail's."""
    message = mail.mail_message_id
    message.body = hide_key(message.body or "")
    mail.attachment_ids.write({"res_model": mail._name, "res_id": mail.id})


# -- sending -----------------------------------------------------------
def send_waiting(env) -> None:
    """Hand the notices over to the outbox, a commit for each batch."""
    cron, notices = env["ir.cron"], env["lot.recall.notice"]
    size = get_batch_size(env)
    cron._commit_progress(remaining=notices.search_count(_get_waiting_domain()))
    while batch := take(env, size):
        hand_over_safely(batch)
        left = notices.search_count(_get_waiting_domain())
        if not cron._commit_progress(len(batch), remaining=left):
            break


def _get_waiting_domain():
    """What is not approved any more waits until it is; what is over stays unsent."""
    return [
        ("state", "=", "to_send"),
        ("method", "=", "email"),
        ("recall_id.state", "in", states.ACTIVE_STATES),
    ]


def get_batch_size(env) -> int:
    return read_int(env, "lot_traceability_recall.notice_batch_size", 50, least=1)


def take(env, size: int):
    """The next ones, that no other worker has in hand."""
    notices = env["lot.recall.notice"]
    notices = notices.search(_get_waiting_domain(), order="id", limit=size)
    return notices.try_lock_for_update()


def hand_over_safely(notices) -> None:
    """Send a batch; what fails says why and holds up nobody else."""
    try:
        with notices.env.cr.savepoint():
            _hand_over(notices)
    # whatever a template does wrong
    except Exception as error:  # noqa: BLE001
        if len(notices) > 1:
            for notice in notices:
                hand_over_safely(notice)
            return
        _logger.info("Notice %s of a recall failed: %s", notices.id, error)
        notices.write({"state": "failed", "failure": str(error)})


def _hand_over(notices):
    """Put the mails into the outbox; in one transaction with the status, so that an
    interrupted run neither loses nor doubles one."""
    for recall in notices.recall_id:
        # it may have been emptied since they were prepared
        check_words(recall)
    for kind, group in notices.grouped("kind").items():
        template = notices.env.ref(TEMPLATES[kind])
        if letters.is_attached(template):
            ready = letters.prepare(group.consignee_id)
            template = guards.hand_on(template, recall_letters=ready)
        mails = template.send_mail_batch(
            group.consignee_id.ids, email_values={"auto_delete": False}
        )
        by_consignee = {mail.res_id: mail for mail in mails}
        for notice in group:
            mail = by_consignee[notice.consignee_id.id]
            _keep_link_out(mail)
            notice.write({"mail_id": mail.id, "state": "queued"})
    outbox.send_now(notices.env)
    notices.consignee_id._set_deadline()


def choose(recall, consignee_ids):
    """Those of the consignees who wait for a notice; all who wait if none is named.

    :raise AccessError: for who may not notify
    :raise UserError: if there is nobody to tell, or one is of another recall
    """
    check_may_notify(recall)
    env = recall.env
    waiting = recall._get_consignees_to_notify()
    chosen = env["lot.recall.consignee"].browse(consignee_ids) or waiting
    public.check_exist(chosen)
    if wrong := chosen.filtered(lambda one: one.recall_id != recall):
        raise UserError(
            env._(
                "consignee_ids: %(ids)s are not consignees of %(recall)s.",
                ids=", ".join(map(str, wrong.ids)),
                recall=recall.name,
            )
        )
    if not chosen & waiting:
        raise UserError(env._("There is nobody to tell."))
    return chosen & waiting
