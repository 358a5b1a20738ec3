from odoo import api, models
from odoo.tools import SQL

from ..tools import genealogy
from ..tools.late_booking import get_arrival, get_spells
from .lot_trace import to_array


class LotTraceLate(models.AbstractModel):
    """Arrivals that were booked after the goods had left again.

    Only nodes where time keeps something out of a trace are looked at, so a trace of
    orderly books costs nothing more.
    """

    _name = "lot.trace.late"
    _description = "Late bookings in the trace of lots"

    @api.model
    def _get_reach(self, lot_ids, links, direction):
        """Walk; where something is kept out by a late booking, correct that and walk
        again."""
        checked = set()
        while True:
            reach = genealogy.reach(lot_ids, links, direction)
            nodes = self._get_doubtful_nodes(reach, links, direction) - checked
            if not nodes or not self._correct_links(nodes, links):
                return reach
            checked |= nodes

    def _get_doubtful_nodes(self, reach, links, direction):
        """Reached nodes with links that time kept out."""
        if len(reach.links) == len(links):
            return set()
        near = "source" if direction == genealogy.DOWNSTREAM else "target"
        followed = {id(link) for link in reach.links}
        return {
            getattr(link, near)
            for link in links
            if id(link) not in followed and getattr(link, near) in reach.levels
        }

    def _correct_links(self, nodes, links):
        spells = self._get_spells(nodes)
        is_changed = False
        for link in links:
            if link.target in spells:
                arrived = get_arrival(link.arrived, spells[link.target])
                is_changed |= arrived != link.arrived
                link.arrived = arrived
        return is_changed

    @api.model
    def _get_covered(self, reach, shipped):
        """Those of the shipments that happened while the lots carried the material."""
        covered = [part for part in shipped if reach.covers(part.lot, part.date)]
        if len(covered) == len(shipped):
            return covered
        known = {id(part) for part in covered}
        others = [part for part in shipped if id(part) not in known]
        spells = self._get_spells({part.lot for part in others} & set(reach.windows))
        return covered + [
            part
            for part in others
            if part.lot in spells
            and self._is_covered(reach.windows[part.lot], part.date, spells[part.lot])
        ]

    def _is_covered(self, windows, moment, spells):
        """Downward the material counts from an earlier moment, upward the receipt."""
        return any(
            type(window)(
                window.start and get_arrival(window.start, spells), window.end
            ).covers(moment if window.start else get_arrival(moment, spells))
            for window in windows
        )

    def _get_spells(self, nodes):
        """When the stock of the nodes was below zero somewhere."""
        if not nodes:
            return {}
        self.env.cr.execute(
            SQL(
                """SELECT reached.node, part.location, line.date, sum(part.quantity)
                    OVER (PARTITION BY reached.node, part.location
                    ORDER BY line.date, line.id)::float8
                FROM unnest(%(nodes)s::bigint[]) reached(node)
                CROSS JOIN LATERAL (%(lines)s) line
                CROSS JOIN LATERAL (VALUES
                    (line.location_id, -line.quantity_product_uom),
                    (line.location_dest_id, line.quantity_product_uom)
                ) part(location, quantity)
                WHERE line.location_id <> line.location_dest_id
                    AND part.location IN (%(inside)s)
                ORDER BY 1, 2, line.date, line.id""",
                nodes=to_array(nodes),
                lines=self.env["lot.trace.link"]._sql_near(),
                inside=self.env["lot.trace.link"]._sql_locations("internal", "transit"),
            )
        )
        return get_spells(self.env.cr.fetchall())
