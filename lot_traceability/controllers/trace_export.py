from odoo import http
from odoo.http import content_disposition, request

# how a file is sent: its type and the end of its name
FORMATS = {
    "epcis": ("application/ld+json; charset=utf-8", "jsonld"),
    "json": ("application/json; charset=utf-8", "json"),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
}


class TraceExport(http.Controller):
    @http.route(
        "/lot_traceability/trace.<any(epcis,json,xlsx):file_type>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export(self, file_type, lots):
        """The trace of lots, both ways, as a file.

        :param lots: ids of the lots, separated by commas
        """
        ids = [int(part) for part in lots.split(",") if part.strip().isdigit()]
        records = request.env["stock.lot"].browse(ids).exists()
        if not records:
            raise request.not_found()
        records.check_access("read")
        export = request.env["lot.trace.export"]
        content = getattr(export, f"_get_{file_type}")(records)
        name = "-".join(records[:3].mapped("name"))
        mime_type, extension = FORMATS[file_type]
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mime_type),
                ("Content-Disposition", content_disposition(f"{name}.{extension}")),
            ],
        )
