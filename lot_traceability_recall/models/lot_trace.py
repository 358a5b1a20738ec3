from odoo import api, models


class LotTrace(models.AbstractModel):
    _inherit = "lot.trace"

    @api.model
    def _get_event_lots(self, records):
        """Of a recall, what is in its scope."""
        if records._name == "lot.recall":
            return records._get_lots() or records.seed_lot_ids
        return super()._get_event_lots(records)
