from odoo import models

REPORTS = {
    f"lot_traceability_recall.report_recall_{name}"
    for name in ("status", "closing", "mock", "notice")
}


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_numbered_reports(self):
        return super()._get_numbered_reports() | REPORTS
