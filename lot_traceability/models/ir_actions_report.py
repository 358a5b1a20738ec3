from odoo import models

from ..documents.page_numbers import number_pages

TRACE = "lot_traceability.report_lot_trace"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, report_ref=False, **kwargs):
        # an auditor's document has page numbers, also where wkhtmltopdf is the build
        # that has no footers
        content = super()._run_wkhtmltopdf(bodies, report_ref=report_ref, **kwargs)
        if report_ref and self._get_report(report_ref).report_name == TRACE:
            return number_pages(content)
        return content
