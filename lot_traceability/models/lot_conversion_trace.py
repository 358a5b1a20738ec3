from odoo import api, models
from odoo.tools import SQL

from .lot_trace_link_kind import LinkKind


class LotTraceLink(models.AbstractModel):
    """Conversions are a kind of link of their own."""

    _name = "lot.trace.link"
    _inherit = ["lot.trace.link"]

    @api.model
    def _get_link_kinds(self, present, direction):
        """Conversions write the same relation; they are not manufacturing."""
        is_converted = SQL("line_in.lot_conversion_line_id IS NOT NULL")
        conversion = LinkKind({}, SQL(), is_converted, within="production")
        kinds = super()._get_link_kinds(present, direction)
        return {**kinds, "conversion": conversion}

    @api.model
    def _get_line_columns(self):
        return [*super()._get_line_columns(), "lot_conversion_line_id"]

    def _get_shared_kinds(self):
        return [*super()._get_shared_kinds(), "conversion"]


class LotTrace(models.AbstractModel):
    """Conversions are documents of a trace."""

    _name = "lot.trace"
    _inherit = ["lot.trace"]

    @api.model
    def _get_document_fields(self):
        return ["lot_conversion_id", *super()._get_document_fields()]
