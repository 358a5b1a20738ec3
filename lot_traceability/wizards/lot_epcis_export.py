from odoo import api, fields, models

from ..documents import export
from ..tools import public


class LotEpcisExport(models.TransientModel):
    """Asks for the days whose events are wanted."""

    _name = "lot.epcis.export"
    _inherit = ["lot.dialog"]
    _description = "EPCIS Events of Some Days"

    start = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.start_of(
            fields.Date.context_today(self), "month"
        ),
    )
    end = fields.Date("To", required=True, default=fields.Date.context_today)

    @public.record()
    def action_export(self):
        """Download the events of these days, as one document.

        :return: the action
        :raise UserError: if the last day is before the first one
        """
        self.ensure_one()
        self.env["stock.lot"].check_access("read")
        export.check_days(self.env, str(self.start), str(self.end))
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_traceability/events.jsonld?start={self.start}&end={self.end}",
            "target": "download",
        }

    @api.model
    @api.readonly
    @public.model()
    def action_export_records(self, model, record_ids=None, ids=None):
        """Download the events of documents in the format EPCIS 2.0.

        :param model: ``stock.picking``, ``stock.scrap``, ``lot.conversion``,
            ``mrp.production``, ``mrp.unbuild``, ``repair.order``, ``sale.order``,
            ``purchase.order``, ``lot.recall``, or ``stock.lot`` for the trace of lots
        :param record_ids: ids of the records; ``ids`` is the same, for XML-RPC
        :return: the action
        :raise AccessError: if the user may not read the records
        :raise UserError: if such records have no events
        """
        self.check_access("read")
        chosen = record_ids if ids is None else ids
        return export.get_events_action(self.env, model, chosen)
