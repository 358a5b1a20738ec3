from odoo import api, models
from odoo.tools import SQL

from .lot_trace_link import LinkKind


class LotTraceLink(models.AbstractModel):
    """Goods that went to another company, which keeps a lot of its own for them."""

    _name = "lot.trace.link"
    _inherit = ["lot.trace.link"]

    @api.model
    def _get_link_kinds(self, present):
        kinds = super()._get_link_kinds(present)
        if not present["copy"]:
            return kinds
        return {
            **kinds,
            "intercompany": self._get_intercompany("line_out", "line_in"),
            "intercompany_return": self._get_intercompany("line_in", "line_out"),
        }

    @api.model
    def _get_rare_rows(self):
        self.env["stock.lot"].flush_model(["origin_lot_id"])
        copy = SQL("SELECT 1 FROM stock_lot WHERE origin_lot_id IS NOT NULL")
        return {**super()._get_rare_rows(), "copy": copy}

    def _get_intercompany(self, origin, copy):
        """One lot came out of the place between companies into which the other went."""
        condition = SQL(
            """twin.id = %(copy)s AND twin.origin_lot_id = %(origin)s
            AND line_in.location_id = line_out.location_dest_id
            AND line_in.date >= line_out.date
            AND %(sent)s AND %(arrived)s""",
            copy=SQL.identifier(copy, "lot_id"),
            origin=SQL.identifier(origin, "lot_id"),
            sent=self._sql_is_at("line_out", "location_dest_id", "transit"),
            arrived=self._sql_is_at("line_in", "location_id", "transit"),
        )
        return LinkKind(SQL("stock_lot twin"), condition)


class LotTraceHolder(models.AbstractModel):
    """What goes to another company's lot is as if it were used to make that."""

    _name = "lot.trace.holder"
    _inherit = ["lot.trace.holder"]

    def _get_movements(self, nodes, links):
        movements = super()._get_movements(nodes, links)
        links = [link for link in links if link.kind.startswith("intercompany")]
        sent = {link.line_out for link in links}
        arrived = {link.line_in for link in links}
        for movement in movements:
            if movement.line in sent:
                movement.dest = "production"
            elif movement.line in arrived:
                movement.source = "production"
        return movements
