from odoo import models

from ..consignees import letters, notices

NOTICE = "lot_traceability_recall.report_recall_notice"
REPORTS = {
    f"lot_traceability_recall.report_recall_{name}"
    for name in ("status", "closing", "mock", "notice", "rasff", "gpsr")
}


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_numbered_reports(self):
        return super()._get_numbered_reports() | REPORTS

    def _render_qweb_html(self, report_ref, docids, data=None):
        # no letter without a reason that is meant for customers
        if self._get_report(report_ref).report_name == NOTICE:
            for recall in self.env["lot.recall.consignee"].browse(docids).recall_id:
                notices.check_words(recall)
        return super()._render_qweb_html(report_ref, docids, data=data)

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        content, kind = super()._render_qweb_pdf(report_ref, res_ids, data=data)
        if res_ids and self._get_report(report_ref).report_name == NOTICE:
            # what is posted is what was printed
            ids = [res_ids] if isinstance(res_ids, int) else res_ids
            consignees = self.env["lot.recall.consignee"].browse(ids)
            letters.keep_printed(consignees, content, kind)
        return content, kind
