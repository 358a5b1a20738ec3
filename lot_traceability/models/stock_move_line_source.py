from odoo import api, models

from ..trace import movements


class StockMoveLine(models.Model):
    """Where the goods of one line came from."""

    _name = "stock.move.line"
    _inherit = ["stock.move.line"]

    @api.readonly
    def trace_sources(self):
        """Tell from which receipts, orders or counts the goods of this line can be.

        Of all that ever came in under its lot, or its product if it has none, that
        which came in since the stock was used up last, up to this line; what was
        booked in too late to cover it counts.

        :return: list of dicts as in ``movements`` of ``stock.lot.trace_movements``, the
            oldest first
        :raise AccessError: if the user may not read the line
        """
        self.ensure_one()
        self.check_access("read")
        sources = self.browse(movements.get_source_ids(self))
        return movements.get_rows(self.env, sources.sorted(lambda s: (s.date, s.id)).ids)

    def action_open_sources(self):
        """List the lines by which the goods of these lines can have come in."""
        self.check_access("read")
        ids = movements.get_source_ids(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.stock_move_line_action"
        )
        return dict(
            action,
            name=self.env._("Where It Came From"),
            display_name=self.env._("Where It Came From"),
            domain=[("id", "in", list(ids))],
            context={"create": False},
        )
