from operator import itemgetter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, groupby, split_every

from ..tools.stock_sources import get_sources
from .lot_trace import to_array, to_text
from .lot_trace_story import Story

# of rows that one page may have, unless the system parameter says another number
MOST_ROWS = 5_000


class LotTraceMovement(models.AbstractModel):
    """The move lines of a trace, page by page, and where a line's goods came from."""

    _name = "lot.trace.movement"
    _description = "Movements of lots"

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------
    @api.model
    def _get_page(self, lots, direction, offset, limit):
        """See ``stock.lot.trace_movements``."""
        self._check_page(offset, limit)
        lots.check_access("read")
        story = Story(self.env, lots.ids, direction)
        found = self._get_line_ids(story)
        return {
            "total": len(found),
            "offset": offset,
            "movements": self._get_rows(found[offset : offset + limit]),
            "outside_scope": self.env["lot.trace"]._get_outside_scope(story),
        }

    @api.model
    def _get_line_ids(self, story):
        """Ids of all move lines of a story, oldest first."""
        found = [
            (date, line_id)
            for node, line_id, date, is_done in self._read_lines(story)
            if story.reach.covers(node, date if is_done else None)
        ]
        found.sort()
        return [line_id for _date, line_id in found]

    def _check_page(self, offset, limit):
        parameters = self.env["ir.config_parameter"].sudo()
        name = "lot_traceability.trace_page"
        most = int(parameters.get_param(name, 0)) or MOST_ROWS
        if offset < 0 or not 0 < limit <= most:
            raise UserError(
                self.env._(
                    "A page of movements starts at 0 or later and has 1 to %(most)s "
                    "rows (system parameter %(name)s): offset %(offset)s and limit "
                    "%(limit)s do not fit.",
                    most=most,
                    name=name,
                    offset=offset,
                    limit=limit,
                )
            )

    def _read_lines(self, story):
        """(node, line, date, whether it is done) of all that the user may read."""
        is_told = SQL(
            "line.state NOT IN ('draft', 'cancel') AND line.quantity_product_uom <> 0"
        )
        self.env.cr.execute(
            SQL(
                """SELECT reached.node, line.id, line.date, line.state = 'done'
                FROM unnest(%(nodes)s::bigint[]) reached(node)
                CROSS JOIN LATERAL (%(lines)s) line
                WHERE line.readable""",
                nodes=to_array(
                    [*story.visible, *(row["id"] for row in story.unnumbered)]
                ),
                lines=self.env["lot.trace.link"]._sql_near(["state"], is_told),
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _get_rows(self, line_ids):
        """What is shown of move lines, in their order; read in batches."""
        link = self.env["lot.trace.link"]
        rows = []
        for ids in split_every(MOST_ROWS, line_ids):
            lines = self.env["stock.move.line"].browse(ids)
            documents = link._get_documents(lines.move_id.ids)
            rows += [
                self._prepare_row(line, documents[line.move_id.id]) for line in lines
            ]
        return rows

    def _prepare_row(self, line, document):
        reference, document_model, document_id = document
        # a name may be read by whoever may read the line, as in Odoo's lists
        named = line.sudo()
        partner = named.picking_id.partner_id or named.move_id.partner_id
        return {
            "id": line.id,
            "date": to_text(line.date),
            "reference": line.reference or reference or False,
            "document_model": document_model,
            "document_id": document_id or False,
            "product_id": line.product_id.id,
            "product": named.product_id.display_name,
            "lot_id": line.lot_id.id,
            "lot": named.lot_id.name or False,
            "location_id": line.location_id.id,
            "location": named.location_id.display_name,
            "location_dest_id": line.location_dest_id.id,
            "location_dest": named.location_dest_id.display_name,
            "quantity": line.quantity_product_uom,
            "uom": named.product_id.uom_id.name,
            "partner_id": partner.id,
            "partner": partner.display_name or False,
            "state": line.state,
        }

    # ------------------------------------------------------------------
    # Sources of one line
    # ------------------------------------------------------------------
    @api.model
    def _get_source_ids(self, lines):
        """Lines by which the goods of these can have come in: those since the stock of
        the lot was used up last (case 21)."""
        link = self.env["lot.trace.link"]
        link._prepare_search()
        self.env.cr.execute(
            SQL(
                """SELECT reached.id, near.id, near.date, CASE
                    WHEN source.usage IN ('internal', 'transit') THEN -1 ELSE 1 END
                    * near.quantity_product_uom::float8
                FROM (SELECT line.id, %(node)s AS node
                    FROM stock_move_line line WHERE line.id = ANY(%(ids)s)) reached
                CROSS JOIN LATERAL (%(lines)s) near
                JOIN stock_location source ON source.id = near.location_id
                JOIN stock_location dest ON dest.id = near.location_dest_id
                WHERE near.readable
                    AND (source.usage IN ('internal', 'transit'))
                    <> (dest.usage IN ('internal', 'transit'))
                ORDER BY reached.id, near.date, near.id""",
                node=link._sql_node("line"),
                ids=lines.ids,
                lines=link._sql_near(),
            )
        )
        moments = {line.id: (line.date, line.id) for line in lines}
        return {
            source
            for line_id, rows in groupby(self.env.cr.fetchall(), key=itemgetter(0))
            for source in get_sources([row[1:] for row in rows], moments[line_id])
        }
