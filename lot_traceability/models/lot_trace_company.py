from odoo import api, models
from odoo.tools import SQL

from .lot_trace_link_kind import LinkKind


class LotTraceLink(models.AbstractModel):
    """Goods that went to another company, which keeps a lot of its own for them."""

    _name = "lot.trace.link"
    _inherit = ["lot.trace.link"]

    @api.model
    def _get_link_kinds(self, present, direction):
        kinds = super()._get_link_kinds(present, direction)
        if not present["copy"]:
            return kinds
        near, far = self._get_sides(direction)
        sent = self._sql_copies if near == "line_out" else self._sql_origin
        returned = self._sql_copies if far == "line_out" else self._sql_origin
        return {
            **kinds,
            "intercompany": self._get_intercompany(sent(near)),
            "intercompany_return": self._get_intercompany(returned(near)),
        }

    @api.model
    def _get_rare_rows(self):
        self.env["stock.lot"].flush_model(["origin_lot_id"])
        copy = SQL("SELECT 1 FROM stock_lot WHERE origin_lot_id IS NOT NULL")
        return {**super()._get_rare_rows(), "copy": copy}

    def _sql_copies(self, line):
        return SQL(
            "SELECT id AS lot FROM stock_lot WHERE origin_lot_id = %s",
            SQL.identifier(line, "lot_id"),
        )

    def _sql_origin(self, line):
        return SQL(
            "SELECT origin_lot_id AS lot FROM stock_lot WHERE id = %s",
            SQL.identifier(line, "lot_id"),
        )

    def _get_intercompany(self, twins):
        """One lot came out of the place between companies into which the other went."""
        condition = SQL(
            """line_in.location_id = line_out.location_dest_id
            AND line_in.date >= line_out.date AND %s AND %s""",
            self._sql_is_at("line_out", "location_dest_id", "transit"),
            self._sql_is_at("line_in", "location_id", "transit"),
        )
        return LinkKind({"twin": twins}, SQL("lot_id = twin.lot"), condition)


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
