from odoo import http
from odoo.http import request

from ..tools import access_log
from . import answering

# the log of the visits
access_log.watch("werkzeug")


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
        return self._render(answering.get_values(consignee, done=bool(done)))

    @http.route(
        "/recall/reply/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=answering.get_max_content_length,
    )
    def answer(self, token, **form):
        """Keep an answer as a new version."""
        consignee = self._find(token)
        if not consignee:
            return self._refuse()
        if consignee._is_reply_closed() or answering.is_staff():
            return self._render(answering.get_values(consignee), is_sent=True)
        error = answering.keep(consignee, form)
        if error:
            return self._render(answering.get_values(consignee, form, error))
        return request.redirect(f"/recall/reply/{token}?done=1", code=303)

    # -- pieces ---------------------------------------------------------
    def _find(self, token):
        """The consignee of a link, in its language; nobody else's, ever."""
        answering.check_rate(f"ip {request.httprequest.remote_addr}")
        consignee = request.env["lot.recall.consignee"]._get_by_token(token)
        if consignee:
            answering.check_rate(f"consignee {consignee.id}")
        return consignee.with_context(
            lang=consignee.lang, allowed_company_ids=consignee.company_id.ids
        )

    def _refuse(self):
        """The same words for a forged, an expired and a withdrawn link."""
        return request.render(
            "lot_traceability_recall.reply_page_refused",
            {"company": request.env.company.sudo()},
            status=404,
            headers=answering.HEADERS,
        )

    def _render(self, values, is_sent=False):
        # sudo: the page of a recall of any company, whatever those of the visitor are;
        # its template shows the values alone
        context = values["consignee"].env.context
        page = request.env["ir.ui.view"].sudo().with_context(**context)
        return request.make_response(
            page._render_template("lot_traceability_recall.reply_page", values),
            headers=list(answering.HEADERS.items()),
            status=answering.get_status(values, is_sent),
        )
