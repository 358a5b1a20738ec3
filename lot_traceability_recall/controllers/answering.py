"""The page of a consignee, by its link and in the portal: what it shows and keeps."""

from werkzeug.exceptions import TooManyRequests

from odoo.http import request

from odoo.addons.lot_traceability.tools.parameter import read_int

from ..consignees import reply_page
from ..tools import contact_links
from ..tools.reply_form import QUANTITIES, ReplyError

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}


def get_max_content_length(_controller):
    return reply_page.get_upload_limits(request.env)["total"] + 1_000_000


def check_rate(key):
    """Count a visit, over all workers.

    :raise TooManyRequests: if there were too many within a minute
    """
    name = "lot_traceability_recall.page_limit_per_minute"
    limit = read_int(request.env, name, 60, least=0)
    if request.env["lot.recall.visit"]._is_over(key, limit, 60):
        raise TooManyRequests()


def is_staff():
    """Our own people look at the page, but enter replies in their own name."""
    return request.env.user._is_internal()


def keep(consignee, form):
    """Keep an answer as a new version.

    :return: why it is not kept, or None
    """
    try:
        values, quantities = reply_page.read_answer(consignee, form)
        files = request.httprequest.files.getlist("proofs")
        reply_page.keep_answer(consignee, values, quantities, files, _get_visitor())
    except ReplyError as error:
        return error
    return None


def _get_visitor():
    """Where the answer came from, and by whom, if somebody is logged in."""
    user = request.env.user
    return {
        "ip_address": request.httprequest.remote_addr,
        "user_id": not user._is_public() and user.id,
    }


def get_values(consignee, form=None, error=None, done=False):
    """What the page shows: nothing but the goods of this consignee."""
    recall, lines = consignee.recall_id, consignee._get_told_lines()
    return {
        "consignee": consignee,
        "recall": recall,
        "company": consignee.company_id,
        "contact": contact_links.link(recall._get_notice_contact()),
        "lines": lines,
        "accounts": reply_page.get_accounts(consignee, lines),
        "labels": reply_page.get_labels(consignee),
        "hints": reply_page.get_hints(consignee),
        "quantities": QUANTITIES,
        "form": reply_page.get_form(consignee) if form is None else form,
        "error": error and reply_page.get_error_text(consignee, error),
        "error_field": error and error.field,
        "is_closed": consignee._is_reply_closed(),
        "is_staff": is_staff(),
        "done": done,
    }


def get_status(values, is_sent=False):
    """Of the answer of the server: what was not kept is no success."""
    if values["error"]:
        return 422
    return 403 if is_sent and values["is_staff"] else 200
