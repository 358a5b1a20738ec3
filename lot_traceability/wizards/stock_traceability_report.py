from odoo import api, models


class StockTraceabilityReport(models.TransientModel):
    """Core's report follows conversions, too."""

    _inherit = "stock.traceability.report"

    @api.model
    def _get_reference(self, move_line):
        conversion = move_line.move_id.lot_conversion_id
        if conversion:
            return conversion._name, conversion.id, conversion.name
        return super()._get_reference(move_line)

    @api.model
    def _get_linked_move_lines(self, move_line):
        if move_line.move_id.lot_conversion_id:
            return move_line.consume_line_ids, move_line.produce_line_ids
        return super()._get_linked_move_lines(move_line)
