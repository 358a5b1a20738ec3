from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

from ..imports import file

MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class LotImportController(http.Controller):
    """Files to download from an import of lots."""

    @http.route(
        "/lot_traceability/lot_import/template.<string:kind>",
        auth="session_or_key",
        methods=["GET"],
        readonly=True,
    )
    def template(self, kind):
        """An example file; ``kind`` is ``csv`` or ``xlsx``."""
        if kind not in MIME_TYPES:
            raise NotFound()
        request.env["lot.import"].check_access("create")
        content = file.get_template(request.env, kind)
        return self._send(content, request.env._("Lots template"), kind)

    @http.route(
        "/lot_traceability/lot_import/<model('lot.import'):document>/errors",
        auth="session_or_key",
        methods=["GET"],
        readonly=True,
    )
    def errors(self, document):
        """The rows of an import that have errors, with a column that says which."""
        document.check_access("read")
        if not document.header:
            raise NotFound()
        content = file.get_errors(document)
        name = (document.file_name or "").rpartition(".")[0]
        title = request.env._("%(file)s errors", file=name)
        return self._send(content, title, document.file_kind)

    def _send(self, content, title, kind):
        return request.make_response(
            content,
            [
                ("Content-Type", MIME_TYPES[kind]),
                ("Content-Disposition", content_disposition(f"{title}.{kind}")),
            ],
        )
