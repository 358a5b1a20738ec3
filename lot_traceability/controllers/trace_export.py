from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

from ..documents.export import FORMATS, get_content
from ..tools.arguments import MOST_ID
from ..trace.search import get_records


class TraceExport(http.Controller):
    @http.route(
        "/lot_traceability/trace.<any(epcis,fsma,json,pdf,xlsx):file_type>",
        type="http",
        auth="session_or_key",
        methods=["GET"],
        readonly=True,
    )
    def export(self, file_type, lots="", **_others):
        """The trace of lots, both ways, as a file.

        :param lots: ids of the lots, separated by commas
        """
        records = get_records(request.env, "stock.lot", read_ids(lots, "lots"))
        content = get_content(records, file_type)
        name = "-".join(records[:3].mapped("name"))
        chosen = FORMATS[file_type]
        return request.make_response(
            content,
            headers=[
                ("Content-Type", chosen.mime_type),
                (
                    "Content-Disposition",
                    content_disposition(f"{name}.{chosen.extension}"),
                ),
            ],
        )


def read_ids(text, name="ids"):
    """The ids that a client asks for; all of them, or an error that says why not."""
    parts = [part.strip() for part in text.split(",")]
    # only plain digits: other scripts and powers are digits to Python, too
    is_number = [
        part.isascii() and part.isdecimal() and len(part) <= 10 for part in parts
    ]
    if not all(is_number) or not all(0 < int(part) <= MOST_ID for part in parts):
        raise NotFound(
            request.env._(
                "Say which records: the parameter %(name)s has to be their ids, "
                "separated by commas, as %(name)s=41,42.",
                name=name,
            )
        )
    return list(dict.fromkeys(map(int, parts)))
