from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..documents import epcis_file, kde_file, trace_file
from ..documents.spreadsheet import SpreadsheetError
from ..trace.arguments import MOST_ID
from ..trace.search import get_records

# how a file is made and sent: its writer, its type, and the end of its name
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "epcis": (
        epcis_file.get_jsonld,
        "application/ld+json; charset=utf-8",
        "jsonld",
    ),
    "json": (trace_file.get_json, "application/json; charset=utf-8", "json"),
    "fsma": (kde_file.get_xlsx, SHEETS, "fsma204.xlsx"),
    "xlsx": (trace_file.get_xlsx, SHEETS, "xlsx"),
}


class TraceExport(http.Controller):
    @http.route(
        "/lot_traceability/trace.<any(epcis,fsma,json,xlsx):file_type>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export(self, file_type, lots="", **_others):
        """The trace of lots, both ways, as a file.

        :param lots: ids of the lots, separated by commas
        """
        records = self._get_lots(lots)
        get_content, mime_type, extension = FORMATS[file_type]
        try:
            content = get_content(records)
        except SpreadsheetError as error:
            raise UserError(
                request.env._(
                    "The trace does not fit into a spreadsheet: %(reason)s. Choose "
                    "fewer lots, or the format JSON.",
                    reason=error,
                )
            ) from error
        name = "-".join(records[:3].mapped("name"))
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mime_type),
                ("Content-Disposition", content_disposition(f"{name}.{extension}")),
            ],
        )

    def _get_lots(self, text):
        """The lots that a client asks for; all of them, or an error that says why
        not."""
        parts = [part.strip() for part in text.split(",")]
        # only plain digits: other scripts and powers are digits to Python, too
        is_number = [
            part.isascii() and part.isdecimal() and len(part) <= 10 for part in parts
        ]
        if not all(is_number) or not all(0 < int(part) <= MOST_ID for part in parts):
            raise NotFound(
                request.env._(
                    "Say which lots: the parameter lots has to be their ids, "
                    "separated by commas, as lots=41,42."
                )
            )
        ids = list(dict.fromkeys(map(int, parts)))
        return get_records(request.env, "stock.lot", ids)
