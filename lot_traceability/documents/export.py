"""The formats in which a trace can be downloaded, and the way to each of them."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..tools.arguments import check_ids, show
from ..tools.calendar_days import in_days
from ..trace.search import get_records
from ..trace.walk import without_collection
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
        with without_collection():
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


def get_events_action(env: Environment, model_name: str, ids: list[int]) -> dict:
    """See ``lot.epcis.export.action_export_records``."""
    records = get_records(env, model_name, ids)
    epcis_file.check_has_events(records)
    ids = ",".join(map(str, records.ids))
    return {
        "type": "ir.actions.act_url",
        "url": f"/lot_traceability/events.jsonld?model={records._name}&ids={ids}",
        "target": "download",
    }


def check_days(env: Environment, start: str, end: str) -> tuple[date, date]:
    """The first and the last day of what is wanted.

    :raise UserError: if one is no day, or they are the wrong way round
    """
    days = []
    for name, text in (("start", start), ("end", end)):
        try:
            # no day off, but none at an end of the calendar, with no room for a zone
            days.append(in_days(date.fromisoformat(text), 0))
        except ValueError as error:
            raise UserError(
                env._(
                    "%(name)s has to be a day such as 2026-01-31, not %(value)s.",
                    name=name,
                    value=show(text),
                )
            ) from error
    if days[0] > days[1]:
        raise UserError(
            env._(
                "The first day %(start)s is after the last one, %(end)s.",
                start=fields.Date.to_string(days[0]),
                end=fields.Date.to_string(days[1]),
            )
        )
    return days[0], days[1]
