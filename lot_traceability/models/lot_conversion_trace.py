from odoo import api, fields, models
from odoo.tools import SQL

from .lot_trace_link import LinkKind


class LotTraceLink(models.AbstractModel):
    """Conversions are a kind of link of their own."""

    _name = "lot.trace.link"
    _inherit = ["lot.trace.link"]

    @api.model
    def _get_link_kinds(self):
        kinds = super()._get_link_kinds()
        return {**kinds, "conversion": LinkKind(self._from_conversion())}

    def _get_shared_kinds(self):
        return [*super()._get_shared_kinds(), "conversion"]

    def _from_production(self):
        """Conversions write the same relation; they are not manufacturing."""
        return SQL(
            """%s JOIN stock_move made ON made.id = line_in.move_id
                AND made.lot_conversion_id IS NULL""",
            super()._from_production(),
        )

    def _from_conversion(self):
        return SQL(
            """stock_move_line_consume_rel rel
            JOIN stock_move_line line_out ON line_out.id = rel.produce_line_id
            JOIN stock_move_line line_in ON line_in.id = rel.consume_line_id
            JOIN stock_move made ON made.id = line_in.move_id
                AND made.lot_conversion_id IS NOT NULL"""
        )


class LotTrace(models.AbstractModel):
    """Conversions are documents of a trace."""

    _name = "lot.trace"
    _inherit = ["lot.trace"]

    @api.model
    def _get_document_fields(self):
        return ["lot_conversion_id", *super()._get_document_fields()]


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move"]

    lot_conversion_id = fields.Many2one(
        "lot.conversion",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )

    @api.depends("lot_conversion_id.name")
    def _compute_reference(self):
        conversions = self.filtered("lot_conversion_id")
        for move in conversions:
            move.reference = move.lot_conversion_id.name
        return super(StockMove, self - conversions)._compute_reference()


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line"]

    lot_conversion_line_id = fields.Many2one(
        "lot.conversion.line",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )


class StockTraceabilityReport(models.TransientModel):
    """Core's report follows conversions, too."""

    _name = "stock.traceability.report"
    _inherit = ["stock.traceability.report"]

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
