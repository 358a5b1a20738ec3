from odoo import api, models
from odoo.exceptions import UserError

from ..documents import pdf


class LotTraceReport(models.AbstractModel):
    """The printed trace; what it says is in ``documents/pdf.py``."""

    _name = "report.lot_traceability.report_lot_trace"
    _description = "Printed trace of lots"

    @api.model
    def _get_report_values(self, docids, data=None):
        lots = self.env["stock.lot"].browse(docids).exists()
        if not lots:
            raise UserError(self.env._("There is no lot to print the trace of."))
        return {
            "doc_ids": docids,
            "doc_model": "stock.lot",
            "docs": lots,
            **pdf.get_values(lots),
        }
