from odoo import http
from odoo.http import content_disposition, request

from ..evidence.checking import export


class TraceLog(http.Controller):
    @http.route(
        "/lot_traceability/log.jsonl",
        type="http",
        auth="session_or_key",
        methods=["GET"],
    )
    def export(self, company="", **_others):
        """The log of a company as JSON lines, which ``tools/check_log.py`` checks.

        :param company: its id
        """
        request.env["lot.trace.log"].check_access("read")
        companies = request.env.user.company_ids
        chosen = companies.filtered(lambda record: str(record.id) == company)
        if not chosen:
            raise request.not_found()
        name = content_disposition(f"traceability-log-{chosen.name}.jsonl")
        return request.make_response(
            export(chosen),
            headers=[
                ("Content-Type", "application/jsonl; charset=utf-8"),
                ("Content-Disposition", name),
            ],
        )
