"""The formats in which a trace can be downloaded, and the way to each of them."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..tools.arguments import check_ids
from . import epcis_file, kde_file, trace_file
from .spreadsheet import SpreadsheetError

SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "pdf"
REPORT = "lot_traceability.action_report_lot_trace"


class Format(NamedTuple):
    """How a file is made and sent: its writer, its type, and the end of its name."""

    write: Callable[[BaseModel], bytes]
    mime_type: str
    extension: str


def _get_pdf(lots):
    report = lots.env["ir.actions.report"]
    return report._render_qweb_pdf(REPORT, lots.ids)[0]


FORMATS = {
    "epcis": Format(
        epcis_file.get_jsonld, "application/ld+json; charset=utf-8", "jsonld"
    ),
    "fsma": Format(kde_file.get_xlsx, SHEETS, "fsma204.xlsx"),
    "json": Format(trace_file.get_json, "application/json; charset=utf-8", "json"),
    # the web client has it from Odoo's own route for reports
    PDF: Format(_get_pdf, "application/pdf", "pdf"),
    "xlsx": Format(trace_file.get_xlsx, SHEETS, "xlsx"),
}


def get_content(lots: BaseModel, file_type: str) -> bytes:
    """The trace of lots, both ways, as a file.

    :param file_type: one of ``FORMATS``
    :raise UserError: if it does not fit into the file; nothing is cut off
    """
    try:
        return FORMATS[file_type].write(lots)
    except SpreadsheetError as error:
        raise UserError(
            lots.env._(
                "The trace does not fit into a spreadsheet: %(reason)s. Choose fewer "
                "lots, or the format JSON.",
                reason=error,
            )
        ) from error


def get_action(lots: BaseModel, file_type: str) -> dict:
    """The action that downloads the trace of lots.

    :param file_type: one of ``FORMATS``
    :raise UserError: if there is no such format, or no lot
    """
    env = lots.env
    env["stock.lot"].check_access("read")
    if file_type not in FORMATS:
        raise UserError(
            env._(
                "trace_format has to be one of %(known)s, not %(value)s.",
                known=", ".join(FORMATS),
                value=file_type,
            )
        )
    if not check_ids(env, "ids", lots.ids):
        raise UserError(env._("Choose the lots whose trace is wanted."))
    lots.check_access("read")
    if file_type == PDF:
        report = env.ref(REPORT)
        return report.report_action(lots, config=False)
    ids = ",".join(map(str, lots.ids))
    return {
        "type": "ir.actions.act_url",
        "url": f"/lot_traceability/trace.{file_type}?lots={ids}",
        "target": "download",
    }
