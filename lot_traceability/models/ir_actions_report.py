from odoo import models

from ..documents.page_numbers import MARK, number_pages

TRACE = "lot_traceability.report_lot_trace"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, report_ref=False, **kwargs):
        # an auditor's document has page numbers, also where wkhtmltopdf is the build
        # that has no footers
        content = super()._run_wkhtmltopdf(bodies, report_ref=report_ref, **kwargs)
        if not report_ref:
            return content
        name = self._get_report(report_ref).report_name
        if name not in self._get_numbered_reports():
            return content
        texts = [body if isinstance(body, str) else body.decode() for body in bodies]
        return number_pages(content, sum(text.count(MARK) for text in texts) or 1)

    def _get_numbered_reports(self):
        """Names of the reports whose pages are numbered; other addons add theirs."""
        return {TRACE, "lot_traceability.report_shipment_records"}
