from odoo import models

from odoo.addons.lot_traceability import guards

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
        # many notices are printed at once, and handed out one by one
        is_notice = res_ids and self._get_report(report_ref).report_name == NOTICE
        ids = [res_ids] if isinstance(res_ids, int) else res_ids
        ready = guards.handed(self.env, "recall_letters") or {}
        if is_notice and len(ids) == 1 and ids[0] in ready:
            return ready[ids[0]], "pdf"
        content, kind = super()._render_qweb_pdf(report_ref, res_ids, data=data)
        if is_notice:
            # what is posted is what was printed
            consignees = self.env["lot.recall.consignee"].browse(ids)
            letters.keep_printed(consignees, content, kind)
        return content, kind
