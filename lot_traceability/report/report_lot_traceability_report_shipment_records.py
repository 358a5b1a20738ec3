from odoo import api, models

from ..documents import kde, shipment


class ReportShipmentRecords(models.AbstractModel):
    _name = "report.lot_traceability.report_shipment_records"
    _description = "Traceability Records of a Shipment"

    @api.model
    def _get_report_values(self, docids, data=None):
        pickings = self.env["stock.picking"].browse(docids)
        pickings.check_access("read")
        return {
            "docs": pickings,
            "sheets": shipment.get_sheets(pickings),
            "as_of": kde.US["as_of"],
        }
