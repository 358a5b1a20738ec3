from odoo import fields, models

from ..documents import export
from ..tools import public


class LotEpcisExport(models.TransientModel):
    """Asks for the days whose events are wanted."""

    _name = "lot.epcis.export"
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
