from odoo import api, models
from odoo.exceptions import UserError

from ..documents import pdf
from ..trace.search import get_records


class LotTraceReport(models.AbstractModel):
    """The printed trace; what it says is in ``documents/pdf.py``."""

    _name = "report.lot_traceability.report_lot_trace"
    _description = "Printed trace of lots"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not docids:
            raise UserError(self.env._("There is no lot to print the trace of."))
        lots = get_records(self.env, "stock.lot", docids)
        return {
            "doc_ids": docids,
            "doc_model": "stock.lot",
            "docs": lots,
            **pdf.get_values(lots),
        }
