from odoo import api, models
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
