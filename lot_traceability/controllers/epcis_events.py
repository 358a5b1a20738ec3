from odoo import fields, http
from odoo.http import content_disposition, request

from ..documents import epcis_file, export
from ..trace.search import get_records
from .trace_export import read_ids


class EpcisEventsController(http.Controller):
    @http.route(
        "/lot_traceability/events.jsonld",
        type="http",
        auth="session_or_key",
        methods=["GET"],
        readonly=True,
    )
    def events(self, model="", ids="", start="", end="", **_others):
        """EPCIS events of documents, or of some days.

        :param model: technical name, such as ``stock.picking``
        :param ids: of its records, separated by commas
        :param start: the first day, as 2026-01-31, instead of a model
        :param end: the last day
        """
        env = request.env
        env["stock.lot"].check_access("read")
        if model or ids:
            records = get_records(env, model, read_ids(ids))
            document = epcis_file.get_document_of_records(records)
            name = "-".join(records[:3].mapped("display_name")).replace("/", "-")
        else:
            first, last = export.check_days(env, start, end)
            moments = epcis_file.get_moments(env, first, last)
            document = epcis_file.get_document_of_days(env, *moments)
            name = f"{fields.Date.to_string(first)}-{fields.Date.to_string(last)}"
        chosen = export.FORMATS["epcis"]
        return request.make_response(
            epcis_file.to_bytes(document),
            headers=[
                ("Content-Type", chosen.mime_type),
                (
                    "Content-Disposition",
                    content_disposition(f"{name}.{chosen.extension}"),
                ),
            ],
        )
