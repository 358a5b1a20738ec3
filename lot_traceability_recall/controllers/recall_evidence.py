from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RecallEvidence(http.Controller):
    @http.route(
        "/lot_traceability_recall/<int:recall_id>/evidence.zip",
        type="http",
        auth="session_or_key",
        methods=["GET"],
    )
    def evidence(self, recall_id):
        """All that is on record of a recall, in one file."""
        recall = self._get_recall(recall_id)
        content = recall._get_evidence()
        ending = "" if recall.state == "closed" else "-interim"
        name = f"{recall._get_file_name()}-evidence{ending}.zip"
        return self._respond(content, "application/zip", name)

    @http.route(
        "/lot_traceability_recall/<int:recall_id>/consignees.xlsx",
        type="http",
        auth="session_or_key",
        methods=["GET"],
        readonly=True,
    )
    def consignees(self, recall_id):
        """Who got the recalled lots, and what became of them there."""
        recall = self._get_recall(recall_id)
        name = f"{recall._get_file_name()}-consignees.xlsx"
        return self._respond(recall._get_consignee_xlsx(), XLSX, name)

    def _get_recall(self, recall_id):
        recalls = request.env["lot.recall"]
        recalls.check_access("read")
        # searched: one of another company is like one that does not exist
        recall = recalls.search([("id", "=", recall_id)])
        if not recall:
            raise request.not_found()
        return recall

    def _respond(self, content, content_type, name):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", content_type),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
