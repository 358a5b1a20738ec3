import time

from werkzeug.exceptions import TooManyRequests

from odoo import http
from odoo.http import request
from odoo.tools import config

from odoo.addons.lot_traceability.tools.parameter import read_int

from ..consignees import reply_page
from ..tools.rate_limit import RateLimit
from ..tools.reply_form import QUANTITIES, ReplyError

# each process counts its share of the visits that are allowed; what is stored is
# limited by the database as well
VISITS = RateLimit()
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}


def _get_max_content_length(_controller):
    return reply_page.get_upload_limits(request.env)["total"] + 1_000_000


class RecallReply(http.Controller):
    """The page on which a consignee answers: no login, a signed link, its own lots."""

    @http.route(
        "/recall/reply/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        save_session=True,
    )
    def show(self, token, done=None, **_ignored):
        """The goods of the consignee and the form."""
        consignee = self._find(token)
        if not consignee:
            return self._refuse()
        return self._render(consignee, done=bool(done))

    @http.route(
        "/recall/reply/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=_get_max_content_length,
    )
    def answer(self, token, **form):
        """Keep an answer as a new version."""
        consignee = self._find(token)
        if not consignee:
            return self._refuse()
        if consignee._is_reply_closed() or self._is_staff():
            return self._render(consignee)
        try:
            values, quantities = reply_page.read_answer(consignee, form)
            files = request.httprequest.files.getlist("proofs")
            visitor = self._get_visitor()
            reply_page.keep_answer(consignee, values, quantities, files, visitor)
        except ReplyError as error:
            return self._render(consignee, form=form, error=error)
        return request.redirect(f"/recall/reply/{token}?done=1", code=303)

    @http.route("/my/recalls", type="http", auth="user", methods=["GET"])
    def mine(self):
        """The recalls that the company of a portal user was told of."""
        consignees = reply_page.get_of_user(request.env)
        return request.render(
            "lot_traceability_recall.my_recalls",
            {"consignees": consignees, "company": request.env.company},
            headers=HEADERS,
        )

    # -- pieces ---------------------------------------------------------
    def _find(self, token):
        """The consignee of a link, in its language; nobody else's, ever."""
        self._check_rate(f"ip {request.httprequest.remote_addr}")
        consignee = request.env["lot.recall.consignee"]._get_by_token(token)
        if consignee:
            self._check_rate(f"consignee {consignee.id}")
        return consignee.with_context(
            lang=consignee.lang, allowed_company_ids=consignee.company_id.ids
        )

    def _is_staff(self):
        """Our own people look at the page, but enter replies in their own name."""
        return request.env.user._is_internal()

    def _get_visitor(self):
        """Where the answer came from, and by whom, if somebody is logged in."""
        user = request.env.user
        return {
            "ip_address": request.httprequest.remote_addr,
            "user_id": not user._is_public() and user.id,
        }

    def _check_rate(self, key):
        name = "lot_traceability_recall.page_limit_per_minute"
        limit = read_int(request.env, name, 60, least=0)
        limit = -(-limit // max(config["workers"], 1))
        if VISITS.is_over(f"{request.db} {key}", limit, 60, time.monotonic()):
            raise TooManyRequests()

    def _refuse(self):
        """The same words for a forged, an expired and a withdrawn link."""
        return request.render(
            "lot_traceability_recall.reply_page_refused",
            {"company": request.env.company.sudo()},
            status=404,
            headers=HEADERS,
        )

    def _render(self, consignee, form=None, error=None, done=False):
        lines = consignee._get_told_lines()
        values = {
            "consignee": consignee,
            "recall": consignee.recall_id,
            "company": consignee.company_id,
            "lines": lines,
            "accounts": reply_page.get_accounts(consignee, lines),
            "labels": reply_page.get_labels(consignee),
            "quantities": QUANTITIES,
            "form": reply_page.get_form(consignee) if form is None else form,
            "error": error and reply_page.get_error_text(consignee, error),
            "error_field": error and error.field,
            "is_closed": consignee._is_reply_closed(),
            "is_staff": self._is_staff(),
            "done": done,
        }
        # sudo: the page of a recall of any company, whatever those of the visitor are;
        # its template shows the values above alone
        page = request.env["ir.ui.view"].sudo().with_context(**consignee.env.context)
        body = page._render_template("lot_traceability_recall.reply_page", values)
        return request.make_response(
            body, headers=list(HEADERS.items()), status=422 if error else 200
        )
