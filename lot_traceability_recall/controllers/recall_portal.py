from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..consignees import reply_page
from . import answering


class RecallPortal(CustomerPortal):
    """The recalls that the company of a portal user was told of, and its answers."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if {"recall_count", "recall_to_answer_count"}.intersection(counters):
            told = reply_page.get_of_user(request.env)
            values["recall_count"] = len(told)
            values["recall_to_answer_count"] = len(reply_page.get_to_answer(told))
        return values

    @route(
        ["/my/recalls", "/my/recalls/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def my_recalls(self, page=1, **_ignored):
        """All of them, those to answer first."""
        told = reply_page.get_of_user(request.env)
        to_answer = reply_page.get_to_answer(told)
        told = to_answer + (told - to_answer)
        pages = pager("/my/recalls", len(told), page, self._items_per_page)
        values = self._prepare_portal_layout_values() | {
            "page_name": "recalls",
            "default_url": "/my/recalls",
            "pager": pages,
            "consignees": told[pages["offset"] :][: self._items_per_page],
            "to_answer": to_answer,
        }
        return request.render(
            "lot_traceability_recall.my_recalls", values, headers=answering.HEADERS
        )

    @route(
        "/my/recalls/<int:consignee_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def my_recall(self, consignee_id, done=None, **_ignored):
        """The goods and the form, as by the link of a notice."""
        consignee = self._find_recall(consignee_id)
        if not consignee:
            return request.redirect("/my/recalls")
        return self._render_recall(answering.get_values(consignee, done=bool(done)))

    @route(
        "/my/recalls/<int:consignee_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        max_content_length=answering.get_max_content_length,
    )
    def answer_recall(self, consignee_id, **form):
        """Keep an answer as a new version."""
        consignee = self._find_recall(consignee_id)
        if not consignee:
            return request.redirect("/my/recalls")
        if consignee._is_reply_closed() or answering.is_staff():
            return self._render_recall(answering.get_values(consignee), is_sent=True)
        error = answering.keep(consignee, form)
        if error:
            return self._render_recall(answering.get_values(consignee, form, error))
        return request.redirect(f"/my/recalls/{consignee.id}?done=1", code=303)

    def _find_recall(self, consignee_id):
        """One of the user's own, in the user's language; empty if it is none."""
        answering.check_rate(f"user {request.env.uid}")
        told = reply_page.get_of_user(request.env)
        return told.filtered(lambda one: one.id == consignee_id).with_context(
            lang=request.env.lang
        )

    def _render_recall(self, values, is_sent=False):
        status = answering.get_status(values, is_sent)
        values = self._prepare_portal_layout_values() | values
        values["page_name"] = "recalls"
        return request.render(
            "lot_traceability_recall.my_recall",
            values,
            headers=answering.HEADERS,
            status=status,
        )
